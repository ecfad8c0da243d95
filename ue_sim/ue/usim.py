"""The USIM's side of 5G-AKA (TS 33.102 clause 6.3.3, TS 33.501 clause 6.1.3.2)."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.protocols.crypto import kdf
from nfs.protocols.crypto.errors import CryptoError, MacFailure
from nfs.protocols.crypto.milenage import Milenage
from ue_sim.ue.config import UeConfig

_SEPARATION_BIT = 0x80


@dataclass(frozen=True, slots=True)
class Answer:
    res_star: bytes
    k_seaf: bytes


@dataclass(frozen=True, slots=True)
class MacWrong:
    """``hint`` says what the mistake looks like, when the USIM can tell."""

    hint: str


@dataclass(frozen=True, slots=True)
class OutOfSynch:
    auts: bytes


@dataclass(frozen=True, slots=True)
class NotFiveG:
    """The separation bit of the AMF field is not set."""


class Usim:
    def __init__(self, config: UeConfig) -> None:
        self._config = config
        self._milenage = config.milenage
        self._sqn = 0

    def challenge(
        self, rand: bytes, autn: bytes, network: str
    ) -> Answer | MacWrong | OutOfSynch | NotFiveG:
        try:
            sqn, amf = self._milenage.verify_autn(rand, autn)
        except MacFailure:
            return MacWrong(self._why(rand, autn))
        if not amf[0] & _SEPARATION_BIT:
            return NotFiveG()
        number = int.from_bytes(sqn)
        if number <= self._sqn:
            return OutOfSynch(self._milenage.auts(rand, self._sqn.to_bytes(6)))
        self._sqn = number
        out = self._milenage.f2345(rand)
        k_ausf = kdf.k_ausf(out.ck, out.ik, network, autn[:6])
        res_star = kdf.res_star(out.ck, out.ik, network, rand, out.res)
        return Answer(res_star, kdf.k_seaf(k_ausf, network))

    def _why(self, rand: bytes, autn: bytes) -> str:
        """Try the usual mistakes: OP given as OPc here, or there."""
        k = bytes.fromhex(self._config.key)
        given = self._config.opc or self._config.op or ""
        guesses = (
            (Milenage.opc_from_op(k, bytes.fromhex(given)), "the UE's OPc is really OP: give op"),
            (bytes.fromhex(given), "the UE's OP is really OPc: give opc"),
        )
        for opc, hint in guesses:
            try:
                Milenage(k, opc).verify_autn(rand, autn)
            except CryptoError:
                continue
            return hint
        return "K or OPc differ from the home network's"
