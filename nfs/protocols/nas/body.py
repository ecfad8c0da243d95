"""What follows a message's header, and its octets (TS 24.007 clause 11.2, TS 24.501 clause 7)."""

from __future__ import annotations

from typing import Any, TypeVar

from nfs.protocols.nas.framing import (
    OCTETS,
    Element,
    Format,
    Malformed,
    NasMessage,
    elements_of,
)

M = TypeVar("M", bound=NasMessage)


def decode_body(kind: type[M], octets: bytes, **header: Any) -> M:
    """Read what follows the header.

    Raises Malformed for a mandatory element that is wrong and for an unknown one that must be
    comprehended (TS 24.501 clause 7.5.1). An optional element that is wrong, or that the end of
    the message cuts, counts as absent (7.7.1); of a repeated one the first is taken (7.6.3).
    """
    fixed, by_iei = elements_of(kind)
    values: dict[str, Any] = dict(header)
    received: dict[str, tuple[Any, bytes]] = {}
    position, low_half = 0, True
    for name, element in fixed:
        if element.format is Format.HALF:
            if position >= len(octets):
                raise Malformed(f"{name} is missing")
            octet = octets[position]
            half = octet & 15 if low_half else octet >> 4
            _decode(name, element, bytes((half,)), values, received)
            position += 0 if low_half else 1
            low_half = not low_half
            continue
        if not low_half:  # the other half-octet is spare
            position, low_half = position + 1, True
        value, position = _take(octets, position, element)
        _decode(name, element, value, values, received)
    if not low_half:
        position += 1
    unknown: list[tuple[int, bytes]] = []
    order: list[int] = []
    while position < len(octets):
        try:
            iei, value, whole, end = _take_optional(octets, position, by_iei)
        except Malformed:  # cut by the end of the message
            iei, whole, end = octets[position], octets[position:], len(octets)
            known = None
        else:
            known = by_iei.get(iei) if iei not in order else None
        if iei not in by_iei and iei & 0xF0 == 0:
            raise Malformed(f"element {iei:#04x} has to be comprehended and is unknown")
        try:
            if known is not None:
                _decode(*known, value, values, received)
        except Malformed:
            known = None
        if known is None:
            unknown.append((iei, whole))
        order.append(iei)
        position = end
    return kind(**values, unknown=tuple(unknown), order=tuple(order), received=received)


def _decode(
    name: str,
    element: Element,
    octets: bytes,
    values: dict[str, Any],
    received: dict[str, tuple[Any, bytes]],
) -> None:
    try:
        values[name] = element.codec.decode(octets)
    except (ValueError, IndexError) as error:
        raise Malformed(f"{name}: {error}") from error
    received[name] = values[name], octets


def _encode(message: NasMessage, name: str, element: Element) -> bytes:
    """The octets that came, as long as the value is still the one that came."""
    content = getattr(message, name)
    came = message.received.get(name)
    if came is not None and came[0] == content:
        return came[1]
    return element.codec.encode(content)


def _take(octets: bytes, position: int, element: Element) -> tuple[bytes, int]:
    match element.format:
        case Format.V | Format.TV:
            end = position + element.length
        case Format.LV | Format.TLV:
            if position >= len(octets):
                raise Malformed("a length is missing")
            end = position + 1 + octets[position]
            position += 1
        case _:
            if position + 2 > len(octets):
                raise Malformed("a length is missing")
            end = position + 2 + int.from_bytes(octets[position : position + 2])
            position += 2
    if end > len(octets):
        raise Malformed("the message ends inside an element")
    return octets[position:end], end


def _take_optional(
    octets: bytes, start: int, by_iei: dict[int, Any]
) -> tuple[int, bytes, bytes, int]:
    """IEI, value, all octets and end of the optional element at ``start``.

    An unknown one is of type 1 when bit 8 of its IEI is set, of TLV-E for IEIs 0x70 to 0x7f, else
    TLV (TS 24.007 clause 11.2.4).
    """
    first = octets[start]
    if first & 0x80:
        iei = first & 0xF0
        if (known := by_iei.get(iei)) and known[1].format is Format.TV_HALF:
            return iei, bytes((first & 15,)), octets[start : start + 1], start + 1
        if first not in by_iei:
            return first, b"", octets[start : start + 1], start + 1
    known = by_iei.get(first)
    if known:
        element = known[1]
    else:
        format_ = Format.TLV_E if first & 0xF0 == 0x70 else Format.TLV
        element = Element(format_, OCTETS)
    value, end = _take(octets, start + 1, element)
    return first, value, octets[start:end], end


def encode_body(message: NasMessage) -> bytes:
    fixed, by_iei = elements_of(type(message))
    out = bytearray()
    low: int | None = None
    for name, element in fixed:
        value = _encode(message, name, element)
        if element.format is Format.HALF:
            if low is None:
                low = value[0]
            else:
                out.append(value[0] << 4 | low)
                low = None
            continue
        if low is not None:
            out.append(low)
            low = None
        out += _with_length(element, value)
    if low is not None:
        out.append(low)
    parts: dict[int, list[bytes]] = {}
    for iei, (name, element) in by_iei.items():
        if getattr(message, name) is not None:
            parts[iei] = [_optional_octets(iei, element, _encode(message, name, element))]
    for iei, whole in message.unknown:
        parts.setdefault(iei, []).append(whole)
    for iei in message.order:
        if parts.get(iei):
            out += parts[iei].pop(0)
    for rest in parts.values():
        out += b"".join(rest)
    return bytes(out)


def _optional_octets(iei: int, element: Element, value: bytes) -> bytes:
    if element.format is Format.TV_HALF:
        return bytes((iei | value[0],))
    return bytes((iei,)) + _with_length(element, value)


def _with_length(element: Element, value: bytes) -> bytes:
    if element.format in (Format.LV, Format.TLV):
        return bytes((len(value),)) + value
    if element.format in (Format.LV_E, Format.TLV_E):
        return len(value).to_bytes(2) + value
    return value
