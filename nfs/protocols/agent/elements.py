"""Information elements of the agent container: identifier, format and bounds of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar

from nfs.protocols.agent.causes import AgentCause

COMPREHENSION_REQUIRED = 0xE0
"""From this identifier on, a receiver that does not know an element refuses the message."""

# Bounds in octets of UTF-8 or binary, unless they say otherwise.
MAX_IDENTIFIER = 128
MAX_NAME = 256
MAX_DESCRIPTION = 4096
MAX_DIAGNOSTIC = 4096
MAX_LANGUAGE_TAG = 35
MAX_KEY = 1024
MAX_SIGNATURE = 1024
MAX_CREDENTIAL = 8192
MAX_INTENT = 32_768
MAX_ACS = 32_768
MAX_DOCUMENT = 61_440
MAX_LIST_ITEMS = 128

T = TypeVar("T")


class Format(Protocol[T]):
    """How a value is written; both ways raise ValueError for what is out of bounds."""

    def encode(self, value: T) -> bytes: ...

    def decode(self, octets: bytes) -> T: ...


@dataclass(frozen=True, slots=True)
class Octets:
    """At most ``limit`` octets as they are."""

    limit: int

    def encode(self, value: bytes) -> bytes:
        return _bounded(value, self.limit)

    def decode(self, octets: bytes) -> bytes:
        return _bounded(octets, self.limit)


@dataclass(frozen=True, slots=True)
class Text:
    """UTF-8 of at most ``limit`` octets."""

    limit: int

    def encode(self, value: str) -> bytes:
        return _bounded(value.encode(), self.limit)

    def decode(self, octets: bytes) -> str:
        return _bounded(octets, self.limit).decode()


@dataclass(frozen=True, slots=True)
class Diagnostic(Text):
    """Text that only explains: the sender cuts it rather than not sending the message."""

    def encode(self, value: str) -> bytes:
        octets = value.encode("utf-8", "replace")[: self.limit]
        return octets.decode("utf-8", "ignore").encode()


@dataclass(frozen=True, slots=True)
class TextList:
    """At most ``MAX_LIST_ITEMS`` texts, each behind its length in one octet."""

    limit: int

    def encode(self, value: tuple[str, ...]) -> bytes:
        if len(value) > MAX_LIST_ITEMS:
            raise ValueError(f"{len(value)} items, at most {MAX_LIST_ITEMS} are allowed")
        items = (_bounded(text.encode(), self.limit) for text in value)
        return b"".join(bytes((len(item),)) + item for item in items)

    def decode(self, octets: bytes) -> tuple[str, ...]:
        items: list[str] = []
        position = 0
        while position < len(octets):
            end = position + 1 + octets[position]
            if end > len(octets):
                raise ValueError("the last item is cut short")
            if len(items) == MAX_LIST_ITEMS:
                raise ValueError(f"more than {MAX_LIST_ITEMS} items")
            items.append(_bounded(octets[position + 1 : end], self.limit).decode())
            position = end
        return tuple(items)


@dataclass(frozen=True, slots=True)
class Unsigned:
    """An integer of ``size`` octets, big endian, up to ``maximum``."""

    size: int
    maximum: int

    def encode(self, value: int) -> bytes:
        return self._checked(value).to_bytes(self.size)

    def decode(self, octets: bytes) -> int:
        if len(octets) != self.size:
            raise ValueError(f"{len(octets)} octets where {self.size} are due")
        return self._checked(int.from_bytes(octets))

    def _checked(self, value: int) -> int:
        if not 0 <= value <= self.maximum:
            raise ValueError(f"{value} is not in 0..{self.maximum}")
        return value


@dataclass(frozen=True, slots=True)
class CauseValue:
    """One octet; an unassigned value reads as a protocol error (as in TS 24.501 9.11.3.2)."""

    def encode(self, value: AgentCause) -> bytes:
        return bytes((value,))

    def decode(self, octets: bytes) -> AgentCause:
        if len(octets) != 1:
            raise ValueError(f"{len(octets)} octets where one is due")
        known = AgentCause.__members__.values()
        return next((c for c in known if c == octets[0]), AgentCause.PROTOCOL_ERROR_UNSPECIFIED)


def _bounded(octets: bytes, limit: int) -> bytes:
    if len(octets) > limit:
        raise ValueError(f"{len(octets)} octets, at most {limit} are allowed")
    return octets


@dataclass(frozen=True, slots=True)
class Ie:
    """An information element: its identifier (one octet) and the format of its value."""

    iei: int
    format: Format[Any]


Template = Annotated[str, Ie(0x01, Text(MAX_IDENTIFIER))]
Instance = Annotated[str, Ie(0x02, Text(MAX_IDENTIFIER))]
AgentName = Annotated[str, Ie(0x03, Text(MAX_NAME))]
Description = Annotated[str, Ie(0x04, Text(MAX_DESCRIPTION))]
Capabilities = Annotated[tuple[str, ...], Ie(0x05, TextList(MAX_IDENTIFIER))]
Scope = Annotated[tuple[str, ...], Ie(0x06, TextList(MAX_IDENTIFIER))]
PublicKey = Annotated[bytes, Ie(0x07, Octets(MAX_KEY))]
Proof = Annotated[bytes, Ie(0x08, Octets(MAX_SIGNATURE))]
Aic = Annotated[str, Ie(0x09, Text(MAX_IDENTIFIER))]
CapabilityIds = Annotated[tuple[str, ...], Ie(0x0A, TextList(MAX_IDENTIFIER))]
Gateway = Annotated[str, Ie(0x0B, Text(MAX_IDENTIFIER))]
ValidUntil = Annotated[int, Ie(0x0C, Unsigned(8, 2**64 - 1))]
Credential = Annotated[bytes, Ie(0x0D, Octets(MAX_CREDENTIAL))]
Token = Annotated[str, Ie(0x0E, Text(MAX_CREDENTIAL))]
Acs = Annotated[bytes, Ie(0x0F, Octets(MAX_ACS))]
Cause = Annotated[AgentCause, Ie(0x10, CauseValue())]
DiagnosticText = Annotated[str, Ie(0x11, Diagnostic(MAX_DIAGNOSTIC))]
Language = Annotated[str, Ie(0x12, Text(MAX_LANGUAGE_TAG))]
IntentText = Annotated[str, Ie(0x13, Text(MAX_INTENT))]
OperatorIntent = Annotated[bytes, Ie(0x14, Octets(MAX_INTENT))]
Percent = Annotated[int, Ie(0x15, Unsigned(1, 100))]
OperatorResult = Annotated[bytes, Ie(0x16, Octets(MAX_DOCUMENT))]
Capability = Annotated[str, Ie(0x17, Text(MAX_IDENTIFIER))]
Agents = Annotated[bytes, Ie(0x18, Octets(MAX_DOCUMENT))]
SessionId = Annotated[str, Ie(0x19, Text(MAX_IDENTIFIER))]
Data = Annotated[bytes, Ie(0x1A, Octets(MAX_DOCUMENT))]
DeviceOrder = Annotated[bytes, Ie(0x1B, Octets(MAX_DESCRIPTION))]
