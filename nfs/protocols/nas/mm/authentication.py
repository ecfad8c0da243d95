"""Primary authentication and identification messages (TS 24.501 clauses 8.2.1 to 8.2.5, 8.2.21,
8.2.22)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.protocols.nas.causes import MmCause
from nfs.protocols.nas.enums import IdentityType
from nfs.protocols.nas.framing import OCTETS, mandatory, optional
from nfs.protocols.nas.ies.identity import IDENTITY, MobileIdentity
from nfs.protocols.nas.ies.primitives import MM_CAUSE, code, exactly, number
from nfs.protocols.nas.mm.base import HALF, LV, LV_E, TLV, TLV_E, TV, MmMessage, V


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

    identity_type: IdentityType = mandatory(HALF, code(IdentityType, IdentityType.SUCI))
    """All other values are interpreted as SUCI (table 9.11.3.3.1)."""


@dataclass(frozen=True)
class IdentityResponse(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x5C
    NAME: ClassVar[str] = "IDENTITY RESPONSE"

    identity: MobileIdentity = mandatory(LV_E, IDENTITY)
