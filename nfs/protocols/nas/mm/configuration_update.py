"""Generic UE configuration update messages (TS 24.501 clauses 8.2.19 and 8.2.20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from nfs.common.identities import Snssai, Tai
from nfs.protocols.nas.framing import OCTETS, optional
from nfs.protocols.nas.ies.identity import IDENTITY, MobileIdentity
from nfs.protocols.nas.ies.network_name import NETWORK_NAME, TIME_ZONE, UNIVERSAL_TIME
from nfs.protocols.nas.ies.primitives import number
from nfs.protocols.nas.ies.slices import NSSAI, REJECTED_NSSAI, RejectedSnssai
from nfs.protocols.nas.ies.timers import TIMER_3
from nfs.protocols.nas.ies.tracking_areas import (
    LADN,
    SERVICE_AREA_LIST,
    TAI_LIST,
    Ladn,
    ServiceAreaList,
)
from nfs.protocols.nas.mm.base import TLV, TLV_E, TV, TV_HALF, MmMessage

# Configuration update indication (9.11.3.18).
ACKNOWLEDGEMENT_REQUESTED = 1
REGISTRATION_REQUESTED = 2


@dataclass(frozen=True)
class ConfigurationUpdateCommand(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x54
    NAME: ClassVar[str] = "CONFIGURATION UPDATE COMMAND"

    indication: int | None = optional(0xD0, TV_HALF, number())
    guti: MobileIdentity | None = optional(0x77, TLV_E, IDENTITY)
    tai_list: tuple[Tai, ...] | None = optional(0x54, TLV, TAI_LIST)
    allowed_nssai: tuple[Snssai, ...] | None = optional(0x15, TLV, NSSAI)
    service_area_list: ServiceAreaList | None = optional(0x27, TLV, SERVICE_AREA_LIST)
    full_network_name: str | None = optional(0x43, TLV, NETWORK_NAME)
    short_network_name: str | None = optional(0x45, TLV, NETWORK_NAME)
    local_time_zone: timedelta | None = optional(0x46, TV, TIME_ZONE, 1)
    universal_time: datetime | None = optional(0x47, TV, UNIVERSAL_TIME, 7)
    daylight_saving_time: int | None = optional(0x49, TLV, number())
    """Hours that the local time zone is ahead by (TS 24.008 clause 10.5.3.12)."""
    ladn_information: tuple[Ladn, ...] | None = optional(0x79, TLV_E, LADN)
    mico_indication: int | None = optional(0xB0, TV_HALF, number())
    network_slicing_indication: int | None = optional(0x90, TV_HALF, number())
    configured_nssai: tuple[Snssai, ...] | None = optional(0x31, TLV, NSSAI)
    rejected_nssai: tuple[RejectedSnssai, ...] | None = optional(0x11, TLV, REJECTED_NSSAI)
    access_category_definitions: bytes | None = optional(0x76, TLV_E, OCTETS)
    sms_indication: int | None = optional(0xF0, TV_HALF, number())
    t3447_seconds: float | None = optional(0x6C, TLV, TIMER_3)
    cag_information_list: bytes | None = optional(0x75, TLV_E, OCTETS)
    ue_radio_capability_id: bytes | None = optional(0x67, TLV, OCTETS)
    ue_radio_capability_id_deletion: int | None = optional(0xA0, TV_HALF, number())
    registration_result: int | None = optional(0x44, TLV, number())
    truncated_s_tmsi_configuration: int | None = optional(0x1B, TLV, number())
    additional_indication: int | None = optional(0xC0, TV_HALF, number())
    extended_rejected_nssai: bytes | None = optional(0x68, TLV, OCTETS)

    @property
    def acknowledgement_requested(self) -> bool:
        return bool((self.indication or 0) & ACKNOWLEDGEMENT_REQUESTED)

    @property
    def registration_requested(self) -> bool:
        return bool((self.indication or 0) & REGISTRATION_REQUESTED)


@dataclass(frozen=True)
class ConfigurationUpdateComplete(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x55
    NAME: ClassVar[str] = "CONFIGURATION UPDATE COMPLETE"
