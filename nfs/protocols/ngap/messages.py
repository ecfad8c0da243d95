"""NGAP messages, each as its table in TS 38.413 clause 9.2."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from nfs.common.identities import Guami, Snssai, Tai
from nfs.protocols.ngap import values as v

INITIATING = "initiatingMessage"
SUCCESSFUL = "successfulOutcome"
UNSUCCESSFUL = "unsuccessfulOutcome"


@dataclass(frozen=True, slots=True)
class Element:
    """One row: IE identifier, type, criticality, and whether the message needs it."""

    id: int
    codec: v.Codec
    criticality: str
    mandatory: bool


def ie(id_: int, codec: v.Codec, criticality: str = "reject") -> Any:
    return field(metadata={"ie": Element(id_, codec, criticality, mandatory=True)})


def opt(id_: int, codec: v.Codec, criticality: str = "reject", default: Any = None) -> Any:
    element = Element(id_, codec, criticality, mandatory=False)
    return field(default=default, metadata={"ie": element})


def early(id_: int, codec: v.Codec, criticality: str = "reject", default: Any = None) -> Any:
    """An optional row above a mandatory one: IEs travel in the order of the table (10.3.6)."""
    element = Element(id_, codec, criticality, mandatory=False)
    return field(default=default, kw_only=True, metadata={"ie": element})


@dataclass(frozen=True, kw_only=True)
class NgapMessage:
    """``wire`` holds the IEs of a received message as they came, extensions and all."""

    PROCEDURE: ClassVar[int]
    PDU: ClassVar[str] = INITIATING
    NAME: ClassVar[str]
    CRITICALITY: ClassVar[str] = "reject"

    wire: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    criticality: str = field(default="", compare=False, repr=False)
    """As it came; a message made here has that of its procedure."""

    def __init_subclass__(cls) -> None:
        cls.NAME = cls.__name__


@dataclass(frozen=True)
class OtherMessage(NgapMessage):
    """A message of a procedure that the testbed does not know, as it came."""

    PROCEDURE: ClassVar[int] = -1

    procedure: int
    octets: bytes


@dataclass(frozen=True)
class NGSetupRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 21

    global_ran_node_id: v.GlobalGnbId = ie(27, v.RAN_NODE)
    supported_tas: tuple[v.SupportedTa, ...] = ie(102, v.SUPPORTED_TAS)
    ran_node_name: str | None = opt(82, v.plain("RANNodeName"), "ignore")
    default_paging_drx: str | None = opt(21, v.plain("PagingDRX"), "ignore", "v128")


@dataclass(frozen=True)
class NGSetupResponse(NgapMessage):
    PROCEDURE: ClassVar[int] = 21
    PDU: ClassVar[str] = SUCCESSFUL

    amf_name: str = ie(1, v.plain("AMFName"))
    served_guamis: tuple[Guami, ...] = ie(96, v.SERVED_GUAMIS)
    relative_amf_capacity: int = ie(86, v.plain("RelativeAMFCapacity"), "ignore")
    plmn_support: tuple[v.BroadcastPlmn, ...] = ie(80, v.PLMN_SUPPORT)


@dataclass(frozen=True)
class NGSetupFailure(NgapMessage):
    PROCEDURE: ClassVar[int] = 21
    PDU: ClassVar[str] = UNSUCCESSFUL

    cause: v.Cause = ie(15, v.CAUSE, "ignore")
    time_to_wait: str | None = opt(107, v.plain("TimeToWait"), "ignore")


@dataclass(frozen=True)
class InitialUEMessage(NgapMessage):
    PROCEDURE: ClassVar[int] = 15
    CRITICALITY: ClassVar[str] = "ignore"

    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    nas_pdu: bytes = ie(38, v.NAS_PDU)
    location: v.UserLocationNr = ie(121, v.LOCATION)
    rrc_establishment_cause: str = ie(90, v.plain("RRCEstablishmentCause"), "ignore")
    five_g_s_tmsi: v.FiveGSTmsi | None = opt(26, v.TMSI)
    ue_context_request: bool | None = opt(112, v.CONTEXT_REQUESTED, "ignore")


@dataclass(frozen=True)
class UplinkNASTransport(NgapMessage):
    PROCEDURE: ClassVar[int] = 46
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    nas_pdu: bytes = ie(38, v.NAS_PDU)
    location: v.UserLocationNr = ie(121, v.LOCATION, "ignore")


@dataclass(frozen=True)
class DownlinkNASTransport(NgapMessage):
    PROCEDURE: ClassVar[int] = 4
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    nas_pdu: bytes = ie(38, v.NAS_PDU)


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
    cause: v.Cause = ie(15, v.CAUSE, "ignore")


@dataclass(frozen=True)
class PDUSessionResourceSetupRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 29

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
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
    nas_pdu: bytes | None = opt(38, v.NAS_PDU)


_SETUP = v.items(
    "PDUSessionResourceSetupListSURes", v.PduSessionItem, "pDUSessionResourceSetupResponseTransfer"
)
_SETUP_FAILED = v.items(
    "PDUSessionResourceFailedToSetupListSURes",
    v.PduSessionItem,
    "pDUSessionResourceSetupUnsuccessfulTransfer",
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


_MODIFIED = v.items(
    "PDUSessionResourceModifyListModRes",
    v.PduSessionItem,
    "pDUSessionResourceModifyResponseTransfer",
)
_MODIFY_FAILED = v.items(
    "PDUSessionResourceFailedToModifyListModRes",
    v.PduSessionItem,
    "pDUSessionResourceModifyUnsuccessfulTransfer",
)


@dataclass(frozen=True)
class PDUSessionResourceModifyResponse(NgapMessage):
    PROCEDURE: ClassVar[int] = 26
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    modified: tuple[v.PduSessionItem, ...] = opt(65, _MODIFIED, "ignore", ())
    failed: tuple[v.PduSessionItem, ...] = opt(54, _MODIFY_FAILED, "ignore", ())


_TO_RELEASE = v.items(
    "PDUSessionResourceToReleaseListRelCmd",
    v.PduSessionItem,
    "pDUSessionResourceReleaseCommandTransfer",
)
_RELEASED = v.items(
    "PDUSessionResourceReleasedListRelRes",
    v.PduSessionItem,
    "pDUSessionResourceReleaseResponseTransfer",
)


@dataclass(frozen=True)
class PDUSessionResourceReleaseCommand(NgapMessage):
    PROCEDURE: ClassVar[int] = 28

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    items: tuple[v.PduSessionItem, ...] = ie(79, _TO_RELEASE)
    nas_pdu: bytes | None = opt(38, v.NAS_PDU, "ignore")


@dataclass(frozen=True)
class PDUSessionResourceReleaseResponse(NgapMessage):
    PROCEDURE: ClassVar[int] = 28
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")
    released: tuple[v.PduSessionItem, ...] = ie(70, _RELEASED, "ignore")


@dataclass(frozen=True)
class UEContextReleaseRequest(NgapMessage):
    PROCEDURE: ClassVar[int] = 42
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    active_sessions: tuple[int, ...] = early(
        133, v.session_ids("PDUSessionResourceListCxtRelReq"), default=()
    )
    cause: v.Cause = ie(15, v.CAUSE, "ignore")


@dataclass(frozen=True)
class UEContextReleaseCommand(NgapMessage):
    PROCEDURE: ClassVar[int] = 41

    ids: tuple[int, int | None] = ie(114, v.UE_IDS)
    cause: v.Cause = ie(15, v.CAUSE, "ignore")


@dataclass(frozen=True)
class UEContextReleaseComplete(NgapMessage):
    PROCEDURE: ClassVar[int] = 41
    PDU: ClassVar[str] = SUCCESSFUL

    amf_ue_ngap_id: int = ie(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int = ie(85, v.RAN_ID, "ignore")


@dataclass(frozen=True)
class Paging(NgapMessage):
    PROCEDURE: ClassVar[int] = 24
    CRITICALITY: ClassVar[str] = "ignore"

    identity: v.FiveGSTmsi = ie(115, v.PAGING_IDENTITY, "ignore")
    drx: str | None = early(50, v.plain("PagingDRX"), "ignore")
    tais: tuple[Tai, ...] = ie(103, v.PAGING_TAIS, "ignore")


@dataclass(frozen=True)
class ErrorIndication(NgapMessage):
    PROCEDURE: ClassVar[int] = 9
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int | None = opt(10, v.AMF_ID, "ignore")
    ran_ue_ngap_id: int | None = opt(85, v.RAN_ID, "ignore")
    cause: v.Cause | None = opt(15, v.CAUSE, "ignore")


@dataclass(frozen=True)
class NGReset(NgapMessage):
    PROCEDURE: ClassVar[int] = 20

    cause: v.Cause = ie(15, v.CAUSE, "ignore")
    connections: tuple[tuple[int | None, int | None], ...] | None = ie(88, v.RESET_TYPE)


@dataclass(frozen=True)
class NGResetAcknowledge(NgapMessage):
    PROCEDURE: ClassVar[int] = 20
    PDU: ClassVar[str] = SUCCESSFUL

    connections: tuple[tuple[int | None, int | None], ...] | None = opt(
        111, v.CONNECTIONS, "ignore"
    )
