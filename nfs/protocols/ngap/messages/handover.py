"""N2 handover (TS 38.413 clauses 9.2.3.1 to 9.2.3.7 and 9.2.3.11 to 9.2.3.14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from nfs.common.identities import Guami, Snssai
from nfs.protocols.ngap import values as v
from nfs.protocols.ngap.diagnostics import DIAGNOSTICS, CriticalityDiagnostics
from nfs.protocols.ngap.messages.table import SUCCESSFUL, UNSUCCESSFUL, NgapMessage, early, ie, opt

__all__ = [
    "DownlinkRANStatusTransfer",
    "HandoverCancel",
    "HandoverCancelAcknowledge",
    "HandoverCommand",
    "HandoverFailure",
    "HandoverNotify",
    "HandoverPreparationFailure",
    "HandoverRequest",
    "HandoverRequestAcknowledge",
    "HandoverRequired",
    "UplinkRANStatusTransfer",
]


_REQUIRED = v.transfers("PDUSessionResourceListHORqd", "handoverRequiredTransfer")
_REQUEST = v.items(
    "PDUSessionResourceSetupListHOReq",
    v.PduSessionHandoverItem,
    "handoverRequestTransfer",
    slice_=True,
)
_ADMITTED = v.transfers("PDUSessionResourceAdmittedList", "handoverRequestAcknowledgeTransfer")
_NOT_ADMITTED = v.transfers(
    "PDUSessionResourceFailedToSetupListHOAck", "handoverResourceAllocationUnsuccessfulTransfer"
)
_HANDOVER = v.transfers("PDUSessionResourceHandoverList", "handoverCommandTransfer")
_TO_RELEASE = v.transfers(
    "PDUSessionResourceToReleaseListHOCmd", "handoverPreparationUnsuccessfulTransfer"
)
_TO_SOURCE = v.plain("TargetToSource-TransparentContainer")
_TO_TARGET = v.plain("SourceToTarget-TransparentContainer")


@dataclass(frozen=True)
class HandoverRequired(NgapMessage):
    PROCEDURE: ClassVar[int] = 12

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    handover_type: str = ie(29, v.plain("HandoverType"))
    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)
    target: v.TargetGnb = ie(105, v.TARGET_ID)
    items: tuple[v.PduSessionItem, ...] = ie(61, _REQUIRED)
    source_to_target: bytes = ie(101, _TO_TARGET)


@dataclass(frozen=True)
class HandoverCommand(NgapMessage):
    PROCEDURE: ClassVar[int] = 12
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    handover_type: str = ie(29, v.plain("HandoverType"))
    nas_security_parameters: bytes | None = early(39, v.plain("NASSecurityParametersFromNGRAN"))
    items: tuple[v.PduSessionItem, ...] = early(59, _HANDOVER, "ignore", ())
    to_release: tuple[v.PduSessionItem, ...] = early(78, _TO_RELEASE, "ignore", ())
    target_to_source: bytes = ie(106, _TO_SOURCE)
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class HandoverPreparationFailure(NgapMessage):
    PROCEDURE: ClassVar[int] = 12
    PDU: ClassVar[str] = UNSUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class HandoverRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 13

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    handover_type: str = ie(29, v.plain("HandoverType"))
    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)
    ue_ambr: tuple[int, int] = ie(110, v.UE_AMBR)
    ue_security_capabilities: v.UeSecurityCapabilities = ie(119, v.CAPABILITIES)
    security_context: v.NextHop = ie(93, v.SECURITY_CONTEXT)
    items: tuple[v.PduSessionHandoverItem, ...] = ie(73, _REQUEST)
    allowed_nssai: tuple[Snssai, ...] = ie(0, v.ALLOWED_NSSAI)
    source_to_target: bytes = ie(101, _TO_TARGET)
    guami: Guami = ie(28, v.GUAMI)


@dataclass(frozen=True)
class HandoverRequestAcknowledge(NgapMessage):
    PROCEDURE: ClassVar[int] = 13
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    admitted: tuple[v.PduSessionItem, ...] = ie(53, _ADMITTED, "ignore", absent=())
    failed: tuple[v.PduSessionItem, ...] = early(56, _NOT_ADMITTED, "ignore", ())
    target_to_source: bytes = ie(106, _TO_SOURCE)
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class HandoverFailure(NgapMessage):
    PROCEDURE: ClassVar[int] = 13
    PDU: ClassVar[str] = UNSUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class HandoverNotify(NgapMessage):
    PROCEDURE: ClassVar[int] = 11
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    location: v.UserLocationNr | None = ie(121, v.LOCATION, "ignore", absent=None)


@dataclass(frozen=True)
class HandoverCancel(NgapMessage):
    PROCEDURE: ClassVar[int] = 10

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)


@dataclass(frozen=True)
class HandoverCancelAcknowledge(NgapMessage):
    PROCEDURE: ClassVar[int] = 10
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class UplinkRANStatusTransfer(NgapMessage):
    PROCEDURE: ClassVar[int] = 49
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    status: Any = ie(84, v.plain("RANStatusTransfer-TransparentContainer"))


@dataclass(frozen=True)
class DownlinkRANStatusTransfer(NgapMessage):
    PROCEDURE: ClassVar[int] = 7
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    status: Any = ie(84, v.plain("RANStatusTransfer-TransparentContainer"))
