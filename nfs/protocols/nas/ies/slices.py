"""S-NSSAI, NSSAI and rejected NSSAI (TS 24.501 clauses 9.11.2.8, 9.11.3.37 and 9.11.3.46)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from nfs.common.identities import Snssai
from nfs.protocols.nas.framing import Codec, Malformed
from nfs.protocols.nas.ies.primitives import need

NO_SD = "ffffff"
"""No SD value associated with the SST (TS 23.003 clause 28.4.2)."""


class SliceRejection(IntEnum):
    """Why an S-NSSAI is rejected, table 9.11.3.46.1."""

    NOT_IN_THE_PLMN = 0
    NOT_IN_THE_REGISTRATION_AREA = 1
    AUTHENTICATION_AND_AUTHORISATION_FAILED = 2


@dataclass(frozen=True, slots=True)
class RejectedSnssai:
    s_nssai: Snssai
    cause: SliceRejection = SliceRejection.NOT_IN_THE_PLMN


def decode_snssai(octets: bytes) -> Snssai:
    """Figure 9.11.2.8.1: SST; then SD, the mapped HPLMN SST and SD as the length says."""
    match len(octets):
        case 1:
            return Snssai(octets[0])
        case 2:
            return Snssai(octets[0], mapped=Snssai(octets[1]))
        case 4:
            return Snssai(octets[0], _sd(octets[1:]))
        case 5:
            return Snssai(octets[0], _sd(octets[1:4]), Snssai(octets[4]))
        case 8:
            return Snssai(octets[0], _sd(octets[1:4]), Snssai(octets[4], _sd(octets[5:])))
        case _:
            raise Malformed(f"an S-NSSAI of {len(octets)} octets")


def encode_snssai(s_nssai: Snssai) -> bytes:
    mapped = s_nssai.mapped
    sd = s_nssai.sd or (NO_SD if mapped and mapped.sd else "")
    octets = bytes((s_nssai.sst,)) + bytes.fromhex(sd)
    return octets + (bytes((mapped.sst,)) + bytes.fromhex(mapped.sd or "") if mapped else b"")


def _sd(octets: bytes) -> str | None:
    sd = octets.hex()
    return None if sd == NO_SD else sd


def _decode_nssai(octets: bytes) -> tuple[Snssai, ...]:
    found, position = [], 0
    while position < len(octets):
        end = position + 1 + octets[position]
        found.append(decode_snssai(need(octets, end)[position + 1 : end]))
        position = end
    return tuple(found)


def _encode_nssai(nssai: tuple[Snssai, ...]) -> bytes:
    values = [encode_snssai(s) for s in nssai]
    return b"".join(bytes((len(v),)) + v for v in values)


def _decode_rejected(octets: bytes) -> tuple[RejectedSnssai, ...]:
    """Length and cause share an octet; a cause of a later release is read as the first."""
    found, position = [], 0
    while position < len(octets):
        length, cause = octets[position] >> 4, octets[position] & 15
        end = position + 1 + length
        s_nssai = decode_snssai(need(octets, end)[position + 1 : end])
        known = cause in SliceRejection.__members__.values()
        found.append(RejectedSnssai(s_nssai, SliceRejection(cause if known else 0)))
        position = end
    return tuple(found)


def _encode_rejected(rejected: tuple[RejectedSnssai, ...]) -> bytes:
    out = b""
    for entry in rejected:
        s_nssai = encode_snssai(entry.s_nssai)
        out += bytes((len(s_nssai) << 4 | entry.cause,)) + s_nssai
    return out


SNSSAI = Codec(decode_snssai, encode_snssai)
NSSAI = Codec(_decode_nssai, _encode_nssai)
REJECTED_NSSAI = Codec(_decode_rejected, _encode_rejected)
