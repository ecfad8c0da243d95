"""ARP: an agent leaves; its AIC is retired at the AMC and never allocated again."""

from __future__ import annotations

import structlog

from nfs.agw.amc import AmcConsumer
from nfs.agw.directory import Directory
from nfs.common.audit import AuditTrail
from nfs.common.sbi.problem import SbiProblem

log = structlog.get_logger("agw")


async def deregister(directory: Directory, amc: AmcConsumer, audit: AuditTrail, aic: str) -> None:
    """Raises SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND, 503 AMC_UNAVAILABLE."""
    with audit.action("agent.deregister", target=f"agent:{aic}") as entry:
        await _deregister(directory, amc, aic)
        entry.aic = aic


async def _deregister(directory: Directory, amc: AmcConsumer, aic: str) -> None:
    agent = directory.find(aic)
    async with directory.lock(agent.aic):
        try:
            await amc.retire(agent.aic)
        except SbiProblem as problem:
            if problem.status != 404:
                raise
        directory.remove(agent.aic)
    log.info("agent deregistered", aic=agent.aic)
