"""De-registration messages (TS 24.501 clauses 8.2.12 to 8.2.15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.protocols.nas.causes import MmCause
from nfs.protocols.nas.framing import OCTETS, mandatory, optional
from nfs.protocols.nas.ies.identity import IDENTITY, MobileIdentity
from nfs.protocols.nas.ies.primitives import MM_CAUSE, number
from nfs.protocols.nas.ies.slices import REJECTED_NSSAI, RejectedSnssai
from nfs.protocols.nas.ies.timers import TIMER_2
from nfs.protocols.nas.mm.base import HALF, LV_E, TLV, TLV_E, TV, MmMessage

# De-registration type: access type in bits 1 and 2 (9.11.3.20).
SWITCH_OFF = 8
RE_REGISTRATION_REQUIRED = 4
THREE_GPP_ACCESS = 1


@dataclass(frozen=True)
class DeregistrationRequestUe(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x45
    NAME: ClassVar[str] = "DEREGISTRATION REQUEST (UE originating)"

    deregistration_type: int = mandatory(HALF, number())
    ng_ksi: int = mandatory(HALF, number())
    identity: MobileIdentity = mandatory(LV_E, IDENTITY)
    nas_message_container: bytes | None = optional(0x71, TLV_E, OCTETS)

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

    deregistration_type: int = mandatory(HALF, number())
    cause: MmCause | None = optional(0x58, TV, MM_CAUSE, 1)
    t3346_seconds: float | None = optional(0x5F, TLV, TIMER_2)
    rejected_nssai: tuple[RejectedSnssai, ...] | None = optional(0x6D, TLV, REJECTED_NSSAI)
    cag_information_list: bytes | None = optional(0x75, TLV_E, OCTETS)
    extended_rejected_nssai: bytes | None = optional(0x68, TLV, OCTETS)

    @property
    def re_registration_required(self) -> bool:
        return bool(self.deregistration_type & RE_REGISTRATION_REQUIRED)


@dataclass(frozen=True)
class DeregistrationAcceptNw(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x48
    NAME: ClassVar[str] = "DEREGISTRATION ACCEPT (UE terminated)"
