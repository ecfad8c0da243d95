"""Interface management messages (TS 38.413 clause 9.2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.common.identities import Guami
from nfs.protocols.ngap import values as v
from nfs.protocols.ngap.diagnostics import DIAGNOSTICS, CriticalityDiagnostics
from nfs.protocols.ngap.messages.table import SUCCESSFUL, UNSUCCESSFUL, NgapMessage, early, ie, opt

__all__ = [
    "ErrorIndication",
    "NGReset",
    "NGResetAcknowledge",
    "NGSetupFailure",
    "NGSetupRequest",
    "NGSetupResponse",
]


@dataclass(frozen=True)
class NGSetupRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 21

    global_ran_node_id: v.GlobalGnbId = ie(27, v.RAN_NODE)
    ran_node_name: str | None = early(82, v.plain("RANNodeName"), "ignore")
    supported_tas: tuple[v.SupportedTa, ...] = ie(102, v.SUPPORTED_TAS)
    default_paging_drx: str | None = opt(21, v.plain("PagingDRX"), "ignore", "v128")


@dataclass(frozen=True)
class NGSetupResponse(NgapMessage):
    PROCEDURE: ClassVar[int] = 21
    PDU: ClassVar[str] = SUCCESSFUL

    amf_name: str = ie(1, v.plain("AMFName"))
    served_guamis: tuple[Guami, ...] = ie(96, v.SERVED_GUAMIS)
    relative_amf_capacity: int = ie(86, v.plain("RelativeAMFCapacity"), "ignore", absent=255)
    plmn_support: tuple[v.BroadcastPlmn, ...] = ie(80, v.PLMN_SUPPORT)
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class NGSetupFailure(NgapMessage):
    PROCEDURE: ClassVar[int] = 21
    PDU: ClassVar[str] = UNSUCCESSFUL

    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)
    time_to_wait: str | None = opt(107, v.plain("TimeToWait"), "ignore")
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class ErrorIndication(NgapMessage):
    PROCEDURE: ClassVar[int] = 9
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int | None = opt(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int | None = opt(85, v.RAN_ID, "ignore")
    cause: v.Cause | None = opt(15, v.CAUSE, "ignore")
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class NGReset(NgapMessage):
    PROCEDURE: ClassVar[int] = 20

    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)
    connections: tuple[tuple[int | None, int | None], ...] | None = ie(88, v.RESET_TYPE)


@dataclass(frozen=True)
class NGResetAcknowledge(NgapMessage):
    PROCEDURE: ClassVar[int] = 20
    PDU: ClassVar[str] = SUCCESSFUL

    connections: tuple[tuple[int | None, int | None], ...] | None = opt(
        111, v.CONNECTIONS, "ignore"
    )
