"""The agent of a UE that registers again is reachable again, under the same AIC (L13, L15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.consumer import agw
from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue import Ue

log = structlog.get_logger("amf")


async def agent_reachable(amf: Amf, ue: Ue) -> None:
    if ue.context.agent is None:
        return
    try:
        await agw.set_state(amf, ue.context.agent.aic, "REGISTERED")
    except SbiProblem as problem:
        log.warning("agent not reactivated", ue=ue.name, reason=str(problem))
