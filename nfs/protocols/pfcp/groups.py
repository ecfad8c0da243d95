"""Grouped information elements: the rules of a session and what is reported about them."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.protocols.pfcp.end_points import (
    ChooseFTeid,
    FTeid,
    OuterHeaderCreation,
    UeIpAddress,
)
from nfs.protocols.pfcp.enums import (
    ApplyAction,
    GateStatus,
    InterfaceType,
    MeasurementInformation,
    MeasurementMethod,
    ReportingTriggers,
    SessionModificationFlags,
    SourceInterface,
    UsageReportTrigger,
)
from nfs.protocols.pfcp.framing import at_least_one, mandatory, optional, several
from nfs.protocols.pfcp.primitives import (
    DNN,
    OCTETS,
    QFI,
    TEXT,
    TIME,
    U8,
    U16,
    U32,
    flags,
    half_octet,
    structured,
)
from nfs.protocols.pfcp.values import (
    BitRate,
    DownlinkDataServiceInformation,
    SdfFilter,
    Volume,
)

_INTERFACE = half_octet(SourceInterface)
_INTERFACE_TYPE = U8
_F_TEID = structured(FTeid)
_APPLY_ACTION = flags(ApplyAction, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdi:
    """Packet detection information (table 7.5.2.2-2)."""

    source_interface: SourceInterface = mandatory(20, _INTERFACE)
    f_teid: FTeid | ChooseFTeid | None = optional(21, _F_TEID)
    network_instance: str | None = optional(22, DNN)
    ue_ip_addresses: tuple[UeIpAddress, ...] = several(93, structured(UeIpAddress))
    sdf_filters: tuple[SdfFilter, ...] = several(23, structured(SdfFilter))
    application_id: str | None = optional(24, TEXT)
    qfis: tuple[int, ...] = several(124, QFI)
    interface_type: InterfaceType | int | None = optional(160, _INTERFACE_TYPE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePdr:
    """Packet detection rule (table 7.5.2.2-1). A lower ``precedence`` is looked at first."""

    pdr_id: int = mandatory(56, U16)
    precedence: int = mandatory(29, U32)
    pdi: Pdi = mandatory(2, Pdi)
    outer_header_removal: int | None = optional(95, U8)
    far_id: int | None = optional(108, U32)
    urr_ids: tuple[int, ...] = several(81, U32)
    qer_ids: tuple[int, ...] = several(109, U32)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePdr:
    """Table 7.5.4.2-1: what is absent stays."""

    pdr_id: int = mandatory(56, U16)
    outer_header_removal: int | None = optional(95, U8)
    precedence: int | None = optional(29, U32)
    pdi: Pdi | None = optional(2, Pdi)
    far_id: int | None = optional(108, U32)
    urr_ids: tuple[int, ...] = several(81, U32)
    qer_ids: tuple[int, ...] = several(109, U32)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardingParameters:
    """Table 7.5.2.3-2."""

    destination_interface: SourceInterface = mandatory(42, _INTERFACE)
    network_instance: str | None = optional(22, DNN)
    outer_header_creation: OuterHeaderCreation | None = optional(
        84, structured(OuterHeaderCreation)
    )
    transport_level_marking: int | None = optional(30, U16)
    interface_type: InterfaceType | int | None = optional(160, _INTERFACE_TYPE)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateForwardingParameters:
    """Table 7.5.4.3-2: what is absent stays."""

    destination_interface: SourceInterface | None = optional(42, _INTERFACE)
    network_instance: str | None = optional(22, DNN)
    outer_header_creation: OuterHeaderCreation | None = optional(
        84, structured(OuterHeaderCreation)
    )
    transport_level_marking: int | None = optional(30, U16)
    interface_type: InterfaceType | int | None = optional(160, _INTERFACE_TYPE)
    flags: SessionModificationFlags | None = optional(49, flags(SessionModificationFlags))


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFar:
    """Forwarding action rule (table 7.5.2.3-1)."""

    far_id: int = mandatory(108, U32)
    apply_action: ApplyAction = mandatory(44, _APPLY_ACTION)
    forwarding_parameters: ForwardingParameters | None = optional(4, ForwardingParameters)
    bar_id: int | None = optional(88, U8)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateFar:
    far_id: int = mandatory(108, U32)
    apply_action: ApplyAction | None = optional(44, _APPLY_ACTION)
    forwarding_parameters: UpdateForwardingParameters | None = optional(
        11, UpdateForwardingParameters
    )
    bar_id: int | None = optional(88, U8)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateQer:
    """QoS enforcement rule (table 7.5.2.5-1); the rates are in kbit/s."""

    qer_id: int = mandatory(109, U32)
    correlation_id: int | None = optional(28, U32)
    gate_status: GateStatus = mandatory(25, flags(GateStatus))
    maximum_bit_rate: BitRate | None = optional(26, structured(BitRate))
    guaranteed_bit_rate: BitRate | None = optional(27, structured(BitRate))
    dl_flow_level_marking: bytes | None = optional(97, OCTETS)
    qfi: int | None = optional(124, QFI)
    rqi: int | None = optional(123, U8)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateQer:
    qer_id: int = mandatory(109, U32)
    correlation_id: int | None = optional(28, U32)
    gate_status: GateStatus | None = optional(25, flags(GateStatus))
    maximum_bit_rate: BitRate | None = optional(26, structured(BitRate))
    guaranteed_bit_rate: BitRate | None = optional(27, structured(BitRate))
    dl_flow_level_marking: bytes | None = optional(97, OCTETS)
    qfi: int | None = optional(124, QFI)
    rqi: int | None = optional(123, U8)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateUrr:
    """Usage reporting rule (table 7.5.2.4-1); times in seconds."""

    urr_id: int = mandatory(81, U32)
    measurement_method: MeasurementMethod = mandatory(62, flags(MeasurementMethod))
    reporting_triggers: ReportingTriggers = mandatory(37, flags(ReportingTriggers, 3))
    measurement_period: int | None = optional(64, U32)
    volume_threshold: Volume | None = optional(31, structured(Volume))
    time_threshold: int | None = optional(32, U32)
    measurement_information: MeasurementInformation | None = optional(
        100, flags(MeasurementInformation)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateUrr:
    urr_id: int = mandatory(81, U32)
    measurement_method: MeasurementMethod | None = optional(62, flags(MeasurementMethod))
    reporting_triggers: ReportingTriggers | None = optional(37, flags(ReportingTriggers, 3))
    measurement_period: int | None = optional(64, U32)
    volume_threshold: Volume | None = optional(31, structured(Volume))
    time_threshold: int | None = optional(32, U32)
    measurement_information: MeasurementInformation | None = optional(
        100, flags(MeasurementInformation)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateBar:
    """Buffering action rule (table 7.5.2.6-1)."""

    bar_id: int = mandatory(88, U8)
    notification_delay: int | None = optional(46, U8)
    suggested_packets: int | None = optional(140, U8)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePdr:
    pdr_id: int = mandatory(56, U16)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFar:
    far_id: int = mandatory(108, U32)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveUrr:
    urr_id: int = mandatory(81, U32)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveQer:
    qer_id: int = mandatory(109, U32)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveBar:
    bar_id: int = mandatory(88, U8)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryUrr:
    urr_id: int = mandatory(81, U32)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedPdr:
    """The tunnel end point that the UP function chose for a PDR (table 7.5.3.2-1)."""

    pdr_id: int = mandatory(56, U16)
    f_teid: FTeid | None = optional(21, _F_TEID)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReport:
    """Table 7.5.8.3-1; ``duration`` in seconds, times in Unix seconds."""

    urr_id: int = mandatory(81, U32)
    ur_seqn: int = mandatory(104, U32)
    trigger: UsageReportTrigger = mandatory(63, flags(UsageReportTrigger, 3))
    start_time: int | None = optional(75, TIME)
    end_time: int | None = optional(76, TIME)
    volume: Volume | None = optional(66, structured(Volume))
    duration: int | None = optional(67, U32)
    first_packet: int | None = optional(69, TIME)
    last_packet: int | None = optional(70, TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class DownlinkDataReport:
    """Table 7.5.8.2-1."""

    pdr_ids: tuple[int, ...] = at_least_one(56, U16)
    service_information: DownlinkDataServiceInformation | None = optional(
        45, structured(DownlinkDataServiceInformation)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorIndicationReport:
    """Table 7.5.8.4-1: tunnels that their far end does not know."""

    remote_f_teids: tuple[FTeid, ...] = at_least_one(21, _F_TEID)
