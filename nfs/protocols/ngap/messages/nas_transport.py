"""NAS transport messages (TS 38.413 clause 9.2.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.common.identities import Snssai
from nfs.protocols.ngap import values as v
from nfs.protocols.ngap.messages.table import NgapMessage, early, ie, opt

__all__ = [
    "DownlinkNASTransport",
    "InitialUEMessage",
    "NASNonDeliveryIndication",
    "RerouteNASRequest",
    "UplinkNASTransport",
]


@dataclass(frozen=True)
class InitialUEMessage(NgapMessage):
    PROCEDURE: ClassVar[int] = 15
    CRITICALITY: ClassVar[str] = "ignore"

    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    nas_pdu: bytes = ie(38, v.NAS_PDU)
    location: v.UserLocationNr = ie(121, v.LOCATION)
    rrc_establishment_cause: str = ie(
        90, v.plain("RRCEstablishmentCause"), "ignore", absent="notAvailable"
    )
    five_g_s_tmsi: v.FiveGSTmsi | None = opt(26, v.TMSI)
    ue_context_request: bool | None = opt(112, v.CONTEXT_REQUESTED, "ignore")


@dataclass(frozen=True)
class UplinkNASTransport(NgapMessage):
    PROCEDURE: ClassVar[int] = 46
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    nas_pdu: bytes = ie(38, v.NAS_PDU)
    location: v.UserLocationNr | None = ie(121, v.LOCATION, "ignore", absent=None)


@dataclass(frozen=True)
class DownlinkNASTransport(NgapMessage):
    PROCEDURE: ClassVar[int] = 4
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    nas_pdu: bytes = ie(38, v.NAS_PDU)


@dataclass(frozen=True)
class NASNonDeliveryIndication(NgapMessage):
    PROCEDURE: ClassVar[int] = 19
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    nas_pdu: bytes = ie(38, v.NAS_PDU, "ignore", absent=b"")
    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)


@dataclass(frozen=True)
class RerouteNASRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 36

    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    amf_ue_ngap_id: int | None = early(10, v.AMF_ID, "ignore")
    ngap_message: bytes = ie(42, v.plain("OCTET STRING"))
    amf_set_id: int = ie(3, v.AMF_SET_ID)
    allowed_nssai: tuple[Snssai, ...] = opt(0, v.ALLOWED_NSSAI, default=())
