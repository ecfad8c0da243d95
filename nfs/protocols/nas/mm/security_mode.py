"""Security mode control messages (TS 24.501 clauses 8.2.25 to 8.2.27)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.protocols.nas.causes import MmCause
from nfs.protocols.nas.framing import OCTETS, mandatory, optional
from nfs.protocols.nas.ies.identity import IDENTITY, Imeisv, MobileIdentity
from nfs.protocols.nas.ies.primitives import MM_CAUSE, number
from nfs.protocols.nas.ies.security import (
    ALGORITHMS,
    SECURITY_CAPABILITY,
    SelectedAlgorithms,
    UeSecurityCapability,
)
from nfs.protocols.nas.mm.base import HALF, LV, TLV, TLV_E, TV, TV_HALF, MmMessage, V


@dataclass(frozen=True)
class SecurityModeCommand(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x5D
    NAME: ClassVar[str] = "SECURITY MODE COMMAND"

    algorithms: SelectedAlgorithms = mandatory(V, ALGORITHMS, 1)
    ng_ksi: int = mandatory(HALF, number())
    replayed_ue_security_capability: UeSecurityCapability = mandatory(LV, SECURITY_CAPABILITY)
    imeisv_request: int | None = optional(0xE0, TV_HALF, number())
    eps_algorithms: bytes | None = optional(0x57, TV, OCTETS, 1)
    additional_security: int | None = optional(0x36, TLV, number())
    eap: bytes | None = optional(0x78, TLV_E, OCTETS)
    abba: bytes | None = optional(0x38, TLV, OCTETS)
    replayed_s1_ue_security_capability: bytes | None = optional(0x19, TLV, OCTETS)


@dataclass(frozen=True)
class SecurityModeComplete(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x5E
    NAME: ClassVar[str] = "SECURITY MODE COMPLETE"

    imeisv: Imeisv | MobileIdentity | None = optional(0x77, TLV_E, IDENTITY)
    nas_message_container: bytes | None = optional(0x71, TLV_E, OCTETS)
    non_imeisv_pei: MobileIdentity | None = optional(0x78, TLV_E, IDENTITY)


@dataclass(frozen=True)
class SecurityModeReject(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x5F
    NAME: ClassVar[str] = "SECURITY MODE REJECT"

    cause: MmCause = mandatory(V, MM_CAUSE, 1)
