"""PFCP messages (TS 29.244 clauses 7.4 and 7.5). Each class reads like its table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.protocols.pfcp.end_points import (
    FSeid,
    NodeId,
)
from nfs.protocols.pfcp.enums import (
    Cause,
    CpFunctionFeatures,
    PdnType,
    ReportType,
    SessionEstablishmentFlags,
    SessionModificationFlags,
    SessionReportResponseFlags,
    UpFunctionFeatures,
)
from nfs.protocols.pfcp.framing import at_least_one, mandatory, optional, several
from nfs.protocols.pfcp.groups import (
    CreateBar,
    CreatedPdr,
    CreateFar,
    CreatePdr,
    CreateQer,
    CreateUrr,
    DownlinkDataReport,
    ErrorIndicationReport,
    QueryUrr,
    RemoveBar,
    RemoveFar,
    RemovePdr,
    RemoveQer,
    RemoveUrr,
    UpdateFar,
    UpdatePdr,
    UpdateQer,
    UpdateUrr,
    UsageReport,
)
from nfs.protocols.pfcp.primitives import (
    DNN,
    OCTETS,
    TIME,
    U16,
    enumerated,
    flags,
    structured,
)
from nfs.protocols.pfcp.qos_monitoring import CreateSrr, RemoveSrr, SessionReport

_NODE_ID = structured(NodeId)
_F_SEID = structured(FSeid)
_CAUSE = enumerated(Cause)


class PfcpMessage:
    """The base of all: ``FOR_SESSION`` says whether the header carries a SEID."""

    __slots__ = ()
    TYPE: ClassVar[int]
    NAME: ClassVar[str]
    FOR_SESSION: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatRequest(PfcpMessage):
    TYPE, NAME = 1, "HEARTBEAT REQUEST"
    recovery_time_stamp: int = mandatory(96, TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatResponse(PfcpMessage):
    TYPE, NAME = 2, "HEARTBEAT RESPONSE"
    recovery_time_stamp: int = mandatory(96, TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationSetupRequest(PfcpMessage):
    TYPE, NAME = 5, "ASSOCIATION SETUP REQUEST"
    node_id: NodeId = mandatory(60, _NODE_ID)
    recovery_time_stamp: int = mandatory(96, TIME)
    up_function_features: UpFunctionFeatures | None = optional(43, flags(UpFunctionFeatures, 2))
    cp_function_features: CpFunctionFeatures | None = optional(89, flags(CpFunctionFeatures))


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationSetupResponse(PfcpMessage):
    TYPE, NAME = 6, "ASSOCIATION SETUP RESPONSE"
    node_id: NodeId = mandatory(60, _NODE_ID)
    cause: Cause = mandatory(19, _CAUSE)
    recovery_time_stamp: int | None = optional(96, TIME)
    up_function_features: UpFunctionFeatures | None = optional(43, flags(UpFunctionFeatures, 2))
    cp_function_features: CpFunctionFeatures | None = optional(89, flags(CpFunctionFeatures))


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationUpdateRequest(PfcpMessage):
    TYPE, NAME = 7, "ASSOCIATION UPDATE REQUEST"
    node_id: NodeId = mandatory(60, _NODE_ID)
    up_function_features: UpFunctionFeatures | None = optional(43, flags(UpFunctionFeatures, 2))
    cp_function_features: CpFunctionFeatures | None = optional(89, flags(CpFunctionFeatures))
    release_request: bytes | None = optional(111, OCTETS)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationUpdateResponse(PfcpMessage):
    TYPE, NAME = 8, "ASSOCIATION UPDATE RESPONSE"
    node_id: NodeId = mandatory(60, _NODE_ID)
    cause: Cause = mandatory(19, _CAUSE)
    up_function_features: UpFunctionFeatures | None = optional(43, flags(UpFunctionFeatures, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationReleaseRequest(PfcpMessage):
    TYPE, NAME = 9, "ASSOCIATION RELEASE REQUEST"
    node_id: NodeId = mandatory(60, _NODE_ID)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationReleaseResponse(PfcpMessage):
    TYPE, NAME = 10, "ASSOCIATION RELEASE RESPONSE"
    node_id: NodeId = mandatory(60, _NODE_ID)
    cause: Cause = mandatory(19, _CAUSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionNotSupportedResponse(PfcpMessage):
    TYPE, NAME = 11, "VERSION NOT SUPPORTED RESPONSE"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEstablishmentRequest(PfcpMessage):
    TYPE, NAME, FOR_SESSION = 50, "SESSION ESTABLISHMENT REQUEST", True
    node_id: NodeId = mandatory(60, _NODE_ID)
    cp_f_seid: FSeid = mandatory(57, _F_SEID)
    create_pdrs: tuple[CreatePdr, ...] = at_least_one(1, CreatePdr)
    create_fars: tuple[CreateFar, ...] = at_least_one(3, CreateFar)
    create_urrs: tuple[CreateUrr, ...] = several(6, CreateUrr)
    create_qers: tuple[CreateQer, ...] = several(7, CreateQer)
    create_bar: CreateBar | None = optional(85, CreateBar)
    pdn_type: PdnType | None = optional(113, enumerated(PdnType))
    user_id: bytes | None = optional(141, OCTETS)
    dnn: str | None = optional(159, DNN)
    s_nssai: bytes | None = optional(257, OCTETS)
    flags: SessionEstablishmentFlags | None = optional(186, flags(SessionEstablishmentFlags))
    create_srrs: tuple[CreateSrr, ...] = several(212, CreateSrr)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEstablishmentResponse(PfcpMessage):
    TYPE, NAME, FOR_SESSION = 51, "SESSION ESTABLISHMENT RESPONSE", True
    node_id: NodeId = mandatory(60, _NODE_ID)
    cause: Cause = mandatory(19, _CAUSE)
    offending_ie: int | None = optional(40, U16)
    up_f_seid: FSeid | None = optional(57, _F_SEID)
    created_pdrs: tuple[CreatedPdr, ...] = several(8, CreatedPdr)
    failed_rule_id: bytes | None = optional(114, OCTETS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionModificationRequest(PfcpMessage):
    TYPE, NAME, FOR_SESSION = 52, "SESSION MODIFICATION REQUEST", True
    cp_f_seid: FSeid | None = optional(57, _F_SEID)
    remove_pdrs: tuple[RemovePdr, ...] = several(15, RemovePdr)
    remove_fars: tuple[RemoveFar, ...] = several(16, RemoveFar)
    remove_urrs: tuple[RemoveUrr, ...] = several(17, RemoveUrr)
    remove_qers: tuple[RemoveQer, ...] = several(18, RemoveQer)
    remove_bar: RemoveBar | None = optional(87, RemoveBar)
    create_pdrs: tuple[CreatePdr, ...] = several(1, CreatePdr)
    create_fars: tuple[CreateFar, ...] = several(3, CreateFar)
    create_urrs: tuple[CreateUrr, ...] = several(6, CreateUrr)
    create_qers: tuple[CreateQer, ...] = several(7, CreateQer)
    create_bar: CreateBar | None = optional(85, CreateBar)
    update_pdrs: tuple[UpdatePdr, ...] = several(9, UpdatePdr)
    update_fars: tuple[UpdateFar, ...] = several(10, UpdateFar)
    update_urrs: tuple[UpdateUrr, ...] = several(13, UpdateUrr)
    update_qers: tuple[UpdateQer, ...] = several(14, UpdateQer)
    flags: SessionModificationFlags | None = optional(49, flags(SessionModificationFlags))
    query_urrs: tuple[QueryUrr, ...] = several(77, QueryUrr)
    node_id: NodeId | None = optional(60, _NODE_ID)
    remove_srrs: tuple[RemoveSrr, ...] = several(211, RemoveSrr)
    create_srrs: tuple[CreateSrr, ...] = several(212, CreateSrr)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionModificationResponse(PfcpMessage):
    TYPE, NAME, FOR_SESSION = 53, "SESSION MODIFICATION RESPONSE", True
    cause: Cause = mandatory(19, _CAUSE)
    offending_ie: int | None = optional(40, U16)
    created_pdrs: tuple[CreatedPdr, ...] = several(8, CreatedPdr)
    usage_reports: tuple[UsageReport, ...] = several(78, UsageReport)
    failed_rule_id: bytes | None = optional(114, OCTETS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDeletionRequest(PfcpMessage):
    TYPE, NAME, FOR_SESSION = 54, "SESSION DELETION REQUEST", True


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDeletionResponse(PfcpMessage):
    TYPE, NAME, FOR_SESSION = 55, "SESSION DELETION RESPONSE", True
    cause: Cause = mandatory(19, _CAUSE)
    offending_ie: int | None = optional(40, U16)
    usage_reports: tuple[UsageReport, ...] = several(79, UsageReport)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReportRequest(PfcpMessage):
    TYPE, NAME, FOR_SESSION = 56, "SESSION REPORT REQUEST", True
    report_type: ReportType = mandatory(39, flags(ReportType))
    downlink_data_report: DownlinkDataReport | None = optional(83, DownlinkDataReport)
    usage_reports: tuple[UsageReport, ...] = several(80, UsageReport)
    error_indication_report: ErrorIndicationReport | None = optional(99, ErrorIndicationReport)
    session_reports: tuple[SessionReport, ...] = several(214, SessionReport)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReportResponse(PfcpMessage):
    TYPE, NAME, FOR_SESSION = 57, "SESSION REPORT RESPONSE", True
    cause: Cause = mandatory(19, _CAUSE)
    offending_ie: int | None = optional(40, U16)
    flags: SessionReportResponseFlags | None = optional(50, flags(SessionReportResponseFlags))
