"""ARP: several agents registered in one exchange, as AG2 binds B and C in figure 3 of MACP (C6)."""

from __future__ import annotations

import asyncio

from prometheus_client import Counter

from nfs.agw.arp.registration import Registration
from nfs.common.metrics import counted
from nfs.common.models.agw import RegistrationRequest
from nfs.common.models.arp import BatchOutcome, BatchRequest, BatchResult
from nfs.common.sbi.problem import SbiProblem


async def register_several(
    registration: Registration, request: BatchRequest, results: Counter
) -> BatchResult:
    """The outcomes in the order of the request: what becomes of one agent does not touch another.

    ``results`` counts each like a registration of its own.
    """

    async def one(agent: RegistrationRequest) -> BatchOutcome:
        try:
            with counted(results):
                registered = await registration.register(agent)
        except SbiProblem as problem:
            return BatchOutcome(status=problem.status, problem=problem.body)
        return BatchOutcome(status=201 if registered.created else 200, bind=registered.bind)

    return BatchResult(outcomes=await asyncio.gather(*map(one, request.agents)))
