"""What the gNB says about PDU sessions by itself (TS 38.413 clauses 9.2.1.8 to 9.2.1.13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.protocols.ngap import values as v
from nfs.protocols.ngap.diagnostics import DIAGNOSTICS, CriticalityDiagnostics
from nfs.protocols.ngap.messages.table import SUCCESSFUL, NgapMessage, ie, opt

__all__ = [
    "PDUSessionResourceModifyConfirm",
    "PDUSessionResourceModifyIndication",
    "PDUSessionResourceNotify",
]


_NOTIFIED = v.transfers("PDUSessionResourceNotifyList", "pDUSessionResourceNotifyTransfer")
_RELEASED = v.transfers(
    "PDUSessionResourceReleasedListNot", "pDUSessionResourceNotifyReleasedTransfer"
)
_MODIFY = v.transfers(
    "PDUSessionResourceModifyListModInd", "pDUSessionResourceModifyIndicationTransfer"
)
_CONFIRMED = v.transfers(
    "PDUSessionResourceModifyListModCfm", "pDUSessionResourceModifyConfirmTransfer"
)
_FAILED = v.transfers(
    "PDUSessionResourceFailedToModifyListModCfm",
    "pDUSessionResourceModifyIndicationUnsuccessfulTransfer",
)


@dataclass(frozen=True)
class PDUSessionResourceNotify(NgapMessage):
    PROCEDURE: ClassVar[int] = 30
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    notified: tuple[v.PduSessionItem, ...] = opt(66, _NOTIFIED, default=())
    released: tuple[v.PduSessionItem, ...] = opt(67, _RELEASED, "ignore", ())
    location: v.UserLocationNr | None = opt(121, v.LOCATION, "ignore")


@dataclass(frozen=True)
class PDUSessionResourceModifyIndication(NgapMessage):
    PROCEDURE: ClassVar[int] = 27

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    items: tuple[v.PduSessionItem, ...] = ie(63, _MODIFY)
    location: v.UserLocationNr | None = opt(121, v.LOCATION, "ignore")


@dataclass(frozen=True)
class PDUSessionResourceModifyConfirm(NgapMessage):
    PROCEDURE: ClassVar[int] = 27
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    modified: tuple[v.PduSessionItem, ...] = opt(62, _CONFIRMED, "ignore", ())
    failed: tuple[v.PduSessionItem, ...] = opt(131, _FAILED, "ignore", ())
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")
