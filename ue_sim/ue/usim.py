"""The USIM (TS 33.102 clause 6.3.3): whether a challenge is genuine and fresh, and its answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from nfs.protocols.crypto.errors import CryptoError, MacFailure
from nfs.protocols.crypto.milenage import Milenage
from nfs.protocols.crypto.sequence_number import AcceptedNumbers
from nfs.protocols.crypto.tuak import Tuak
from ue_sim.ue.config import UeConfig

_SEPARATION_BIT = 0x80


@dataclass(frozen=True, slots=True)
class Answer:
    res: bytes = field(repr=False)
    ck: bytes = field(repr=False)
    ik: bytes = field(repr=False)


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
        self._functions = config.functions
        self.accepted = AcceptedNumbers()
        self.valid = True
        """For 5GS services; no more once the network has refused it as such (TS 24.501 5.4.1)."""

    def authenticate(self, rand: bytes, autn: bytes) -> Answer | MacWrong | OutOfSynch | NotFiveG:
        try:
            sqn, amf = self._functions.verify_autn(rand, autn)
        except MacFailure:
            return MacWrong(self._why(rand, autn))
        if not amf[0] & _SEPARATION_BIT:
            return NotFiveG()
        if not self.accepted.accept(sqn):
            return OutOfSynch(self._functions.auts(rand, self.accepted.sqn_ms))
        out = self._functions.f2345(rand)
        return Answer(out.res, out.ck, out.ik)

    def _why(self, rand: bytes, autn: bytes) -> str:
        """Try the usual mistakes: OP given as OPc here, or there."""
        if isinstance(self._functions, Tuak):
            return "K or TOPc differ from the home network's"
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
