"""Xn handover: the path switch (TS 38.413 clauses 9.2.3.8 to 9.2.3.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.common.identities import Snssai
from nfs.protocols.ngap import values as v
from nfs.protocols.ngap.diagnostics import DIAGNOSTICS, CriticalityDiagnostics
from nfs.protocols.ngap.messages.table import SUCCESSFUL, UNSUCCESSFUL, NgapMessage, early, ie, opt

__all__ = [
    "PathSwitchRequest",
    "PathSwitchRequestAcknowledge",
    "PathSwitchRequestFailure",
]


_SWITCH = v.transfers("PDUSessionResourceToBeSwitchedDLList", "pathSwitchRequestTransfer")
_NOT_SET_UP = v.transfers(
    "PDUSessionResourceFailedToSetupListPSReq", "pathSwitchRequestSetupFailedTransfer"
)
_SWITCHED = v.transfers("PDUSessionResourceSwitchedList", "pathSwitchRequestAcknowledgeTransfer")
_RELEASED = v.transfers(
    "PDUSessionResourceReleasedListPSAck", "pathSwitchRequestUnsuccessfulTransfer"
)
_ALL_RELEASED = v.transfers(
    "PDUSessionResourceReleasedListPSFail", "pathSwitchRequestUnsuccessfulTransfer"
)


@dataclass(frozen=True)
class PathSwitchRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 25

    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    source_amf_ue_ngap_id: int = ie(100, v.AMF_ID)
    location: v.UserLocationNr | None = ie(121, v.LOCATION, "ignore", absent=None)
    ue_security_capabilities: v.UeSecurityCapabilities | None = ie(
        119, v.CAPABILITIES, "ignore", absent=None
    )
    items: tuple[v.PduSessionItem, ...] = ie(76, _SWITCH)
    failed: tuple[v.PduSessionItem, ...] = opt(57, _NOT_SET_UP, "ignore", ())


@dataclass(frozen=True)
class PathSwitchRequestAcknowledge(NgapMessage):
    PROCEDURE: ClassVar[int] = 25
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    ue_security_capabilities: v.UeSecurityCapabilities | None = early(119, v.CAPABILITIES)
    security_context: v.NextHop = ie(93, v.SECURITY_CONTEXT)
    switched: tuple[v.PduSessionItem, ...] = ie(77, _SWITCHED, "ignore", absent=())
    released: tuple[v.PduSessionItem, ...] = early(68, _RELEASED, "ignore", ())
    allowed_nssai: tuple[Snssai, ...] = ie(0, v.ALLOWED_NSSAI)
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class PathSwitchRequestFailure(NgapMessage):
    PROCEDURE: ClassVar[int] = 25
    PDU: ClassVar[str] = UNSUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    released: tuple[v.PduSessionItem, ...] = ie(69, _ALL_RELEASED, "ignore", absent=())
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")
