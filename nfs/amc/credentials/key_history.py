"""Public keys of agents, also those they no longer use: what they signed stays verifiable (A15)."""

from __future__ import annotations

import time

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from nfs.common.models.amc_lifecycle import KeyEntry, KeyHistory
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import NEW, Conflict, Store

KEYS = "agent-keys"
KEPT_KEYS = 64
"""Keys of one agent; behind them, the oldest are forgotten."""


def key_id(key: ec.EllipticCurvePublicKey) -> str:
    """The JWK thumbprint (RFC 7638)."""
    return ECKey.import_key(key).thumbprint()


class KeyHistories:
    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, aic: str) -> KeyHistory:
        return self._read(aic)[0]

    def find(self, aic: str, kid: str) -> KeyEntry:
        """Raises SbiProblem 404 KEY_NOT_FOUND."""
        for entry in self.of(aic).keys:
            if entry.kid == kid:
                return entry
        raise SbiProblem(404, "KEY_NOT_FOUND", "this AMC knows no such key of the agent")

    def current(self, aic: str) -> ECKey | None:
        keys = self.of(aic).keys
        return ECKey.import_key(keys[-1].jwk) if keys else None

    def use(self, aic: str, key: ec.EllipticCurvePublicKey) -> str:
        """``key`` is the agent's from now on, if it is not already; returns its identifier."""
        kid = key_id(key)
        while True:
            history, version = self._read(aic)
            if history.keys and history.keys[-1].kid == kid:
                return kid
            try:
                self._append(history, version, key)
            except Conflict:
                continue
            return kid

    def replace(self, aic: str, old: str, key: ec.EllipticCurvePublicKey) -> bool:
        """``key`` instead of the one named ``old``; False when that is not the one in use, or when
        the new one was used before."""
        history, version = self._read(aic)
        if not history.keys or history.keys[-1].kid != old:
            return False
        if key_id(key) in {entry.kid for entry in history.keys}:
            return False
        try:
            self._append(history, version, key)
        except Conflict:
            return False
        return True

    def _append(self, history: KeyHistory, version: int, key: ec.EllipticCurvePublicKey) -> None:
        now = int(time.time())
        ended = [k if k.until else k.model_copy(update={"until": now}) for k in history.keys]
        jwk = ECKey.import_key(key).as_dict(private=False)
        kid = key_id(key)
        entry = KeyEntry(kid=kid, jwk={**jwk, "kid": kid}, since=now)
        kept = KeyHistory(aic=history.aic, keys=[*ended, entry][-KEPT_KEYS:])
        self._store.put(KEYS, history.aic, kept.to_json(), expect=version)

    def _read(self, aic: str) -> tuple[KeyHistory, int]:
        kept = self._store.get(KEYS, aic)
        if kept is None:
            return KeyHistory(aic=aic, keys=[]), NEW
        return KeyHistory.model_validate(kept.value), kept.version
