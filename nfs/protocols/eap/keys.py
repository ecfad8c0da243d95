"""Keys of EAP-AKA' (RFC 9048 clause 3.3, TS 33.501 annexes A.3 and F.3)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from nfs.protocols.crypto.kdf import kdf


def ck_ik_prime(ck: bytes, ik: bytes, network: str, sqn_xor_ak: bytes) -> tuple[bytes, bytes]:
    """CK' and IK', 16 octets each (TS 33.402 annex A.2): bound to the serving network."""
    both = kdf(ck + ik, 0x20, network.encode(), sqn_xor_ak)
    return both[:16], both[16:]


@dataclass(frozen=True, slots=True)
class AkaPrimeKeys:
    """K_encr (16 octets), K_aut (32), K_re (32), MSK (64), EMSK (64)."""

    k_encr: bytes = field(repr=False)
    k_aut: bytes = field(repr=False)
    k_re: bytes = field(repr=False)
    msk: bytes = field(repr=False)
    emsk: bytes = field(repr=False)

    @classmethod
    def derive(cls, ck_prime: bytes, ik_prime: bytes, identity: str) -> Self:
        """``identity``: in 5GS the digits of the IMSI, whatever the UE has sent."""
        mk = prf_prime(ik_prime + ck_prime, b"EAP-AKA'" + identity.encode(), 208)
        return cls(mk[:16], mk[16:48], mk[48:80], mk[80:144], mk[144:])

    @property
    def k_ausf(self) -> bytes:
        """The most significant 256 bits of EMSK (TS 33.501 clause 6.1.3.1)."""
        return self.emsk[:32]


def prf_prime(key: bytes, seed: bytes, length: int) -> bytes:
    """PRF' of RFC 9048 clause 3.4.1: T1 | T2 | ..., Tn being HMAC-SHA-256(K, Tn-1 | S | n)."""
    out, block = b"", b""
    for number in range(1, (length + 31) // 32 + 1):
        block = hmac.digest(key, block + seed + bytes((number,)), sha256)
        out += block
    return out[:length]
