"""Whether the identities behind an access token are still active: it outlives a revocation by a
second at the most, not by its whole life (A3, A13)."""

from __future__ import annotations

import time
from collections import OrderedDict

from nfs.common.agents.credentials import AccessToken, invalid_credential
from nfs.common.models.amc import AgentIdentity, IdentityState
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem

VALID = 1.0
"""Seconds for which the AMC is not asked again."""
REMEMBERED = 1024
SERVER_ERROR = 500


class Activity:
    def __init__(self, nf: NetworkFunction) -> None:
        self._nf = nf
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def check(self, token: AccessToken) -> None:
        """Those of another domain are that domain's to end: its AMC vouched a moment ago.

        Raises SbiProblem: 401 CREDENTIAL_INVALID, 503 while the AMC cannot be asked.
        """
        if token.domain is not None:
            return
        for aic in {token.actor, token.subject}:
            if token.issued_at < await self._credentials_from(aic):
                raise invalid_credential()

    async def _credentials_from(self, aic: str) -> float:
        known = self._known.get(aic)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        self._known.pop(aic, None)
        since = await credentials_from(self._nf, aic)
        self._known[aic] = since, time.monotonic() + VALID
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return since


async def credentials_from(nf: NetworkFunction, aic: str) -> float:
    """What was issued to the agent before that counts no more; Unix seconds.

    Raises SbiProblem: 401 CREDENTIAL_INVALID when its identity is not active or not known, 503 and
    504 while the AMC cannot be asked.
    """
    try:
        answer = await nf.call_amc("namc-identity", "GET", f"/namc-identity/v1/identities/{aic}")
    except SbiProblem as problem:
        if problem.status >= SERVER_ERROR:
            raise
        raise invalid_credential() from problem
    identity = answer.model(AgentIdentity)
    if identity.state is not IdentityState.ACTIVE:
        raise invalid_credential()
    return identity.credentials_from
