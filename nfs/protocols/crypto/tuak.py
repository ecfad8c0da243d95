"""TUAK, the other set of authentication functions f1 to f5* (TS 35.231)."""

from __future__ import annotations

from typing import Final

from nfs.protocols.crypto.aka import AuthenticationFunctions, Res
from nfs.protocols.crypto.errors import InvalidLength, require_length
from nfs.protocols.crypto.keccak import permute

_NAME: Final = b"TUAK1.0"
_F1, _F1_STAR, _F2345, _F5_STAR = 0x00, 0x80, 0x40, 0xC0
"""INSTANCE, of which the first two bits say the function (clause 6)."""
_LENGTHS: Final = {4: 0x00, 8: 0x08, 16: 0x10, 32: 0x20}
"""Of MAC or RES, in octets."""
_LONG_CK, _LONG_IK, _LONG_KEY = 0x04, 0x02, 0x01


class Tuak(AuthenticationFunctions):
    """The functions of one subscriber: ``k`` has 16 or 32 octets, ``topc`` 32.

    The other lengths are for the operator to choose; 3GPP's systems use the ones given.
    """

    def __init__(
        self,
        k: bytes,
        topc: bytes,
        *,
        iterations: int = 1,
        mac: int = 8,
        res: int = 8,
        ck: int = 16,
        ik: int = 16,
    ) -> None:
        _require_key(k)
        require_length("TOPc", topc, 32)
        self._k, self._topc, self._iterations = k, topc, iterations
        self._mac, self._res, self._ck, self._ik = mac, res, ck, ik

    @staticmethod
    def topc_from_top(k: bytes, top: bytes, iterations: int = 1) -> bytes:
        """Clause 6.1."""
        _require_key(k)
        require_length("TOP", top, 32)
        return _pull(_out(top, 0, bytes(24), k, iterations), 0, 32)

    def f1(self, rand: bytes, sqn: bytes, amf: bytes) -> bytes:
        return self._f1(_F1, rand, sqn, amf)

    def f1_star(self, rand: bytes, sqn: bytes, amf: bytes) -> bytes:
        return self._f1(_F1_STAR, rand, sqn, amf)

    def f2345(self, rand: bytes) -> Res:
        require_length("RAND", rand, 16)
        instance = _F2345 | _LENGTHS[self._res]
        instance |= _LONG_CK if self._ck == 32 else 0
        instance |= _LONG_IK if self._ik == 32 else 0
        out = _out(self._topc, instance, _reversed(rand) + bytes(8), self._k, self._iterations)
        return Res(
            res=_pull(out, 0, self._res),
            ck=_pull(out, 32, self._ck),
            ik=_pull(out, 64, self._ik),
            ak=_pull(out, 96, 6),
        )

    def f5_star(self, rand: bytes) -> bytes:
        require_length("RAND", rand, 16)
        out = _out(self._topc, _F5_STAR, _reversed(rand) + bytes(8), self._k, self._iterations)
        return _pull(out, 96, 6)

    def _f1(self, instance: int, rand: bytes, sqn: bytes, amf: bytes) -> bytes:
        require_length("RAND", rand, 16)
        require_length("SQN", sqn, 6)
        require_length("AMF field", amf, 2)
        variable = _reversed(rand) + _reversed(amf) + _reversed(sqn)
        instance |= _LENGTHS[self._mac]
        return _pull(_out(self._topc, instance, variable, self._k, self._iterations), 0, self._mac)


def _out(top: bytes, instance: int, variable: bytes, k: bytes, iterations: int) -> bytes:
    """The permutation of TOP or TOPc, INSTANCE, ALGONAME, RAND, AMF, SQN, K and padding."""
    instance |= _LONG_KEY if len(k) == 32 else 0
    state = _reversed(top) + bytes((instance,)) + _reversed(_NAME) + variable
    state += _reversed(k).ljust(32, b"\0") + b"\x1f" + bytes(38) + b"\x80" + bytes(64)
    for _ in range(iterations):
        state = permute(state)
    return state


def _reversed(octets: bytes) -> bytes:
    """3GPP writes strings with their last bit first in Keccak's state (annex A)."""
    return octets[::-1]


def _pull(state: bytes, start: int, length: int) -> bytes:
    return _reversed(state[start : start + length])


def _require_key(k: bytes) -> None:
    if len(k) not in (16, 32):
        raise InvalidLength(f"K has 16 or 32 octets, got {len(k)}")
