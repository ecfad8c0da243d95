"""PDU session management messages (TS 38.413 clause 9.2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.protocols.ngap import values as v
from nfs.protocols.ngap.messages.table import SUCCESSFUL, NgapMessage, early, ie, opt

__all__ = [
    "PDUSessionResourceModifyRequest",
    "PDUSessionResourceModifyResponse",
    "PDUSessionResourceReleaseCommand",
    "PDUSessionResourceReleaseResponse",
    "PDUSessionResourceSetupRequest",
    "PDUSessionResourceSetupResponse",
]


@dataclass(frozen=True)
class PDUSessionResourceSetupRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 29

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    nas_pdu: bytes | None = early(38, v.NAS_PDU)
    items: tuple[v.PduSessionSetupRequestItem, ...] = ie(
        74,
        v.items(
            "PDUSessionResourceSetupListSUReq",
            v.PduSessionSetupRequestItem,
            "pDUSessionResourceSetupRequestTransfer",
            nas="pDUSessionNAS-PDU",
            slice_=True,
        ),
    )
    ue_ambr: tuple[int, int] | None = opt(110, v.UE_AMBR, "ignore")


_SETUP = v.transfers("PDUSessionResourceSetupListSURes", "pDUSessionResourceSetupResponseTransfer")


_SETUP_FAILED = v.transfers(
    "PDUSessionResourceFailedToSetupListSURes", "pDUSessionResourceSetupUnsuccessfulTransfer"
)


@dataclass(frozen=True)
class PDUSessionResourceSetupResponse(NgapMessage):
    PROCEDURE: ClassVar[int] = 29
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    setup: tuple[v.PduSessionItem, ...] = opt(75, _SETUP, "ignore", ())
    failed: tuple[v.PduSessionItem, ...] = opt(58, _SETUP_FAILED, "ignore", ())


@dataclass(frozen=True)
class PDUSessionResourceModifyRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 26

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    items: tuple[v.PduSessionModifyRequestItem, ...] = ie(
        64,
        v.items(
            "PDUSessionResourceModifyListModReq",
            v.PduSessionModifyRequestItem,
            "pDUSessionResourceModifyRequestTransfer",
            nas="nAS-PDU",
        ),
    )


_MODIFIED = v.transfers(
    "PDUSessionResourceModifyListModRes", "pDUSessionResourceModifyResponseTransfer"
)


_MODIFY_FAILED = v.transfers(
    "PDUSessionResourceFailedToModifyListModRes", "pDUSessionResourceModifyUnsuccessfulTransfer"
)


@dataclass(frozen=True)
class PDUSessionResourceModifyResponse(NgapMessage):
    PROCEDURE: ClassVar[int] = 26
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    modified: tuple[v.PduSessionItem, ...] = opt(65, _MODIFIED, "ignore", ())
    failed: tuple[v.PduSessionItem, ...] = opt(54, _MODIFY_FAILED, "ignore", ())


_TO_RELEASE = v.transfers(
    "PDUSessionResourceToReleaseListRelCmd", "pDUSessionResourceReleaseCommandTransfer"
)


_RELEASED = v.transfers(
    "PDUSessionResourceReleasedListRelRes", "pDUSessionResourceReleaseResponseTransfer"
)


@dataclass(frozen=True)
class PDUSessionResourceReleaseCommand(NgapMessage):
    PROCEDURE: ClassVar[int] = 28

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    nas_pdu: bytes | None = early(38, v.NAS_PDU, "ignore")
    items: tuple[v.PduSessionItem, ...] = ie(79, _TO_RELEASE)


@dataclass(frozen=True)
class PDUSessionResourceReleaseResponse(NgapMessage):
    PROCEDURE: ClassVar[int] = 28
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    released: tuple[v.PduSessionItem, ...] = ie(70, _RELEASED, "ignore")
