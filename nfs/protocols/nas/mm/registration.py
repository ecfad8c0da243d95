"""Registration messages (TS 24.501 clauses 8.2.6 to 8.2.9).

Elements that the testbed does not look into are octets; timers are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.common.identities import Plmn, Snssai, Tai
from nfs.protocols.nas.causes import MmCause
from nfs.protocols.nas.enums import RegistrationResult, RegistrationType
from nfs.protocols.nas.framing import OCTETS, Codec, mandatory, optional
from nfs.protocols.nas.ies.dnn import LADN_INDICATION
from nfs.protocols.nas.ies.identity import IDENTITY, MobileIdentity
from nfs.protocols.nas.ies.primitives import MM_CAUSE, code, need, number
from nfs.protocols.nas.ies.security import SECURITY_CAPABILITY, UeSecurityCapability
from nfs.protocols.nas.ies.sessions import REACTIVATION_ERRORS, SESSIONS
from nfs.protocols.nas.ies.slices import NSSAI, REJECTED_NSSAI, RejectedSnssai
from nfs.protocols.nas.ies.timers import TIMER_2, TIMER_3
from nfs.protocols.nas.ies.tracking_areas import (
    LADN,
    PLMN_LIST,
    SERVICE_AREA_LIST,
    TAI,
    TAI_LIST,
    Ladn,
    ServiceAreaList,
)
from nfs.protocols.nas.mm.base import HALF, LV, LV_E, TLV, TLV_E, TV, TV_HALF, MmMessage, V


def _registration_type() -> Codec:
    """Type in bits 1 to 3, follow-on request in bit 4; unused types are initial (9.11.3.7)."""
    kind = code(RegistrationType, RegistrationType.INITIAL)
    return Codec(
        lambda o: (kind.decode(bytes((o[0] & 7,))), bool(o[0] & 8)),
        lambda v: bytes((v[0] | v[1] << 3,)),
    )


def _registration_result() -> Codec:
    """Accesses in bits 1 to 3; unused values are 3GPP access (9.11.3.6)."""
    kind = code(RegistrationResult, RegistrationResult.THREE_GPP_ACCESS)
    return Codec(lambda o: kind.decode(bytes((need(o, 1)[0] & 7,))), kind.encode)


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
    s1_ue_network_capability: bytes | None = optional(0x17, TLV, OCTETS)
    uplink_data_status: frozenset[int] | None = optional(0x40, TLV, SESSIONS)
    pdu_session_status: frozenset[int] | None = optional(0x50, TLV, SESSIONS)
    mico_indication: int | None = optional(0xB0, TV_HALF, number())
    ue_status: int | None = optional(0x2B, TLV, number())
    additional_guti: MobileIdentity | None = optional(0x77, TLV_E, IDENTITY)
    allowed_pdu_session_status: frozenset[int] | None = optional(0x25, TLV, SESSIONS)
    ue_usage_setting: int | None = optional(0x18, TLV, number())
    requested_drx: int | None = optional(0x51, TLV, number())
    eps_nas_message_container: bytes | None = optional(0x70, TLV_E, OCTETS)
    ladn_indication: tuple[str, ...] | None = optional(0x74, TLV_E, LADN_INDICATION)
    payload_container_type: int | None = optional(0x80, TV_HALF, number())
    payload_container: bytes | None = optional(0x7B, TLV_E, OCTETS)
    network_slicing_indication: int | None = optional(0x90, TV_HALF, number())
    update_type: int | None = optional(0x53, TLV, number())
    mobile_station_classmark_2: bytes | None = optional(0x41, TLV, OCTETS)
    supported_codecs: bytes | None = optional(0x42, TLV, OCTETS)
    nas_message_container: bytes | None = optional(0x71, TLV_E, OCTETS)
    eps_bearer_context_status: bytes | None = optional(0x60, TLV, OCTETS)
    requested_extended_drx: bytes | None = optional(0x6E, TLV, OCTETS)
    t3324_seconds: float | None = optional(0x6A, TLV, TIMER_3)
    ue_radio_capability_id: bytes | None = optional(0x67, TLV, OCTETS)
    requested_mapped_nssai: tuple[Snssai, ...] | None = optional(0x35, TLV, NSSAI)
    additional_information_requested: int | None = optional(0x48, TLV, number())
    n5gc_indication: int | None = optional(0xA0, TV_HALF, number())
    ue_request_type: int | None = optional(0x29, TLV, number())
    paging_restriction: bytes | None = optional(0x28, TLV, OCTETS)
    requested_t3512_seconds: float | None = optional(0x3B, TLV, TIMER_3)

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

    result: RegistrationResult = mandatory(LV, _registration_result())
    guti: MobileIdentity | None = optional(0x77, TLV_E, IDENTITY)
    equivalent_plmns: tuple[Plmn, ...] | None = optional(0x4A, TLV, PLMN_LIST)
    tai_list: tuple[Tai, ...] | None = optional(0x54, TLV, TAI_LIST)
    allowed_nssai: tuple[Snssai, ...] | None = optional(0x15, TLV, NSSAI)
    rejected_nssai: tuple[RejectedSnssai, ...] | None = optional(0x11, TLV, REJECTED_NSSAI)
    configured_nssai: tuple[Snssai, ...] | None = optional(0x31, TLV, NSSAI)
    network_feature_support: bytes | None = optional(0x21, TLV, OCTETS)
    pdu_session_status: frozenset[int] | None = optional(0x50, TLV, SESSIONS)
    reactivation_result: frozenset[int] | None = optional(0x26, TLV, SESSIONS)
    reactivation_errors: tuple[tuple[int, MmCause], ...] | None = optional(
        0x72, TLV_E, REACTIVATION_ERRORS
    )
    ladn_information: tuple[Ladn, ...] | None = optional(0x79, TLV_E, LADN)
    mico_indication: int | None = optional(0xB0, TV_HALF, number())
    network_slicing_indication: int | None = optional(0x90, TV_HALF, number())
    service_area_list: ServiceAreaList | None = optional(0x27, TLV, SERVICE_AREA_LIST)
    t3512_seconds: float | None = optional(0x5E, TLV, TIMER_3)
    non_3gpp_deregistration_seconds: float | None = optional(0x5D, TLV, TIMER_2)
    t3502_seconds: float | None = optional(0x16, TLV, TIMER_2)
    emergency_number_list: bytes | None = optional(0x34, TLV, OCTETS)
    extended_emergency_number_list: bytes | None = optional(0x7A, TLV_E, OCTETS)
    sor_transparent_container: bytes | None = optional(0x73, TLV_E, OCTETS)
    eap: bytes | None = optional(0x78, TLV_E, OCTETS)
    nssai_inclusion_mode: int | None = optional(0xA0, TV_HALF, number())
    access_category_definitions: bytes | None = optional(0x76, TLV_E, OCTETS)
    negotiated_drx: int | None = optional(0x51, TLV, number())
    non_3gpp_network_policies: int | None = optional(0xD0, TV_HALF, number())
    eps_bearer_context_status: bytes | None = optional(0x60, TLV, OCTETS)
    negotiated_extended_drx: bytes | None = optional(0x6E, TLV, OCTETS)
    t3447_seconds: float | None = optional(0x6C, TLV, TIMER_3)
    t3448_seconds: float | None = optional(0x6B, TLV, TIMER_2)
    t3324_seconds: float | None = optional(0x6A, TLV, TIMER_3)
    ue_radio_capability_id: bytes | None = optional(0x67, TLV, OCTETS)
    ue_radio_capability_id_deletion: int | None = optional(0xE0, TV_HALF, number())
    pending_nssai: tuple[Snssai, ...] | None = optional(0x39, TLV, NSSAI)
    cag_information_list: bytes | None = optional(0x75, TLV_E, OCTETS)
    truncated_s_tmsi_configuration: int | None = optional(0x1B, TLV, number())
    extended_rejected_nssai: bytes | None = optional(0x68, TLV, OCTETS)


@dataclass(frozen=True)
class RegistrationComplete(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x43
    NAME: ClassVar[str] = "REGISTRATION COMPLETE"

    sor_transparent_container: bytes | None = optional(0x73, TLV_E, OCTETS)


@dataclass(frozen=True)
class RegistrationReject(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x44
    NAME: ClassVar[str] = "REGISTRATION REJECT"

    cause: MmCause = mandatory(V, MM_CAUSE, 1)
    t3346_seconds: float | None = optional(0x5F, TLV, TIMER_2)
    t3502_seconds: float | None = optional(0x16, TLV, TIMER_2)
    eap: bytes | None = optional(0x78, TLV_E, OCTETS)
    rejected_nssai: tuple[RejectedSnssai, ...] | None = optional(0x69, TLV, REJECTED_NSSAI)
    cag_information_list: bytes | None = optional(0x75, TLV_E, OCTETS)
    extended_rejected_nssai: bytes | None = optional(0x68, TLV, OCTETS)
