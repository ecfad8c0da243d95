"""QoS flow descriptions and the session AMBR (TS 24.501 clauses 9.11.4.12 and 9.11.4.14)."""

from __future__ import annotations

from dataclasses import dataclass, field

from nfs.protocols.nas.enums import QosFlowOperation
from nfs.protocols.nas.framing import Codec, Malformed
from nfs.protocols.nas.ies.primitives import need


@dataclass(frozen=True, slots=True)
class QosFlowDescription:
    """Bit rates in kbit/s, the averaging window in ms; other parameters are kept as they came.

    ``extends`` is the E bit 0 of a modification: what was given before and is not here stays.
    """

    qfi: int
    operation: QosFlowOperation
    five_qi: int | None = None
    gfbr_uplink: int | None = None
    gfbr_downlink: int | None = None
    mfbr_uplink: int | None = None
    mfbr_downlink: int | None = None
    averaging_window: int | None = None
    eps_bearer_identity: int | None = None
    others: tuple[tuple[int, bytes], ...] = ()
    extends: bool = False


_UNITS = 25


def encode_rate(kbps: int) -> bytes:
    """Unit and value, in the finest unit that the value fits (table 9.11.4.14.1)."""
    unit = next(u for u in range(1, _UNITS + 1) if kbps <= 0xFFFF * _unit(u))
    return bytes((unit,)) + (kbps // _unit(unit)).to_bytes(2)


def _unit(number: int) -> int:
    """1, 4, 16, 64 and 256 kbit/s are units 1 to 5; then the same in Mbit/s, and so on."""
    thousands, fours = divmod(number - 1, 5)
    return int(1000**thousands * 4**fours)


def decode_rate(octets: bytes) -> int:
    """kbit/s. A unit past the table's is its last one."""
    need(octets, 3)
    if octets[0] == 0:
        raise Malformed("a bit rate that is not used")
    return int.from_bytes(octets[1:3]) * _unit(min(octets[0], _UNITS))


def _encode_number(length: int, shift: int = 0) -> Codec:
    return Codec(
        lambda octets: int.from_bytes(need(octets, length)[:length]) >> shift,
        lambda number: (number << shift).to_bytes(length),
    )


_RATE = Codec(decode_rate, encode_rate)
_PARAMETERS = {
    1: ("five_qi", _encode_number(1)),
    2: ("gfbr_uplink", _RATE),
    3: ("gfbr_downlink", _RATE),
    4: ("mfbr_uplink", _RATE),
    5: ("mfbr_downlink", _RATE),
    6: ("averaging_window", _encode_number(2)),
    7: ("eps_bearer_identity", _encode_number(1, shift=4)),
}
"""By parameter identifier (table 9.11.4.12.1)."""
_E_BIT = 0x40


def _decode_descriptions(octets: bytes) -> tuple[QosFlowDescription, ...]:
    found, position = [], 0
    while position < len(octets):
        need(octets, position + 3)
        qfi, operation, count = octets[position : position + 3]
        position += 3
        values: dict[str, int] = {}
        others: list[tuple[int, bytes]] = []
        for _ in range(count & 63):
            need(octets, position + 2)
            kind, end = octets[position], position + 2 + octets[position + 1]
            value = need(octets, end)[position + 2 : end]
            if kind in _PARAMETERS:
                name, codec = _PARAMETERS[kind]
                values[name] = codec.decode(value)
            else:
                others.append((kind, value))
            position = end
        kind_ = QosFlowOperation(operation >> 5)
        extends = kind_ is QosFlowOperation.MODIFY and not count & _E_BIT
        found.append(
            QosFlowDescription(qfi & 63, kind_, others=tuple(others), extends=extends, **values)
        )
    return tuple(found)


def _encode_descriptions(descriptions: tuple[QosFlowDescription, ...]) -> bytes:
    return b"".join(_encode_description(description) for description in descriptions)


def _encode_description(d: QosFlowDescription) -> bytes:
    parameters = [
        (kind, codec.encode(value))
        for kind, (name, codec) in _PARAMETERS.items()
        if (value := getattr(d, name)) is not None
    ]
    parameters += d.others
    e_bit = _E_BIT if parameters and not d.extends else 0
    head = bytes((d.qfi, d.operation << 5, e_bit | len(parameters)))
    return head + b"".join(bytes((kind, len(value))) + value for kind, value in parameters)


@dataclass(frozen=True, slots=True)
class SessionAmbr:
    """``octets`` as they came, for a sender that chose other units than we would."""

    downlink_kbps: int
    uplink_kbps: int
    octets: bytes | None = field(default=None, compare=False, repr=False)


def _decode_ambr(octets: bytes) -> SessionAmbr:
    need(octets, 6)
    return SessionAmbr(decode_rate(octets[:3]), decode_rate(octets[3:6]), octets)


def _encode_ambr(ambr: SessionAmbr) -> bytes:
    return ambr.octets or encode_rate(ambr.downlink_kbps) + encode_rate(ambr.uplink_kbps)


DESCRIPTIONS = Codec(_decode_descriptions, _encode_descriptions)
AMBR = Codec(_decode_ambr, _encode_ambr)
