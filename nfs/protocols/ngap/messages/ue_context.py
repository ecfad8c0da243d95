"""UE context management messages (TS 38.413 clause 9.2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from nfs.common.identities import Guami, Snssai
from nfs.protocols.ngap import values as v
from nfs.protocols.ngap.diagnostics import DIAGNOSTICS, CriticalityDiagnostics
from nfs.protocols.ngap.messages.table import SUCCESSFUL, UNSUCCESSFUL, NgapMessage, early, ie, opt

__all__ = [
    "InitialContextSetupFailure",
    "InitialContextSetupRequest",
    "InitialContextSetupResponse",
    "RRCInactiveTransitionReport",
    "UEContextModificationFailure",
    "UEContextModificationRequest",
    "UEContextModificationResponse",
    "UEContextReleaseCommand",
    "UEContextReleaseComplete",
    "UEContextReleaseRequest",
    "UERadioCapabilityInfoIndication",
    "UETNLABindingReleaseRequest",
]


@dataclass(frozen=True)
class InitialContextSetupRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 14

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    ue_ambr: tuple[int, int] | None = early(110, v.UE_AMBR)
    guami: Guami = ie(28, v.GUAMI)
    items: tuple[v.PduSessionSetupRequestItem, ...] = early(
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
    allowed_nssai: tuple[Snssai, ...] = ie(0, v.ALLOWED_NSSAI)
    ue_security_capabilities: v.UeSecurityCapabilities = ie(119, v.CAPABILITIES)
    security_key: bytes = ie(94, v.SECURITY_KEY)
    ue_radio_capability: bytes | None = opt(117, v.plain("UERadioCapability"), "ignore")
    nas_pdu: bytes | None = opt(38, v.NAS_PDU, "ignore")
    rrc_inactive_transition_report_request: str | None = opt(
        91, v.plain("RRCInactiveTransitionReportRequest"), "ignore"
    )


_CONTEXT_SETUP = v.transfers(
    "PDUSessionResourceSetupListCxtRes", "pDUSessionResourceSetupResponseTransfer"
)
_CONTEXT_SETUP_FAILED = v.transfers(
    "PDUSessionResourceFailedToSetupListCxtRes", "pDUSessionResourceSetupUnsuccessfulTransfer"
)


@dataclass(frozen=True)
class InitialContextSetupResponse(NgapMessage):
    PROCEDURE: ClassVar[int] = 14
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    setup: tuple[v.PduSessionItem, ...] = opt(72, _CONTEXT_SETUP, "ignore", ())
    failed: tuple[v.PduSessionItem, ...] = opt(55, _CONTEXT_SETUP_FAILED, "ignore", ())


_CONTEXT_FAILED = v.transfers(
    "PDUSessionResourceFailedToSetupListCxtFail", "pDUSessionResourceSetupUnsuccessfulTransfer"
)


@dataclass(frozen=True)
class InitialContextSetupFailure(NgapMessage):
    PROCEDURE: ClassVar[int] = 14
    PDU: ClassVar[str] = UNSUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    failed: tuple[v.PduSessionItem, ...] = early(132, _CONTEXT_FAILED, "ignore", ())
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


@dataclass(frozen=True)
class UEContextModificationRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 40

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    security_key: bytes | None = opt(94, v.SECURITY_KEY)
    ue_ambr: tuple[int, int] | None = opt(110, v.UE_AMBR, "ignore")
    ue_security_capabilities: v.UeSecurityCapabilities | None = opt(119, v.CAPABILITIES)
    new_amf_ue_ngap_id: int | None = opt(40, v.AMF_ID)
    rrc_inactive_transition_report_request: str | None = opt(
        91, v.plain("RRCInactiveTransitionReportRequest"), "ignore"
    )
    new_guami: Guami | None = opt(162, v.GUAMI)


@dataclass(frozen=True)
class UEContextModificationResponse(NgapMessage):
    PROCEDURE: ClassVar[int] = 40
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    rrc_state: str | None = opt(92, v.plain("RRCState"), "ignore")
    location: v.UserLocationNr | None = opt(121, v.LOCATION, "ignore")
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class UEContextModificationFailure(NgapMessage):
    PROCEDURE: ClassVar[int] = 40
    PDU: ClassVar[str] = UNSUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class RRCInactiveTransitionReport(NgapMessage):
    PROCEDURE: ClassVar[int] = 37
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    rrc_state: str = ie(92, v.plain("RRCState"), "ignore", absent="connected")
    location: v.UserLocationNr | None = ie(121, v.LOCATION, "ignore", absent=None)


@dataclass(frozen=True)
class UETNLABindingReleaseRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 45
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)


@dataclass(frozen=True)
class UERadioCapabilityInfoIndication(NgapMessage):
    PROCEDURE: ClassVar[int] = 44
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    ue_radio_capability: bytes = ie(117, v.plain("UERadioCapability"), "ignore", absent=b"")
    ue_radio_capability_for_paging: Any = opt(118, v.plain("UERadioCapabilityForPaging"), "ignore")
