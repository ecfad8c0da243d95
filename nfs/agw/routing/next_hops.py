"""Asking the next gateways: so many at once, and for so long, as the query allows (H10, H11)."""

from __future__ import annotations

import asyncio
import time

import structlog

from nfs.agw.cdsp.process import Cdsp
from nfs.agw.gateway_identity import GatewayIdentity
from nfs.agw.routing.forward_chain import check_can_go_on, signed_part
from nfs.common.models.agw_forwarding import ForwardAnswer, ForwardedQuery, RouteStatus
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem, SbiUnreachable

log = structlog.get_logger("agw")

SHARE = 0.9
"""Part of a hop's time that the next one has."""
LEAST_MS = 50


class NextHops:
    def __init__(self, nf: NetworkFunction, identity: GatewayIdentity, cdsp: Cdsp) -> None:
        self._nf = nf
        self._identity = identity
        self._cdsp = cdsp
        self._own = identity.gateway_id

    async def ask(
        self, forwarded: ForwardedQuery
    ) -> tuple[ForwardAnswer | None, list[RouteStatus]]:
        """The first answer, and how each gateway that was asked fared.

        Raises SbiProblem: see check_can_go_on.
        """
        peers = self._trusted(forwarded)
        if not peers:
            return None, []
        branches: list[RouteStatus] = []
        onward = await self._signed(forwarded)
        deadline = time.monotonic() + onward.forward_total_timeout_ms / 1000
        refusal: SbiProblem | None = None
        while peers:
            left_ms = int((deadline - time.monotonic()) * 1000)
            if left_ms < LEAST_MS:
                break
            width = check_can_go_on(forwarded, len(peers))
            now, peers = peers[:width], peers[width:]
            remaining = forwarded.forward_fanout_remaining - width
            forwarded = forwarded.model_copy(update={"forward_fanout_remaining": remaining})
            message = _with_budget(onward, remaining // width, left_ms)
            for outcome, status in await asyncio.gather(*(self._ask(p, message) for p in now)):
                branches.append(status)
                if isinstance(outcome, ForwardAnswer):
                    return outcome, branches
                refusal = outcome
            if forwarded.forward_fanout_remaining < 1:
                break
        if refusal is not None and refusal.status not in (404, 504):
            log.info("query not answered", capability=forwarded.query.capability, why=str(refusal))
        return None, branches

    def _trusted(self, forwarded: ForwardedQuery) -> list[str]:
        """Peers on the way to the capability: not in the chain, and trusted by the entry."""
        routes = self._cdsp.towards(forwarded.query.capability)
        trusted = set(forwarded.forward_trusted_servers) - set(forwarded.forward_chain)
        return list(dict.fromkeys(r.peer for r in routes if r.peer in trusted))

    async def _signed(self, forwarded: ForwardedQuery) -> ForwardedQuery:
        chain = [*forwarded.forward_chain, self._own]
        onward = forwarded.model_copy(update={"forward_chain": chain})
        signature = self._identity.sign(signed_part(onward, len(chain) - 1))
        credential = await self._identity.credential()
        return onward.model_copy(
            update={
                "forward_signatures": [*forwarded.forward_signatures, signature],
                "credentials": forwarded.credentials | {self._own: credential},
            }
        )

    async def _ask(
        self, peer: str, message: ForwardedQuery
    ) -> tuple[ForwardAnswer | SbiProblem, RouteStatus]:
        began = time.monotonic()
        outcome: ForwardAnswer | SbiProblem
        try:
            answer = await self._nf.call(
                "AGW",
                "nagw-routing",
                "POST",
                "/nagw-routing/v1/forwarded-queries",
                json=message.to_json(),
                custom_info={"gatewayId": peer},
                timeout=message.forward_each_timeout_ms / 1000,
            )
            outcome = answer.model(ForwardAnswer)
            status = "ok"
        except SbiProblem as problem:
            outcome = problem
            status = _status(problem)
        took = round((time.monotonic() - began) * 1000, 1)
        chain = [*message.forward_chain, peer]
        return outcome, RouteStatus(forward_chain=chain, status=status, duration_ms=took)


def _with_budget(onward: ForwardedQuery, fanout: int, left_ms: int) -> ForwardedQuery:
    each = min(onward.forward_each_timeout_ms, left_ms)
    total = max(1, int(each * SHARE))
    return onward.model_copy(
        update={
            "forward_fanout_remaining": fanout,
            "forward_each_timeout_ms": each,
            "forward_total_timeout_ms": total,
        }
    )


def _status(problem: SbiProblem) -> str:
    if problem.status == 404:
        return "empty"
    return "timeout" if isinstance(problem, SbiUnreachable) else "error"
