"""5GMM messages, each as its table in TS 24.501 clause 8.2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.common.identities import Snssai, Tai
from nfs.protocols.nas.algorithms import CipheringAlgorithm, IntegrityAlgorithm
from nfs.protocols.nas.causes import MmCause
from nfs.protocols.nas.enums import (
    IdentityType,
    RegistrationResult,
    RegistrationType,
    RequestType,
)
from nfs.protocols.nas.framing import OCTETS, Codec, Format, NasMessage, mandatory, optional
from nfs.protocols.nas.ies import (
    DNN,
    IDENTITY,
    MM_CAUSE,
    NSSAI,
    SECURITY_CAPABILITY,
    SESSIONS,
    SNSSAI,
    TAI,
    TAI_LIST,
    TIMER_3,
    Imeisv,
    MobileIdentity,
    UeSecurityCapability,
    code,
    exactly,
    need,
    number,
)

LV, LV_E, V, HALF = Format.LV, Format.LV_E, Format.V, Format.HALF
TV, TLV, TLV_E, TV_HALF = Format.TV, Format.TLV, Format.TLV_E, Format.TV_HALF


class MmMessage(NasMessage):
    """5GS mobility management: extended protocol discriminator 0x7e."""


def _registration_type() -> Codec:
    """Type in bits 1 to 3, follow-on request in bit 4 (9.11.3.7)."""
    return Codec(
        lambda o: (RegistrationType(o[0] & 7), bool(o[0] & 8)),
        lambda v: bytes((v[0] | v[1] << 3,)),
    )


@dataclass(frozen=True)
class RegistrationRequest(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x41
    NAME: ClassVar[str] = "REGISTRATION REQUEST"

    registration: tuple[RegistrationType, bool] = mandatory(HALF, _registration_type())
    ng_ksi: int = mandatory(HALF, number())
    identity: MobileIdentity = mandatory(LV_E, IDENTITY)
    non_current_ng_ksi: int | None = optional(0xC0, TV_HALF, number())
    mm_capability: bytes | None = optional(0x10, TLV, OCTETS)
    ue_security_capability: UeSecurityCapability | None = optional(0x2E, TLV, SECURITY_CAPABILITY)
    requested_nssai: tuple[Snssai, ...] | None = optional(0x2F, TLV, NSSAI)
    last_visited_tai: Tai | None = optional(0x52, TV, TAI, 6)
    uplink_data_status: frozenset[int] | None = optional(0x40, TLV, SESSIONS)
    pdu_session_status: frozenset[int] | None = optional(0x50, TLV, SESSIONS)
    nas_message_container: bytes | None = optional(0x71, TLV_E, OCTETS)
    # Formats the message's other elements have, so that they are skipped over correctly.
    mico_indication: int | None = optional(0xB0, TV_HALF, number())
    network_slicing_indication: int | None = optional(0x90, TV_HALF, number())

    @property
    def registration_type(self) -> RegistrationType:
        return self.registration[0]

    @property
    def follow_on(self) -> bool:
        return self.registration[1]


@dataclass(frozen=True)
class RegistrationAccept(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x42
    NAME: ClassVar[str] = "REGISTRATION ACCEPT"

    result: RegistrationResult = mandatory(
        LV, Codec(lambda o: RegistrationResult(need(o, 1)[0] & 7), lambda v: bytes((v,)))
    )
    guti: MobileIdentity | None = optional(0x77, TLV_E, IDENTITY)
    tai_list: tuple[Tai, ...] | None = optional(0x54, TLV, TAI_LIST)
    allowed_nssai: tuple[Snssai, ...] | None = optional(0x15, TLV, NSSAI)
    rejected_nssai: bytes | None = optional(0x11, TLV, OCTETS)
    configured_nssai: tuple[Snssai, ...] | None = optional(0x31, TLV, NSSAI)
    network_feature_support: bytes | None = optional(0x21, TLV, OCTETS)
    pdu_session_status: frozenset[int] | None = optional(0x50, TLV, SESSIONS)
    t3512_seconds: int | None = optional(0x5E, TLV, TIMER_3)


@dataclass(frozen=True)
class RegistrationComplete(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x43
    NAME: ClassVar[str] = "REGISTRATION COMPLETE"


@dataclass(frozen=True)
class RegistrationReject(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x44
    NAME: ClassVar[str] = "REGISTRATION REJECT"

    cause: MmCause = mandatory(V, MM_CAUSE, 1)
    t3346: bytes | None = optional(0x5F, TLV, OCTETS)
    t3502: bytes | None = optional(0x16, TLV, OCTETS)


def _deregistration_type() -> Codec:
    """Access type in bits 1 and 2, re-registration in bit 3, switch-off in bit 4 (9.11.3.20)."""
    return Codec(lambda o: int(o[0]), lambda v: bytes((v,)))


SWITCH_OFF = 8
RE_REGISTRATION_REQUIRED = 4
THREE_GPP_ACCESS = 1


@dataclass(frozen=True)
class DeregistrationRequestUe(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x45
    NAME: ClassVar[str] = "DEREGISTRATION REQUEST (UE originating)"

    deregistration_type: int = mandatory(HALF, _deregistration_type())
    ng_ksi: int = mandatory(HALF, number())
    identity: MobileIdentity = mandatory(LV_E, IDENTITY)

    @property
    def switch_off(self) -> bool:
        return bool(self.deregistration_type & SWITCH_OFF)


@dataclass(frozen=True)
class DeregistrationAcceptUe(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x46
    NAME: ClassVar[str] = "DEREGISTRATION ACCEPT (UE originating)"


@dataclass(frozen=True)
class DeregistrationRequestNw(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x47
    NAME: ClassVar[str] = "DEREGISTRATION REQUEST (UE terminated)"

    deregistration_type: int = mandatory(HALF, _deregistration_type())
    cause: MmCause | None = optional(0x58, TV, MM_CAUSE, 1)


@dataclass(frozen=True)
class DeregistrationAcceptNw(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x48
    NAME: ClassVar[str] = "DEREGISTRATION ACCEPT (UE terminated)"


@dataclass(frozen=True)
class ServiceRequest(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x4C
    NAME: ClassVar[str] = "SERVICE REQUEST"

    ng_ksi: int = mandatory(HALF, number())
    service_type: int = mandatory(HALF, number())
    tmsi: MobileIdentity = mandatory(LV_E, IDENTITY)
    uplink_data_status: frozenset[int] | None = optional(0x40, TLV, SESSIONS)
    pdu_session_status: frozenset[int] | None = optional(0x50, TLV, SESSIONS)
    nas_message_container: bytes | None = optional(0x71, TLV_E, OCTETS)


@dataclass(frozen=True)
class ServiceReject(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x4D
    NAME: ClassVar[str] = "SERVICE REJECT"

    cause: MmCause = mandatory(V, MM_CAUSE, 1)
    pdu_session_status: frozenset[int] | None = optional(0x50, TLV, SESSIONS)


@dataclass(frozen=True)
class ServiceAccept(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x4E
    NAME: ClassVar[str] = "SERVICE ACCEPT"

    pdu_session_status: frozenset[int] | None = optional(0x50, TLV, SESSIONS)
    reactivation_result: frozenset[int] | None = optional(0x26, TLV, SESSIONS)


@dataclass(frozen=True)
class ConfigurationUpdateCommand(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x54
    NAME: ClassVar[str] = "CONFIGURATION UPDATE COMMAND"

    indication: int | None = optional(0xD0, TV_HALF, number())
    guti: MobileIdentity | None = optional(0x77, TLV_E, IDENTITY)
    tai_list: tuple[Tai, ...] | None = optional(0x54, TLV, TAI_LIST)
    allowed_nssai: tuple[Snssai, ...] | None = optional(0x15, TLV, NSSAI)
    full_network_name: bytes | None = optional(0x43, TLV, OCTETS)
    short_network_name: bytes | None = optional(0x45, TLV, OCTETS)
    local_time_zone: bytes | None = optional(0x46, TV, OCTETS, 1)
    universal_time: bytes | None = optional(0x47, TV, OCTETS, 7)


@dataclass(frozen=True)
class ConfigurationUpdateComplete(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x55
    NAME: ClassVar[str] = "CONFIGURATION UPDATE COMPLETE"


@dataclass(frozen=True)
class AuthenticationRequest(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x56
    NAME: ClassVar[str] = "AUTHENTICATION REQUEST"

    ng_ksi: int = mandatory(HALF, number())
    abba: bytes = mandatory(LV, OCTETS)
    rand: bytes | None = optional(0x21, TV, exactly(16), 16)
    autn: bytes | None = optional(0x20, TLV, exactly(16))
    eap: bytes | None = optional(0x78, TLV_E, OCTETS)


@dataclass(frozen=True)
class AuthenticationResponse(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x57
    NAME: ClassVar[str] = "AUTHENTICATION RESPONSE"

    res_star: bytes | None = optional(0x2D, TLV, exactly(16))
    eap: bytes | None = optional(0x78, TLV_E, OCTETS)


@dataclass(frozen=True)
class AuthenticationReject(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x58
    NAME: ClassVar[str] = "AUTHENTICATION REJECT"

    eap: bytes | None = optional(0x78, TLV_E, OCTETS)


@dataclass(frozen=True)
class AuthenticationFailure(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x59
    NAME: ClassVar[str] = "AUTHENTICATION FAILURE"

    cause: MmCause = mandatory(V, MM_CAUSE, 1)
    auts: bytes | None = optional(0x30, TLV, exactly(14))


@dataclass(frozen=True)
class AuthenticationResult(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x5A
    NAME: ClassVar[str] = "AUTHENTICATION RESULT"

    ng_ksi: int = mandatory(HALF, number())
    eap: bytes = mandatory(LV_E, OCTETS)
    abba: bytes | None = optional(0x38, TLV, OCTETS)


@dataclass(frozen=True)
class IdentityRequest(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x5B
    NAME: ClassVar[str] = "IDENTITY REQUEST"

    identity_type: IdentityType = mandatory(HALF, code(IdentityType))


@dataclass(frozen=True)
class IdentityResponse(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x5C
    NAME: ClassVar[str] = "IDENTITY RESPONSE"

    identity: MobileIdentity = mandatory(LV_E, IDENTITY)


@dataclass(frozen=True, slots=True)
class SelectedAlgorithms:
    """9.11.3.34: ciphering in the high half-octet, integrity in the low."""

    ciphering: CipheringAlgorithm
    integrity: IntegrityAlgorithm


_ALGORITHMS = Codec(
    lambda o: SelectedAlgorithms(CipheringAlgorithm(o[0] >> 4), IntegrityAlgorithm(o[0] & 15)),
    lambda v: bytes((v.ciphering << 4 | v.integrity,)),
)
IMEISV_REQUESTED = 1
RETRANSMIT_INITIAL_MESSAGE = 2
"""RINMR of the additional 5G security information (9.11.3.12)."""


@dataclass(frozen=True)
class SecurityModeCommand(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x5D
    NAME: ClassVar[str] = "SECURITY MODE COMMAND"

    algorithms: SelectedAlgorithms = mandatory(V, _ALGORITHMS, 1)
    ng_ksi: int = mandatory(HALF, number())
    replayed_ue_security_capability: UeSecurityCapability = mandatory(LV, SECURITY_CAPABILITY)
    imeisv_request: int | None = optional(0xE0, TV_HALF, number())
    eps_algorithms: bytes | None = optional(0x57, TV, OCTETS, 1)
    additional_security: int | None = optional(0x36, TLV, number())
    eap: bytes | None = optional(0x78, TLV_E, OCTETS)
    abba: bytes | None = optional(0x38, TLV, OCTETS)


@dataclass(frozen=True)
class SecurityModeComplete(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x5E
    NAME: ClassVar[str] = "SECURITY MODE COMPLETE"

    imeisv: Imeisv | MobileIdentity | None = optional(0x77, TLV_E, IDENTITY)
    nas_message_container: bytes | None = optional(0x71, TLV_E, OCTETS)


@dataclass(frozen=True)
class SecurityModeReject(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x5F
    NAME: ClassVar[str] = "SECURITY MODE REJECT"

    cause: MmCause = mandatory(V, MM_CAUSE, 1)


@dataclass(frozen=True)
class MmStatus(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x64
    NAME: ClassVar[str] = "5GMM STATUS"

    cause: MmCause = mandatory(V, MM_CAUSE, 1)


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


@dataclass(frozen=True)
class UlNasTransport(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x67
    NAME: ClassVar[str] = "UL NAS TRANSPORT"

    payload_container_type: int = mandatory(HALF, number())
    payload_container: bytes = mandatory(LV_E, OCTETS)
    pdu_session_id: int | None = optional(0x12, TV, number(), 1)
    old_pdu_session_id: int | None = optional(0x59, TV, number(), 1)
    request_type: RequestType | None = optional(0x80, TV_HALF, code(RequestType))
    s_nssai: Snssai | None = optional(0x22, TLV, SNSSAI)
    dnn: str | None = optional(0x25, TLV, DNN)
    additional_information: bytes | None = optional(0x24, TLV, OCTETS)


@dataclass(frozen=True)
class DlNasTransport(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x68
    NAME: ClassVar[str] = "DL NAS TRANSPORT"

    payload_container_type: int = mandatory(HALF, number())
    payload_container: bytes = mandatory(LV_E, OCTETS)
    pdu_session_id: int | None = optional(0x12, TV, number(), 1)
    additional_information: bytes | None = optional(0x24, TLV, OCTETS)
    cause: MmCause | None = optional(0x58, TV, MM_CAUSE, 1)
    back_off_timer: bytes | None = optional(0x37, TLV, OCTETS)
