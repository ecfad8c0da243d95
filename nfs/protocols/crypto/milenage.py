"""MILENAGE, the authentication functions f1 to f5* (TS 35.206), and AUTN and AUTS (TS 33.102)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from nfs.protocols.crypto.errors import MacFailure, require_length

RESYNCHRONISATION_AMF = bytes(2)
"""The AMF field that MAC-S is computed with (TS 33.102 clause 6.3.3)."""


@dataclass(frozen=True, slots=True)
class Res:
    """f2 to f5 of one challenge: RES (8 octets), CK (16), IK (16), AK (6)."""

    res: bytes
    ck: bytes
    ik: bytes
    ak: bytes


@dataclass(frozen=True, slots=True)
class AuthenticationVector:
    """The quintet of TS 33.102 clause 6.3.2: RAND (16), XRES (8), CK (16), IK (16), AUTN (16)."""

    rand: bytes
    xres: bytes
    ck: bytes
    ik: bytes
    autn: bytes


class Milenage:
    """The functions of one subscriber: ``k`` and ``opc`` have 16 octets each.

    RAND has 16 octets, SQN 6, the AMF field 2; other lengths raise InvalidLength.
    """

    def __init__(self, k: bytes, opc: bytes) -> None:
        require_length("K", k, 16)
        require_length("OPc", opc, 16)
        self._aes = _encryptor(k)
        self._opc = opc

    @staticmethod
    def opc_from_op(k: bytes, op: bytes) -> bytes:
        """OPc = OP xor E[OP]K, TS 35.206 clause 4.1."""
        require_length("K", k, 16)
        require_length("OP", op, 16)
        return _xor(op, _encryptor(k).update(op))

    def f1(self, rand: bytes, sqn: bytes, amf: bytes) -> bytes:
        """MAC-A, 8 octets."""
        return self._out1(rand, sqn, amf)[:8]

    def f1_star(self, rand: bytes, sqn: bytes, amf: bytes) -> bytes:
        """MAC-S, 8 octets."""
        return self._out1(rand, sqn, amf)[8:]

    def f2345(self, rand: bytes) -> Res:
        temp = self._temp(rand)
        out2 = self._out(temp, rotation=0, constant=1)
        return Res(
            res=out2[8:],
            ck=self._out(temp, rotation=4, constant=2),
            ik=self._out(temp, rotation=8, constant=4),
            ak=out2[:6],
        )

    def f5_star(self, rand: bytes) -> bytes:
        """AK for re-synchronisation, 6 octets."""
        return self._out(self._temp(rand), rotation=12, constant=8)[:6]

    def generate_vector(self, rand: bytes, sqn: bytes, amf: bytes) -> AuthenticationVector:
        """What the home network computes; AUTN = SQN xor AK || AMF || MAC-A."""
        mac_a = self.f1(rand, sqn, amf)
        res = self.f2345(rand)
        autn = _xor(sqn, res.ak) + amf + mac_a
        return AuthenticationVector(rand, res.res, res.ck, res.ik, autn)

    def verify_autn(self, rand: bytes, autn: bytes) -> tuple[bytes, bytes]:
        """(SQN, AMF field) of a genuine challenge (TS 33.102 clause 6.3.3), else MacFailure.

        Whether SQN is fresh is for the caller to decide.
        """
        require_length("AUTN", autn, 16)
        sqn = _xor(autn[:6], self.f2345(rand).ak)
        amf, mac_a = autn[6:8], autn[8:]
        if not hmac.compare_digest(self.f1(rand, sqn, amf), mac_a):
            raise MacFailure("MAC-A does not verify")
        return sqn, amf

    def auts(self, rand: bytes, sqn_ms: bytes) -> bytes:
        """AUTS = SQN_MS xor AK* || MAC-S, 14 octets (TS 33.102 clause 6.3.3)."""
        mac_s = self.f1_star(rand, sqn_ms, RESYNCHRONISATION_AMF)
        return _xor(sqn_ms, self.f5_star(rand)) + mac_s

    def verify_auts(self, rand: bytes, auts: bytes) -> bytes:
        """SQN_MS of a genuine AUTS (TS 33.102 clause 6.3.5), else MacFailure."""
        require_length("AUTS", auts, 14)
        sqn_ms = _xor(auts[:6], self.f5_star(rand))
        if not hmac.compare_digest(self.f1_star(rand, sqn_ms, RESYNCHRONISATION_AMF), auts[6:]):
            raise MacFailure("MAC-S does not verify")
        return sqn_ms

    def _temp(self, rand: bytes) -> bytes:
        require_length("RAND", rand, 16)
        return self._aes.update(_xor(rand, self._opc))

    def _out1(self, rand: bytes, sqn: bytes, amf: bytes) -> bytes:
        require_length("SQN", sqn, 6)
        require_length("AMF field", amf, 2)
        in1 = _rotate(_xor((sqn + amf) * 2, self._opc), 8)
        return _xor(self._aes.update(_xor(self._temp(rand), in1)), self._opc)

    def _out(self, temp: bytes, *, rotation: int, constant: int) -> bytes:
        """OUT2 to OUT5; ``rotation`` is r in octets, ``constant`` the last octet of c."""
        block = _xor(_rotate(_xor(temp, self._opc), rotation), bytes((*bytes(15), constant)))
        return _xor(self._aes.update(block), self._opc)


def _encryptor(k: bytes) -> CipherContext:
    """Encrypts single blocks: the block cipher kernel of TS 35.206, hence no mode around it."""
    return Cipher(AES(k), ECB()).encryptor()  # noqa: S305


def _rotate(block: bytes, octets: int) -> bytes:
    """Cyclic rotation towards the most significant octet."""
    return block[octets:] + block[:octets]


def _xor(a: bytes, b: bytes) -> bytes:
    return (int.from_bytes(a) ^ int.from_bytes(b)).to_bytes(len(a))
