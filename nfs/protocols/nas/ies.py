"""Values of NAS information elements and their octets (TS 24.501 clause 9.11)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from nfs.common.identities import Guami, Guti, Plmn, Snssai, Suci, Tai
from nfs.protocols.nas.algorithms import CipheringAlgorithm, IntegrityAlgorithm
from nfs.protocols.nas.causes import MmCause, SmCause
from nfs.protocols.nas.enums import IdentityType
from nfs.protocols.nas.framing import Codec, Malformed

E = TypeVar("E", bound=IntEnum)


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


def need(octets: bytes, length: int) -> bytes:
    if len(octets) < length:
        raise Malformed(f"{len(octets)} octets where {length} are needed")
    return octets


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


@dataclass(frozen=True, slots=True)
class UeSecurityCapability:
    """9.11.3.54: one octet each of 5G-EA, 5G-IA and, if there, EEA and EIA; bit 8 is number 0."""

    octets: bytes

    @classmethod
    def of(
        cls, nea: tuple[CipheringAlgorithm, ...], nia: tuple[IntegrityAlgorithm, ...]
    ) -> UeSecurityCapability:
        masks = [sum(0x80 >> a for a in nea), sum(0x80 >> a for a in nia)]
        return cls(bytes(masks))

    @property
    def nea(self) -> frozenset[CipheringAlgorithm]:
        return frozenset(a for a in CipheringAlgorithm if self.octets[0] & 0x80 >> a)

    @property
    def nia(self) -> frozenset[IntegrityAlgorithm]:
        return frozenset(a for a in IntegrityAlgorithm if self.octets[1] & 0x80 >> a)

    @property
    def includes_null_algorithms(self) -> bool:
        return bool(self.octets[0] & self.octets[1] & 0x80)


def decode_snssai(octets: bytes) -> Snssai:
    need(octets, 1)
    return Snssai(octets[0], octets[1:4].hex() if len(octets) >= 4 else None)


def encode_snssai(s_nssai: Snssai) -> bytes:
    return bytes((s_nssai.sst,)) + bytes.fromhex(s_nssai.sd or "")


def _decode_nssai(octets: bytes) -> tuple[Snssai, ...]:
    found, position = [], 0
    while position < len(octets):
        end = position + 1 + octets[position]
        if end > len(octets) or octets[position] not in (1, 4):
            raise Malformed("an S-NSSAI has 1 or 4 octets here")
        found.append(decode_snssai(octets[position + 1 : end]))
        position = end
    return tuple(found)


def _encode_nssai(nssai: tuple[Snssai, ...]) -> bytes:
    values = [encode_snssai(s) for s in nssai]
    return b"".join(bytes((len(v),)) + v for v in values)


def _decode_tai(octets: bytes) -> Tai:
    need(octets, 6)
    return Tai(Plmn.from_bytes(octets[:3]), int.from_bytes(octets[3:6]))


def _encode_tai(tai: Tai) -> bytes:
    return tai.plmn.to_bytes() + tai.tac.to_bytes(3)


def _decode_tai_list(octets: bytes) -> tuple[Tai, ...]:
    """One list of type 00: TACs of one PLMN, in any order (9.11.3.9)."""
    need(octets, 4)
    count = (octets[0] & 31) + 1
    if octets[0] >> 5 or len(octets) != 4 + 3 * count:
        raise Malformed("only one partial list of type 00 is read")
    plmn = Plmn.from_bytes(octets[1:4])
    tacs = (octets[i : i + 3] for i in range(4, len(octets), 3))
    return tuple(Tai(plmn, int.from_bytes(tac)) for tac in tacs)


def _encode_tai_list(tais: tuple[Tai, ...]) -> bytes:
    head = bytes((len(tais) - 1,)) + tais[0].plmn.to_bytes()
    return head + b"".join(t.tac.to_bytes(3) for t in tais)


_TIMER_3 = ((3, 2), (4, 30), (5, 60), (0, 600), (1, 3600), (2, 36000), (6, 1152000))
"""Unit code and seconds of GPRS timer 3, from the finest (TS 24.008 table 10.5.163a)."""


def _decode_timer_3(octets: bytes) -> int:
    code = need(octets, 1)[0] >> 5
    seconds = dict(_TIMER_3).get(code)
    if seconds is None or len(octets) != 1:
        raise Malformed("the timer is deactivated")
    return seconds * (octets[0] & 31)


def _encode_timer_3(seconds: int) -> bytes:
    for code, unit in _TIMER_3:
        if seconds % unit == 0 and seconds // unit <= 31:
            return bytes((code << 5 | seconds // unit,))
    code, unit = next((c, u) for c, u in _TIMER_3 if seconds // u <= 31)
    return bytes((code << 5 | seconds // unit,))


def _decode_dnn(octets: bytes) -> str:
    labels, position = [], 0
    while position < len(octets):
        end = position + 1 + octets[position]
        if end > len(octets):
            raise Malformed("a label of the DNN is cut short")
        labels.append(octets[position + 1 : end].decode("ascii"))
        position = end
    if not labels:
        raise Malformed("an empty DNN")
    return ".".join(labels)


def _encode_dnn(dnn: str) -> bytes:
    return b"".join(bytes((len(label),)) + label.encode("ascii") for label in dnn.split("."))


def _decode_sessions(octets: bytes) -> frozenset[int]:
    if len(octets) != 2:
        raise Malformed("the testbed reads a PDU session status of two octets")
    mask = int.from_bytes(octets[:2], "little")
    return frozenset(i for i in range(16) if mask >> i & 1)


def _encode_sessions(sessions: frozenset[int]) -> bytes:
    return sum(1 << i for i in sessions).to_bytes(2, "little")


def exactly(length: int) -> Codec:
    def decode(octets: bytes) -> bytes:
        if len(octets) != length:
            raise Malformed(f"{len(octets)} octets where {length} are needed")
        return octets

    return Codec(decode, bytes)


def number(length: int = 1) -> Codec:
    return Codec(lambda o: int.from_bytes(need(o, length)), lambda n: int(n).to_bytes(length))


def code(kind: type[E], default: E | None = None) -> Codec:
    """One octet or half-octet of a table; an unknown value is ``default``, if there is one."""

    def decode(octets: bytes) -> E:
        try:
            return kind(need(octets, 1)[0])
        except ValueError:
            if default is None:
                raise
            return default

    return Codec(decode, lambda value: bytes((int(value),)))


IDENTITY = Codec(decode_identity, encode_identity)
SECURITY_CAPABILITY = Codec(lambda o: UeSecurityCapability(need(o, 2)), lambda v: v.octets)
SNSSAI = Codec(decode_snssai, encode_snssai)
NSSAI = Codec(_decode_nssai, _encode_nssai)
TAI = Codec(_decode_tai, _encode_tai)
TAI_LIST = Codec(_decode_tai_list, _encode_tai_list)
TIMER_3 = Codec(_decode_timer_3, _encode_timer_3)
DNN = Codec(_decode_dnn, _encode_dnn)
SESSIONS = Codec(_decode_sessions, _encode_sessions)
MM_CAUSE = code(MmCause, MmCause.PROTOCOL_ERROR_UNSPECIFIED)
SM_CAUSE = code(SmCause, SmCause.PROTOCOL_ERROR_UNSPECIFIED)
