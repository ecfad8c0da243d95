"""5GS mobile identity (TS 24.501 clause 9.11.3.4)."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.common.identities import Guami, Guti, Plmn, Suci
from nfs.protocols.nas.enums import IdentityType
from nfs.protocols.nas.framing import Codec, Malformed
from nfs.protocols.nas.ies.primitives import need


@dataclass(frozen=True, slots=True)
class Imei:
    digits: str


@dataclass(frozen=True, slots=True)
class Imeisv:
    digits: str


@dataclass(frozen=True, slots=True)
class Tmsi5gS:
    """5G-S-TMSI: AMF set, AMF pointer and 5G-TMSI (9.11.3.4)."""

    set_id: int
    pointer: int
    tmsi: int


@dataclass(frozen=True, slots=True)
class NoIdentity:
    pass


@dataclass(frozen=True, slots=True)
class OtherIdentity:
    """An identity of a form that the testbed does not use, as it came."""

    octets: bytes


MobileIdentity = Suci | Guti | Imei | Imeisv | Tmsi5gS | NoIdentity | OtherIdentity


def _digits(octets: bytes) -> str:
    """BCD digits, the low half-octet first; 15 ends them."""
    text = "".join(f"{o & 15:x}{o >> 4:x}" for o in octets)
    digits = text.rstrip("f")
    if not digits.isdigit() and digits:
        raise Malformed(f"not digits: {text}")
    return digits


def _bcd(digits: str) -> bytes:
    padded = digits + "f" * (len(digits) % 2)
    return bytes(int(padded[i + 1] + padded[i], 16) for i in range(0, len(padded), 2))


def decode_identity(octets: bytes) -> MobileIdentity:
    kind = need(octets, 1)[0] & 7
    match kind:
        case IdentityType.SUCI:
            return _decode_suci(octets)
        case IdentityType.GUTI:
            need(octets, 11)
            guami = Guami.from_amf_id(Plmn.from_bytes(octets[1:4]), octets[4:7].hex())
            return Guti(guami, int.from_bytes(octets[7:11]))
        case IdentityType.TMSI:
            need(octets, 7)
            amf = int.from_bytes(octets[1:3])
            return Tmsi5gS(amf >> 6, amf & 63, int.from_bytes(octets[3:7]))
        case IdentityType.IMEI | IdentityType.IMEISV:
            if octets[0] >> 4 > 9:
                raise Malformed(f"not a digit: {octets[0] >> 4:x}")
            digits = f"{octets[0] >> 4}" + _digits(octets[1:])
            return Imei(digits) if kind == IdentityType.IMEI else Imeisv(digits)
        case IdentityType.NO_IDENTITY:
            return NoIdentity() if octets == b"\x00" else OtherIdentity(octets)
        case _:
            return OtherIdentity(octets)


def _decode_suci(octets: bytes) -> Suci | OtherIdentity:
    if octets[0] >> 4 & 7:  # a network specific identifier, not an IMSI
        return OtherIdentity(octets)
    need(octets, 8)
    scheme = octets[6] & 15
    output = octets[8:]
    routing = _digits(octets[4:6])
    text = _digits(output) if scheme == 0 else output.hex()
    return Suci(Plmn.from_bytes(octets[1:4]), routing, scheme, octets[7], text)


def encode_identity(identity: MobileIdentity) -> bytes:
    match identity:
        case Suci(plmn, routing, scheme, key, output):
            tail = _bcd(output) if scheme == 0 else bytes.fromhex(output)
            route = (_bcd(routing) + b"\xff\xff")[:2]
            return bytes((1,)) + plmn.to_bytes() + route + bytes((scheme, key)) + tail
        case Guti(guami, tmsi):
            amf = bytes.fromhex(guami.amf_id)
            return bytes((0xF2,)) + guami.plmn.to_bytes() + amf + tmsi.to_bytes(4)
        case Tmsi5gS(set_id, pointer, tmsi):
            return bytes((0xF4,)) + (set_id << 6 | pointer).to_bytes(2) + tmsi.to_bytes(4)
        case Imei(digits):
            return _encode_imei(digits, IdentityType.IMEI)
        case Imeisv(digits):
            return _encode_imei(digits, IdentityType.IMEISV)
        case NoIdentity():
            return b"\x00"
        case OtherIdentity(octets):
            return octets


def _encode_imei(digits: str, kind: IdentityType) -> bytes:
    odd = len(digits) % 2
    return bytes((int(digits[0]) << 4 | odd << 3 | kind,)) + _bcd(digits[1:])


IDENTITY = Codec(decode_identity, encode_identity)
