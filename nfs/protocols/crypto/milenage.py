"""MILENAGE, a set of authentication functions f1 to f5* (TS 35.206)."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from nfs.protocols.crypto.aka import AuthenticationFunctions, Res, xor
from nfs.protocols.crypto.errors import require_length


class Milenage(AuthenticationFunctions):
    """The functions of one subscriber: ``k`` and ``opc`` have 16 octets each."""

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
        return xor(op, _encryptor(k).update(op))

    def f1(self, rand: bytes, sqn: bytes, amf: bytes) -> bytes:
        return self._out1(rand, sqn, amf)[:8]

    def f1_star(self, rand: bytes, sqn: bytes, amf: bytes) -> bytes:
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
        return self._out(self._temp(rand), rotation=12, constant=8)[:6]

    def _temp(self, rand: bytes) -> bytes:
        require_length("RAND", rand, 16)
        return self._aes.update(xor(rand, self._opc))

    def _out1(self, rand: bytes, sqn: bytes, amf: bytes) -> bytes:
        require_length("SQN", sqn, 6)
        require_length("AMF field", amf, 2)
        in1 = _rotate(xor((sqn + amf) * 2, self._opc), 8)
        return xor(self._aes.update(xor(self._temp(rand), in1)), self._opc)

    def _out(self, temp: bytes, *, rotation: int, constant: int) -> bytes:
        """OUT2 to OUT5; ``rotation`` is r in octets, ``constant`` the last octet of c."""
        block = xor(_rotate(xor(temp, self._opc), rotation), bytes((*bytes(15), constant)))
        return xor(self._aes.update(block), self._opc)


def _encryptor(k: bytes) -> CipherContext:
    """Encrypts single blocks: the block cipher kernel of TS 35.206, hence no mode around it."""
    return Cipher(AES(k), ECB()).encryptor()  # noqa: S305


def _rotate(block: bytes, octets: int) -> bytes:
    """Cyclic rotation towards the most significant octet."""
    return block[octets:] + block[:octets]
