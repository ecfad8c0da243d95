"""ARP: an agent moves to another gateway and keeps its AIC (C10; E1, E2).

The agent registers at the new gateway, and says which one it leaves; the AMC, which knows it, has
in its identity where it is registered. The new gateway tells the old one, until that has heard it,
also after a restart of either. The old gateway believes the AMC only: when the agent is no longer
registered there, it withdraws it.

An agent that leaves no gateway is registered at several, under the one AIC (N1).
"""

from __future__ import annotations

import asyncio

import structlog

from nfs.agw.amc import AmcConsumer
from nfs.agw.directory import Directory
from nfs.common.audit import AuditTrail
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Store, StoreUnavailable

MOVES = "moves"
"""Agents that came from another gateway which does not know it yet."""
RETRY = 5.0
"""Seconds until a gateway that could not be reached is told again."""
AGENTS = "/nagw-registration/v1/agents"
_SETTLED = ("AGENT_NOT_FOUND", "AGENT_NOT_MOVED")

log = structlog.get_logger("agw")


class Migration:
    def __init__(
        self,
        nf: NetworkFunction,
        store: Store,
        directory: Directory,
        amc: AmcConsumer,
        *,
        gateway_id: str,
        audit: AuditTrail,
    ) -> None:
        self._nf = nf
        self._store = store
        self._directory = directory
        self._amc = amc
        self._gateway_id = gateway_id
        self._audit = audit
        self._news = asyncio.Event()

    def announce(self, aic: str, gateway_id: str) -> None:
        """The agent comes from that gateway, which will be told. Raises StoreUnavailable."""
        self._store.put(MOVES, aic, {"gatewayId": gateway_id})
        self._news.set()

    async def tell(self) -> None:
        """Tell gateways of the agents that have come from them, for ever."""
        while True:
            self._news.clear()
            try:
                for aic, kept in list(self._store.scan(MOVES)):
                    if await self._told(aic, kept.value["gatewayId"]):
                        self._store.delete(MOVES, aic)
            except StoreUnavailable as error:
                log.warning("gateways are not told of agents that moved", reason=str(error))
            try:
                async with asyncio.timeout(RETRY):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def _told(self, aic: str, gateway_id: str) -> bool:
        gateway = {"gatewayId": gateway_id}
        path = f"{AGENTS}/{aic}/departure"
        try:
            await self._nf.call("AGW", "nagw-registration", "POST", path, custom_info=gateway)
        except SbiProblem as problem:
            if problem.cause not in _SETTLED:
                log.info("gateway not told", aic=aic, gateway=gateway_id, reason=str(problem))
                return False
        return True

    async def depart(self, aic: str) -> None:
        """The agent is said to have moved from here: withdraw it, if the AMC says so too.

        Raises SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND, 409 AGENT_NOT_MOVED, 503
        AMC_UNAVAILABLE.
        """
        with self._audit.action("agent.depart", target=f"agent:{aic}") as entry:
            agent = self._directory.find(aic)
            entry.aic = agent.aic
            async with self._directory.lock(agent.aic):
                gateways = (await self._amc.identity(agent.aic)).gateways
                if self._gateway_id in gateways:
                    raise SbiProblem(409, "AGENT_NOT_MOVED", "the AMC has the agent as one of ours")
                self._directory.remove(agent.aic)
            entry.after = {"gateways": gateways}
        log.info("agent moved", aic=agent.aic, gateways=gateways)
