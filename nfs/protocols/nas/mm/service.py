"""Service request and notification (TS 24.501 clauses 8.2.16 to 8.2.18, 8.2.23 and 8.2.24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.protocols.nas.causes import MmCause
from nfs.protocols.nas.enums import ServiceType
from nfs.protocols.nas.framing import OCTETS, Codec, mandatory, optional
from nfs.protocols.nas.ies.identity import IDENTITY, MobileIdentity
from nfs.protocols.nas.ies.primitives import MM_CAUSE, code, number
from nfs.protocols.nas.ies.sessions import REACTIVATION_ERRORS, SESSIONS
from nfs.protocols.nas.ies.timers import TIMER_2
from nfs.protocols.nas.mm.base import HALF, LV_E, TLV, TLV_E, MmMessage, V


def _service_type() -> Codec:
    """Of the unused values 7 and 8 are signalling, the others data (9.11.3.50)."""
    kind = code(ServiceType, ServiceType.DATA)
    return Codec(
        lambda o: ServiceType.SIGNALLING if o[0] in (7, 8) else kind.decode(o), kind.encode
    )


@dataclass(frozen=True)
class ServiceRequest(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x4C
    NAME: ClassVar[str] = "SERVICE REQUEST"

    ng_ksi: int = mandatory(HALF, number())
    service_type: ServiceType = mandatory(HALF, _service_type())
    tmsi: MobileIdentity = mandatory(LV_E, IDENTITY)
    uplink_data_status: frozenset[int] | None = optional(0x40, TLV, SESSIONS)
    pdu_session_status: frozenset[int] | None = optional(0x50, TLV, SESSIONS)
    allowed_pdu_session_status: frozenset[int] | None = optional(0x25, TLV, SESSIONS)
    nas_message_container: bytes | None = optional(0x71, TLV_E, OCTETS)
    ue_request_type: int | None = optional(0x29, TLV, number())
    paging_restriction: bytes | None = optional(0x28, TLV, OCTETS)


@dataclass(frozen=True)
class ServiceReject(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x4D
    NAME: ClassVar[str] = "SERVICE REJECT"

    cause: MmCause = mandatory(V, MM_CAUSE, 1)
    pdu_session_status: frozenset[int] | None = optional(0x50, TLV, SESSIONS)
    t3346_seconds: float | None = optional(0x5F, TLV, TIMER_2)
    eap: bytes | None = optional(0x78, TLV_E, OCTETS)
    t3448_seconds: float | None = optional(0x6B, TLV, TIMER_2)
    cag_information_list: bytes | None = optional(0x75, TLV_E, OCTETS)


@dataclass(frozen=True)
class ServiceAccept(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x4E
    NAME: ClassVar[str] = "SERVICE ACCEPT"

    pdu_session_status: frozenset[int] | None = optional(0x50, TLV, SESSIONS)
    reactivation_result: frozenset[int] | None = optional(0x26, TLV, SESSIONS)
    """Sessions whose user plane could not be brought back."""
    reactivation_errors: tuple[tuple[int, MmCause], ...] | None = optional(
        0x72, TLV_E, REACTIVATION_ERRORS
    )
    eap: bytes | None = optional(0x78, TLV_E, OCTETS)
    t3448_seconds: float | None = optional(0x6B, TLV, TIMER_2)
    additional_request_result: int | None = optional(0x34, TLV, number())


@dataclass(frozen=True)
class Notification(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x65
    NAME: ClassVar[str] = "NOTIFICATION"

    access_type: int = mandatory(HALF, number())


@dataclass(frozen=True)
class NotificationResponse(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x66
    NAME: ClassVar[str] = "NOTIFICATION RESPONSE"

    pdu_session_status: frozenset[int] | None = optional(0x50, TLV, SESSIONS)
