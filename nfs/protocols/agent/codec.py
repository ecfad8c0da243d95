"""Agent containers to octets and back.

Octet 1 is the protocol version, octet 2 the message type, octet 3 the procedure transaction
identity; then elements of type (1 octet), length (2 octets) and value. An unknown element is
ignored, unless its type is 0xE0 or above: then it must be comprehended, and the message is refused.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, get_type_hints

from nfs.protocols.agent import messages
from nfs.protocols.agent.causes import AgentCause
from nfs.protocols.agent.messages import MAX_CONTAINER, AgentMessage

VERSION = 1
_COMPREHENSION_REQUIRED = 0xE0

_KINDS: dict[int, type[AgentMessage]] = {
    kind.MESSAGE_TYPE: kind
    for kind in vars(messages).values()
    if isinstance(kind, type) and issubclass(kind, AgentMessage) and kind is not AgentMessage
}


class AgentContainerError(Exception):
    """A container to be answered with AGENT STATUS and ``cause``."""

    def __init__(self, cause: AgentCause, reason: str, pti: int | None = None) -> None:
        super().__init__(reason)
        self.cause = cause
        self.reason = reason
        self.pti = pti


def _load_list(octets: bytes) -> tuple[str, ...]:
    return tuple(octets.decode().split("\n")) if octets else ()


def _load_cause(octets: bytes) -> AgentCause:
    try:
        return AgentCause(int.from_bytes(octets))
    except ValueError:
        return AgentCause.PROTOCOL_ERROR_UNSPECIFIED


def _dump_number(number: int) -> bytes:
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8))


_Codec = tuple[Callable[[bytes], Any], Callable[[Any], bytes]]
_CODECS: dict[Any, _Codec] = {
    str: (lambda o: o.decode(), lambda v: v.encode()),
    bytes: (bytes, bytes),
    int: (lambda o: int.from_bytes(o), _dump_number),
    tuple[str, ...]: (_load_list, lambda v: "\n".join(v).encode()),
    AgentCause: (_load_cause, _dump_number),
}


def _elements(kind: type[AgentMessage]) -> dict[int, tuple[str, bool, _Codec]]:
    hints = get_type_hints(kind)
    found = {}
    for f in dataclasses.fields(kind):
        if "iei" in f.metadata:
            hint = hints[f.name]
            plain = next((t for t in _CODECS if hint in (t, t | None)), None)
            assert plain is not None, f.name  # noqa: S101 - a message class of ours
            found[f.metadata["iei"]] = (f.name, f.metadata["optional"], _CODECS[plain])
    return found


_TABLES = {message_type: _elements(kind) for message_type, kind in _KINDS.items()}


def decode(octets: bytes) -> AgentMessage:
    """Raises AgentContainerError, and nothing else."""
    if len(octets) < 3 or len(octets) > MAX_CONTAINER:
        cause = AgentCause.PROTOCOL_ERROR_UNSPECIFIED
        raise AgentContainerError(cause, f"a container of {len(octets)} octets")
    version, message_type, pti = octets[:3]
    if version != VERSION:
        cause = AgentCause.PROTOCOL_ERROR_UNSPECIFIED
        raise AgentContainerError(cause, f"protocol version {version} is not {VERSION}", pti)
    kind = _KINDS.get(message_type)
    if kind is None:
        cause = AgentCause.MESSAGE_TYPE_NON_EXISTENT
        raise AgentContainerError(cause, f"message type {message_type:#04x} is unknown", pti)
    table = _TABLES[message_type]
    values: dict[str, Any] = {}
    invalid = AgentCause.INVALID_MANDATORY_INFORMATION
    for iei, value in _split(octets, pti):
        if iei not in table:
            if iei >= _COMPREHENSION_REQUIRED:
                cause = AgentCause.IE_NON_EXISTENT
                raise AgentContainerError(cause, f"element {iei:#04x} is not comprehended", pti)
            continue
        name, optional, (load, _) = table[iei]
        try:
            values.setdefault(name, load(value))
        except ValueError as error:
            if not optional:
                raise AgentContainerError(invalid, f"{kind.NAME}: {name}: {error}", pti) from None
    missing = [name for name, optional, _ in table.values() if not optional and name not in values]
    if missing:
        raise AgentContainerError(invalid, f"{kind.NAME}: {', '.join(missing)} missing", pti)
    return kind(pti=pti, **values)


def _split(octets: bytes, pti: int) -> list[tuple[int, bytes]]:
    elements, position = [], 3
    while position < len(octets):
        end = position + 3 + int.from_bytes(octets[position + 1 : position + 3])
        if position + 3 > len(octets) or end > len(octets):
            cause = AgentCause.INVALID_MANDATORY_INFORMATION
            raise AgentContainerError(cause, "the container ends inside an element", pti)
        elements.append((octets[position], octets[position + 3 : end]))
        position = end
    return elements


def encode(message: AgentMessage) -> bytes:
    """Raises ValueError when the message does not fit into a container."""
    out = bytearray((VERSION, message.MESSAGE_TYPE, message.pti))
    for iei, (name, _, (_, dump)) in _TABLES[message.MESSAGE_TYPE].items():
        value = getattr(message, name)
        if value is not None:
            octets = dump(value)
            if len(octets) > MAX_CONTAINER:
                raise ValueError(f"{name} has {len(octets)} octets")
            out += bytes((iei,)) + len(octets).to_bytes(2) + octets
    if len(out) > MAX_CONTAINER:
        raise ValueError(f"{message.NAME} has {len(out)} octets; a container has {MAX_CONTAINER}")
    return bytes(out)


def name_of(octets: bytes) -> str:
    kind = _KINDS.get(octets[1]) if len(octets) > 1 else None
    return kind.NAME if kind else "unknown agent message"


def proof_input(template: str, instance: str, public_key: bytes) -> bytes:
    """What an agent signs to prove that it holds the key it registers with."""
    return b"\x00".join((b"agentnf-agent-registration", template.encode(), instance.encode())) + (
        b"\x00" + public_key
    )
