"""AUTN and AUTS on the authentication functions f1 to f5* (TS 33.102 clause 6.3)."""

from __future__ import annotations

import hmac
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from nfs.protocols.crypto.errors import MacFailure, require_length

RESYNCHRONISATION_AMF = bytes(2)
"""The AMF field that MAC-S is computed with (TS 33.102 clause 6.3.3)."""


@dataclass(frozen=True, slots=True)
class Res:
    """f2 to f5 of one challenge: RES (4 to 16 octets), CK (16), IK (16), AK (6)."""

    res: bytes = field(repr=False)
    ck: bytes = field(repr=False)
    ik: bytes = field(repr=False)
    ak: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuthenticationVector:
    """The quintet of TS 33.102 clause 6.3.2: RAND (16), XRES, CK (16), IK (16), AUTN (16)."""

    rand: bytes
    xres: bytes = field(repr=False)
    ck: bytes = field(repr=False)
    ik: bytes = field(repr=False)
    autn: bytes


class AuthenticationFunctions(ABC):
    """The functions of one subscriber.

    RAND has 16 octets, SQN 6, the AMF field 2; other lengths raise InvalidLength.
    """

    @abstractmethod
    def f1(self, rand: bytes, sqn: bytes, amf: bytes) -> bytes:
        """MAC-A, 8 octets."""

    @abstractmethod
    def f1_star(self, rand: bytes, sqn: bytes, amf: bytes) -> bytes:
        """MAC-S, 8 octets."""

    @abstractmethod
    def f2345(self, rand: bytes) -> Res: ...

    @abstractmethod
    def f5_star(self, rand: bytes) -> bytes:
        """AK for re-synchronisation, 6 octets."""

    def generate_vector(self, rand: bytes, sqn: bytes, amf: bytes) -> AuthenticationVector:
        """What the home network computes; AUTN = SQN xor AK || AMF || MAC-A."""
        mac_a = self.f1(rand, sqn, amf)
        res = self.f2345(rand)
        autn = xor(sqn, res.ak) + amf + mac_a
        return AuthenticationVector(rand, res.res, res.ck, res.ik, autn)

    def verify_autn(self, rand: bytes, autn: bytes) -> tuple[bytes, bytes]:
        """(SQN, AMF field) of a genuine challenge (TS 33.102 clause 6.3.3), else MacFailure.

        Whether SQN is fresh is for the caller to decide.
        """
        require_length("AUTN", autn, 16)
        sqn = xor(autn[:6], self.f2345(rand).ak)
        amf, mac_a = autn[6:8], autn[8:]
        if not hmac.compare_digest(self.f1(rand, sqn, amf), mac_a):
            raise MacFailure("MAC-A does not verify")
        return sqn, amf

    def auts(self, rand: bytes, sqn_ms: bytes) -> bytes:
        """AUTS = SQN_MS xor AK* || MAC-S, 14 octets (TS 33.102 clause 6.3.3)."""
        mac_s = self.f1_star(rand, sqn_ms, RESYNCHRONISATION_AMF)
        return xor(sqn_ms, self.f5_star(rand)) + mac_s

    def verify_auts(self, rand: bytes, auts: bytes) -> bytes:
        """SQN_MS of a genuine AUTS (TS 33.102 clause 6.3.5), else MacFailure."""
        require_length("AUTS", auts, 14)
        sqn_ms = xor(auts[:6], self.f5_star(rand))
        if not hmac.compare_digest(self.f1_star(rand, sqn_ms, RESYNCHRONISATION_AMF), auts[6:]):
            raise MacFailure("MAC-S does not verify")
        return sqn_ms


def xor(a: bytes, b: bytes) -> bytes:
    return (int.from_bytes(a) ^ int.from_bytes(b)).to_bytes(len(a))
