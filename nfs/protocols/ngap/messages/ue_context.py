"""UE context management messages (TS 38.413 clause 9.2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.common.identities import Guami, Snssai
from nfs.protocols.ngap import values as v
from nfs.protocols.ngap.diagnostics import DIAGNOSTICS, CriticalityDiagnostics
from nfs.protocols.ngap.messages.table import SUCCESSFUL, UNSUCCESSFUL, NgapMessage, early, ie, opt

__all__ = [
    "InitialContextSetupFailure",
    "InitialContextSetupRequest",
    "InitialContextSetupResponse",
    "UEContextReleaseCommand",
    "UEContextReleaseComplete",
    "UEContextReleaseRequest",
]


@dataclass(frozen=True)
class InitialContextSetupRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 14

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    guami: Guami = ie(28, v.GUAMI)
    allowed_nssai: tuple[Snssai, ...] = ie(0, v.ALLOWED_NSSAI)
    ue_security_capabilities: v.UeSecurityCapabilities = ie(119, v.CAPABILITIES)
    security_key: bytes = ie(94, v.SECURITY_KEY)
    ue_ambr: tuple[int, int] | None = opt(110, v.UE_AMBR)
    items: tuple[v.PduSessionSetupRequestItem, ...] = opt(
        71,
        v.items(
            "PDUSessionResourceSetupListCxtReq",
            v.PduSessionSetupRequestItem,
            "pDUSessionResourceSetupRequestTransfer",
            nas="nAS-PDU",
            slice_=True,
        ),
        default=(),
    )
    nas_pdu: bytes | None = opt(38, v.NAS_PDU, "ignore")


_CONTEXT_SETUP = v.items(
    "PDUSessionResourceSetupListCxtRes", v.PduSessionItem, "pDUSessionResourceSetupResponseTransfer"
)
_CONTEXT_SETUP_FAILED = v.items(
    "PDUSessionResourceFailedToSetupListCxtRes",
    v.PduSessionItem,
    "pDUSessionResourceSetupUnsuccessfulTransfer",
)


@dataclass(frozen=True)
class InitialContextSetupResponse(NgapMessage):
    PROCEDURE: ClassVar[int] = 14
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    setup: tuple[v.PduSessionItem, ...] = opt(72, _CONTEXT_SETUP, "ignore", ())
    failed: tuple[v.PduSessionItem, ...] = opt(55, _CONTEXT_SETUP_FAILED, "ignore", ())


@dataclass(frozen=True)
class InitialContextSetupFailure(NgapMessage):
    PROCEDURE: ClassVar[int] = 14
    PDU: ClassVar[str] = UNSUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class UEContextReleaseRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 42
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    active_sessions: tuple[int, ...] = early(
        133, v.session_ids("PDUSessionResourceListCxtRelReq"), default=()
    )
    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)


@dataclass(frozen=True)
class UEContextReleaseCommand(NgapMessage):
    PROCEDURE: ClassVar[int] = 41

    ids: tuple[int, int | None] = ie(114, v.UE_IDS)
    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)


@dataclass(frozen=True)
class UEContextReleaseComplete(NgapMessage):
    PROCEDURE: ClassVar[int] = 41
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
