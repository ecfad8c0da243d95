"""5GSM messages, each as its table in TS 24.501 clause 8.3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.common.identities import Snssai
from nfs.protocols.nas.causes import SmCause
from nfs.protocols.nas.enums import PduSessionType
from nfs.protocols.nas.framing import OCTETS, Format, NasMessage, mandatory, optional
from nfs.protocols.nas.ies.dnn import DNN
from nfs.protocols.nas.ies.primitives import SM_CAUSE, code, number
from nfs.protocols.nas.ies.slices import SNSSAI
from nfs.protocols.nas.ies.timers import TIMER_3
from nfs.protocols.nas.pco import OPTIONS, ProtocolConfigurationOptions
from nfs.protocols.nas.qos_flows import AMBR, DESCRIPTIONS, QosFlowDescription, SessionAmbr
from nfs.protocols.nas.qos_rules import RULES, QosRule
from nfs.protocols.nas.session_ies import (
    ADDRESS,
    MAX_PACKET_FILTERS,
    SSC_MODES,
    PduAddress,
)

LV, LV_E, V, HALF = Format.LV, Format.LV_E, Format.V, Format.HALF
TV, TLV, TLV_E, TV_HALF = Format.TV, Format.TLV, Format.TLV_E, Format.TV_HALF


@dataclass(frozen=True)
class SmMessage(NasMessage):
    """5GS session management: extended protocol discriminator 0x2e."""

    pdu_session_id: int
    pti: int


@dataclass(frozen=True)
class PduSessionEstablishmentRequest(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xC1
    NAME: ClassVar[str] = "PDU SESSION ESTABLISHMENT REQUEST"

    integrity_max_rate: bytes = mandatory(V, OCTETS, 2)
    pdu_session_type: PduSessionType | None = optional(0x90, TV_HALF, code(PduSessionType))
    ssc_mode: int | None = optional(0xA0, TV_HALF, number())
    sm_capability: bytes | None = optional(0x28, TLV, OCTETS)
    max_packet_filters: int | None = optional(0x55, TV, MAX_PACKET_FILTERS, 2)
    always_on: int | None = optional(0xB0, TV_HALF, number())
    dn_request: bytes | None = optional(0x39, TLV, OCTETS)
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)
    header_compression: bytes | None = optional(0x66, TLV, OCTETS)
    suggested_interface_id: PduAddress | None = optional(0x29, TLV, ADDRESS)


@dataclass(frozen=True)
class PduSessionEstablishmentAccept(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xC2
    NAME: ClassVar[str] = "PDU SESSION ESTABLISHMENT ACCEPT"

    pdu_session_type: PduSessionType = mandatory(HALF, code(PduSessionType))
    ssc_mode: int = mandatory(HALF, number())
    qos_rules: tuple[QosRule, ...] = mandatory(LV_E, RULES)
    session_ambr: SessionAmbr = mandatory(LV, AMBR)
    cause: SmCause | None = optional(0x59, TV, SM_CAUSE, 1)
    pdu_address: PduAddress | None = optional(0x29, TLV, ADDRESS)
    rq_timer: bytes | None = optional(0x56, TV, OCTETS, 1)
    s_nssai: Snssai | None = optional(0x22, TLV, SNSSAI)
    always_on: int | None = optional(0x80, TV_HALF, number())
    mapped_eps_bearer_contexts: bytes | None = optional(0x75, TLV_E, OCTETS)
    eap: bytes | None = optional(0x78, TLV_E, OCTETS)
    qos_flow_descriptions: tuple[QosFlowDescription, ...] | None = optional(
        0x79, TLV_E, DESCRIPTIONS
    )
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)
    dnn: str | None = optional(0x25, TLV, DNN)
    network_feature_support: bytes | None = optional(0x17, TLV, OCTETS)
    serving_plmn_rate_control: bytes | None = optional(0x18, TLV, OCTETS)
    atsss: bytes | None = optional(0x77, TLV_E, OCTETS)
    control_plane_only: int | None = optional(0xC0, TV_HALF, number())
    header_compression: bytes | None = optional(0x66, TLV, OCTETS)


@dataclass(frozen=True)
class PduSessionEstablishmentReject(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xC3
    NAME: ClassVar[str] = "PDU SESSION ESTABLISHMENT REJECT"

    cause: SmCause = mandatory(V, SM_CAUSE, 1)
    back_off_timer: float | None = optional(0x37, TLV, TIMER_3)
    allowed_ssc_modes: frozenset[int] | None = optional(0xF0, TV_HALF, SSC_MODES)
    eap: bytes | None = optional(0x78, TLV_E, OCTETS)
    congestion_re_attempt: int | None = optional(0x61, TLV, number())
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)
    re_attempt: int | None = optional(0x1D, TLV, number())


@dataclass(frozen=True)
class PduSessionAuthenticationCommand(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xC5
    NAME: ClassVar[str] = "PDU SESSION AUTHENTICATION COMMAND"

    eap: bytes = mandatory(LV_E, OCTETS)
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)


@dataclass(frozen=True)
class PduSessionAuthenticationComplete(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xC6
    NAME: ClassVar[str] = "PDU SESSION AUTHENTICATION COMPLETE"

    eap: bytes = mandatory(LV_E, OCTETS)
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)


@dataclass(frozen=True)
class PduSessionAuthenticationResult(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xC7
    NAME: ClassVar[str] = "PDU SESSION AUTHENTICATION RESULT"

    eap: bytes | None = optional(0x78, TLV_E, OCTETS)
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)


@dataclass(frozen=True)
class PduSessionModificationRequest(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xC9
    NAME: ClassVar[str] = "PDU SESSION MODIFICATION REQUEST"

    sm_capability: bytes | None = optional(0x28, TLV, OCTETS)
    cause: SmCause | None = optional(0x59, TV, SM_CAUSE, 1)
    max_packet_filters: int | None = optional(0x55, TV, MAX_PACKET_FILTERS, 2)
    always_on: int | None = optional(0xB0, TV_HALF, number())
    integrity_max_rate: bytes | None = optional(0x13, TV, OCTETS, 2)
    requested_qos_rules: tuple[QosRule, ...] | None = optional(0x7A, TLV_E, RULES)
    requested_qos_flow_descriptions: tuple[QosFlowDescription, ...] | None = optional(
        0x79, TLV_E, DESCRIPTIONS
    )
    mapped_eps_bearer_contexts: bytes | None = optional(0x75, TLV_E, OCTETS)
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)
    header_compression: bytes | None = optional(0x66, TLV, OCTETS)


@dataclass(frozen=True)
class PduSessionModificationReject(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xCA
    NAME: ClassVar[str] = "PDU SESSION MODIFICATION REJECT"

    cause: SmCause = mandatory(V, SM_CAUSE, 1)
    back_off_timer: float | None = optional(0x37, TLV, TIMER_3)
    congestion_re_attempt: int | None = optional(0x61, TLV, number())
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)
    re_attempt: int | None = optional(0x1D, TLV, number())


@dataclass(frozen=True)
class PduSessionModificationCommand(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xCB
    NAME: ClassVar[str] = "PDU SESSION MODIFICATION COMMAND"

    cause: SmCause | None = optional(0x59, TV, SM_CAUSE, 1)
    session_ambr: SessionAmbr | None = optional(0x2A, TLV, AMBR)
    rq_timer: bytes | None = optional(0x56, TV, OCTETS, 1)
    always_on: int | None = optional(0x80, TV_HALF, number())
    qos_rules: tuple[QosRule, ...] | None = optional(0x7A, TLV_E, RULES)
    mapped_eps_bearer_contexts: bytes | None = optional(0x75, TLV_E, OCTETS)
    qos_flow_descriptions: tuple[QosFlowDescription, ...] | None = optional(
        0x79, TLV_E, DESCRIPTIONS
    )
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)
    atsss: bytes | None = optional(0x77, TLV_E, OCTETS)
    header_compression: bytes | None = optional(0x66, TLV, OCTETS)
    serving_plmn_rate_control: bytes | None = optional(0x1E, TLV, OCTETS)


@dataclass(frozen=True)
class PduSessionModificationComplete(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xCC
    NAME: ClassVar[str] = "PDU SESSION MODIFICATION COMPLETE"

    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)


@dataclass(frozen=True)
class PduSessionModificationCommandReject(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xCD
    NAME: ClassVar[str] = "PDU SESSION MODIFICATION COMMAND REJECT"

    cause: SmCause = mandatory(V, SM_CAUSE, 1)
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)


@dataclass(frozen=True)
class PduSessionReleaseRequest(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xD1
    NAME: ClassVar[str] = "PDU SESSION RELEASE REQUEST"

    cause: SmCause | None = optional(0x59, TV, SM_CAUSE, 1)
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)


@dataclass(frozen=True)
class PduSessionReleaseReject(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xD2
    NAME: ClassVar[str] = "PDU SESSION RELEASE REJECT"

    cause: SmCause = mandatory(V, SM_CAUSE, 1)
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)


@dataclass(frozen=True)
class PduSessionReleaseCommand(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xD3
    NAME: ClassVar[str] = "PDU SESSION RELEASE COMMAND"

    cause: SmCause = mandatory(V, SM_CAUSE, 1)
    back_off_timer: float | None = optional(0x37, TLV, TIMER_3)
    eap: bytes | None = optional(0x78, TLV_E, OCTETS)
    congestion_re_attempt: int | None = optional(0x61, TLV, number())
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)
    access_type: int | None = optional(0xD0, TV_HALF, number())


@dataclass(frozen=True)
class PduSessionReleaseComplete(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xD4
    NAME: ClassVar[str] = "PDU SESSION RELEASE COMPLETE"

    cause: SmCause | None = optional(0x59, TV, SM_CAUSE, 1)
    epco: ProtocolConfigurationOptions | None = optional(0x7B, TLV_E, OPTIONS)


@dataclass(frozen=True)
class SmStatus(SmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0xD6
    NAME: ClassVar[str] = "5GSM STATUS"

    cause: SmCause = mandatory(V, SM_CAUSE, 1)
