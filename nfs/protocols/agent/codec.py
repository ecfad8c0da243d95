"""Agent messages to octets and back; what cannot be read has a cause (as TS 24.501 clause 7)."""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType
from typing import Any, get_args, get_type_hints

from nfs.protocols.agent.causes import AgentCause
from nfs.protocols.agent.elements import COMPREHENSION_REQUIRED, Ie
from nfs.protocols.agent.messages import MESSAGES
from nfs.protocols.agent.messages.message import AgentMessage

PROTOCOL_VERSION = 1
MAX_CONTAINER = 65_535
"""Octets of a payload container (TS 24.501 clause 9.11.3.39)."""
MAX_PTI = 254
"""255 is reserved (TS 24.007 clause 11.2.3.1a)."""

_HEADER = 3
_KINDS = {kind.MESSAGE_TYPE: kind for kind in MESSAGES}


class AgentContainerError(ValueError):
    """A container that is no message to be handled, or a message that cannot be sent.

    ``pti`` is None where the octets do not tell it; ``cause`` is for AGENT STATUS, ``reason`` for
    logs.
    """

    def __init__(self, cause: AgentCause, reason: str, pti: int | None = None) -> None:
        super().__init__(f"{cause.name} (#{cause.value}): {reason}")
        self.cause = cause
        self.reason = reason
        self.pti = pti


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a message's table."""

    name: str
    ie: Ie
    mandatory: bool


def decode(octets: bytes) -> AgentMessage:
    """Read a container; raises AgentContainerError for whatever is wrong with it.

    Of a repeated element the first counts; an optional element that is malformed is taken as
    absent; an unknown one is kept, or refused from identifier 0xE0 on.
    """
    kind, pti = _header(octets)
    try:
        elements = _split(octets)
    except ValueError as error:
        cause = AgentCause.INVALID_MANDATORY_INFORMATION
        raise AgentContainerError(cause, f"{kind.NAME}: {error}", pti) from error
    values = {r.name: _read(kind, r, elements.pop(r.ie.iei, None), pti) for r in _TABLES[kind]}
    not_understood = [iei for iei in elements if iei >= COMPREHENSION_REQUIRED]
    if not_understood:
        reason = f"{kind.NAME}: element {not_understood[0]:#04x} is not known"
        raise AgentContainerError(AgentCause.IE_NON_EXISTENT, reason, pti)
    message = kind(pti=pti, unknown_ies=tuple(elements.items()), **values)
    _check_conditions(message)
    return message


def encode(message: AgentMessage) -> bytes:
    """Raises AgentContainerError for a value out of bounds."""
    if not 0 <= message.pti <= MAX_PTI:
        reason = f"{message.NAME}: {message.pti} is no PTI"
        raise AgentContainerError(AgentCause.INVALID_PTI, reason)
    _check_conditions(message)
    octets = bytes((PROTOCOL_VERSION, message.MESSAGE_TYPE, message.pti))
    for row in _TABLES[type(message)]:
        value = getattr(message, row.name)
        if value is not None:
            octets += _tlv(row.ie.iei, _write(message, row, value))
    octets += b"".join(_tlv(iei, value) for iei, value in message.unknown_ies)
    if len(octets) > MAX_CONTAINER:
        reason = f"{message.NAME}: {len(octets)} octets, a container has at most {MAX_CONTAINER}"
        raise AgentContainerError(AgentCause.PROTOCOL_ERROR_UNSPECIFIED, reason, message.pti)
    return octets


def name_of(octets: bytes) -> str:
    """The message's name for a ladder, from its header alone; never raises."""
    try:
        return _header(octets)[0].NAME
    except AgentContainerError:
        return "malformed"


def _header(octets: bytes) -> tuple[type[AgentMessage], int]:
    unspecified = AgentCause.PROTOCOL_ERROR_UNSPECIFIED
    if not _HEADER <= len(octets) <= MAX_CONTAINER:
        reason = f"{len(octets)} octets, a container has {_HEADER} to {MAX_CONTAINER}"
        raise AgentContainerError(unspecified, reason)
    version, message_type, pti = octets[:_HEADER]
    if version != PROTOCOL_VERSION:
        raise AgentContainerError(unspecified, f"protocol version {version} is not known")
    if pti > MAX_PTI:
        raise AgentContainerError(AgentCause.INVALID_PTI, f"{pti} is no PTI")
    kind = _KINDS.get(message_type)
    if kind is None:
        reason = f"message type {message_type:#04x} is not known"
        raise AgentContainerError(AgentCause.MESSAGE_TYPE_NON_EXISTENT, reason, pti)
    return kind, pti


def _split(octets: bytes) -> dict[int, bytes]:
    """The elements by identifier, in their order; raises ValueError if one is cut short."""
    elements: dict[int, bytes] = {}
    position = _HEADER
    while position < len(octets):
        value = position + 3
        end = value + int.from_bytes(octets[position + 1 : value])
        if value > len(octets) or end > len(octets):
            raise ValueError(f"element {octets[position]:#04x} is cut short")
        elements.setdefault(octets[position], octets[value:end])
        position = end
    return elements


def _tlv(iei: int, value: bytes) -> bytes:
    return bytes((iei,)) + len(value).to_bytes(2) + value


def _read(kind: type[AgentMessage], row: _Row, octets: bytes | None, pti: int) -> Any:
    problem = "is missing"
    if octets is not None:
        try:
            return row.ie.format.decode(octets)
        except ValueError as error:
            problem = str(error)
    if not row.mandatory:
        return None
    cause = AgentCause.INVALID_MANDATORY_INFORMATION
    raise AgentContainerError(cause, f"{kind.NAME}: {row.name}: {problem}", pti)


def _write(message: AgentMessage, row: _Row, value: Any) -> bytes:
    try:
        return row.ie.format.encode(value)
    except ValueError as error:
        cause = AgentCause.INVALID_MANDATORY_INFORMATION
        reason = f"{message.NAME}: {row.name}: {error}"
        raise AgentContainerError(cause, reason, message.pti) from error


def _check_conditions(message: AgentMessage) -> None:
    problem = message.conditional_ie_error()
    if problem is not None:
        reason = f"{message.NAME}: {problem}"
        raise AgentContainerError(AgentCause.CONDITIONAL_IE_ERROR, reason, message.pti)


def _elements(hint: Any) -> list[Ie]:
    """The element of ``Annotated[T, Ie]`` or ``Annotated[T, Ie] | None``; none of other fields."""
    inner = [argument for argument in get_args(hint) if isinstance(argument, Ie)]
    return inner or [ie for argument in get_args(hint) for ie in _elements(argument)]


def _table(kind: type[AgentMessage]) -> tuple[_Row, ...]:
    """The information elements that the message class declares, in order."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        _Row(name, ie, mandatory=NoneType not in get_args(hint))
        for name, hint in hints.items()
        for ie in _elements(hint)
    )


_TABLES = {kind: _table(kind) for kind in MESSAGES}
