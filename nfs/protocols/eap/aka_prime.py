"""EAP-AKA' messages and their attributes (RFC 4187 clause 8, RFC 9048 clause 3)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final, Self

from nfs.protocols.eap.packet import Code, EapError, EapPacket, Type, decode, encode

KDF: Final = 1
"""The key derivation function of RFC 9048 clause 3.3; no other is defined."""
UNABLE_TO_PROCESS: Final = 0
"""AT_CLIENT_ERROR_CODE (RFC 4187 clause 10.20)."""
GENERAL_FAILURE: Final = 16384
"""AT_NOTIFICATION before the authentication round is over: bit P is set, S is not."""
NOTIFIED_BEFORE_AUTHENTICATION: Final = 0x4000
"""Bit P of AT_NOTIFICATION: the message has no AT_MAC."""
_MAC: Final = 16
_FIRST_SKIPPABLE: Final = 128


class Subtype(IntEnum):
    CHALLENGE = 1
    AUTHENTICATION_REJECT = 2
    SYNCHRONIZATION_FAILURE = 4
    IDENTITY = 5
    NOTIFICATION = 12
    REAUTHENTICATION = 13
    CLIENT_ERROR = 14


class At(IntEnum):
    RAND = 1
    AUTN = 2
    RES = 3
    AUTS = 4
    PADDING = 6
    PERMANENT_ID_REQ = 10
    MAC = 11
    NOTIFICATION = 12
    ANY_ID_REQ = 13
    IDENTITY = 14
    FULLAUTH_ID_REQ = 17
    CLIENT_ERROR_CODE = 22
    KDF_INPUT = 23
    KDF = 24


@dataclass(frozen=True, slots=True)
class AkaPrime:
    """``attributes``: type, and all octets after the length octet, reserved ones included."""

    code: Code
    identifier: int
    subtype: Subtype
    attributes: tuple[tuple[int, bytes], ...] = ()

    @classmethod
    def decode(cls, octets: bytes) -> Self:
        """Raises EapError, also for an unknown attribute that may not be skipped."""
        return cls.of(decode(octets))

    @classmethod
    def of(cls, packet: EapPacket) -> Self:
        if packet.type != Type.AKA_PRIME or len(packet.data) < 3:
            raise EapError(f"EAP type {packet.type} with {len(packet.data)} octets, not EAP-AKA'")
        if packet.data[0] not in Subtype.__members__.values():
            raise EapError(f"EAP-AKA' subtype {packet.data[0]}")
        attributes = _read_attributes(packet.data[3:])
        return cls(packet.code, packet.identifier, Subtype(packet.data[0]), attributes)

    def encode(self) -> bytes:
        body = bytes((self.subtype, 0, 0))
        for kind, value in self.attributes:
            body += bytes((kind, (len(value) + 2) // 4)) + value
        return encode(EapPacket(self.code, self.identifier, Type.AKA_PRIME, body))

    def value(self, kind: At) -> bytes:
        """The octets of the attribute; raises EapError when it is not there."""
        for present, value in self.attributes:
            if present == kind:
                return value
        raise EapError(f"no AT_{kind.name} in AKA'-{self.subtype.name}")

    def fixed(self, kind: At) -> bytes:
        """The 16 octets of AT_RAND, AT_AUTN and AT_MAC, after two reserved ones."""
        value = self.value(kind)
        if len(value) != 18:
            raise EapError(f"AT_{kind.name} of {len(value)} octets")
        return value[2:]

    def number(self, kind: At) -> int:
        value = self.value(kind)
        if len(value) != 2:
            raise EapError(f"AT_{kind.name} of {len(value)} octets")
        return int.from_bytes(value)

    @property
    def kdfs(self) -> tuple[int, ...]:
        """The key derivation functions, the preferred one first (RFC 9048 clause 3.2)."""
        return tuple(int.from_bytes(value[:2]) for kind, value in self.attributes if kind == At.KDF)

    @property
    def network_name(self) -> str:
        return self._counted(At.KDF_INPUT, 1).decode("utf-8", "replace")

    @property
    def res(self) -> bytes:
        """AT_RES counts in bits (RFC 4187 clause 10.8)."""
        return self._counted(At.RES, 8)

    @property
    def auts(self) -> bytes:
        value = self.value(At.AUTS)
        if len(value) != 14:
            raise EapError(f"AT_AUTS of {len(value)} octets")
        return value

    def _counted(self, kind: At, unit: int) -> bytes:
        value = self.value(kind)
        length = int.from_bytes(value[:2])
        if length % unit or length // unit > len(value) - 2:
            raise EapError(f"AT_{kind.name} with a length of {length}")
        return value[2 : 2 + length // unit]

    def signed(self, k_aut: bytes) -> bytes:
        """The packet with AT_MAC at its end."""
        whole = AkaPrime(
            self.code, self.identifier, self.subtype, (*self.attributes, (At.MAC, bytes(18)))
        ).encode()
        return whole[:-_MAC] + _code(k_aut, whole)


def is_genuine(octets: bytes, k_aut: bytes) -> bool:
    """Whether AT_MAC verifies: over the packet with a MAC of zeros (RFC 9048 clause 3.1)."""
    message = AkaPrime.decode(octets)
    mac = message.fixed(At.MAC)
    position = 8
    for kind, value in message.attributes:
        if kind == At.MAC:
            break
        position += 2 + len(value)
    start = position + 4
    length = int.from_bytes(octets[2:4])
    cleared = octets[:start] + bytes(_MAC) + octets[start + _MAC : length]
    return hmac.compare_digest(_code(k_aut, cleared), mac)


def _code(k_aut: bytes, octets: bytes) -> bytes:
    return hmac.digest(k_aut, octets, sha256)[:_MAC]


def _read_attributes(octets: bytes) -> tuple[tuple[int, bytes], ...]:
    """Types of 128 and more may be skipped when unknown; only AT_KDF may come again."""
    found: list[tuple[int, bytes]] = []
    position = 0
    while position < len(octets):
        length = 4 * int.from_bytes(octets[position + 1 : position + 2])
        end = position + length
        if not length or end > len(octets):
            raise EapError(f"an attribute of {length} octets where {len(octets) - position} are")
        kind = octets[position]
        if kind not in At.__members__.values() and kind < _FIRST_SKIPPABLE:
            raise EapError(f"unknown attribute {kind}, which may not be skipped")
        if kind != At.KDF and any(kind == other for other, _ in found):
            raise EapError(f"attribute {kind} came twice")
        found.append((kind, octets[position + 2 : end]))
        position = end
    return tuple(found)


def fixed(value: bytes) -> bytes:
    """The octets of AT_RAND, AT_AUTN and AT_MAC."""
    return bytes(2) + value


def counted(value: bytes, unit: int = 1) -> bytes:
    """The octets of AT_KDF_INPUT, and with a unit of 8 those of AT_RES."""
    whole = (len(value) * unit).to_bytes(2) + value
    return whole + bytes(-(len(whole) + 2) % 4)
