"""The agent of a UE is as reachable as the UE (L13, L15).

The AMF tells the gateway, which knows no subscriber to subscribe to. An agent whose UE is idle is
found, and flagged: it is reached by paging. Its AIC is its own all the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.consumer import agw
from nfs.amf.ue.context import UeContext
from nfs.common.models.agw import CmState
from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.amf.app import Amf

log = structlog.get_logger("amf")


async def agent_reachable(amf: Amf, context: UeContext) -> None:
    """The UE has registered, or is back from idle mode: it is connected."""
    await _tell(amf, context, "REGISTERED", CmState.CONNECTED)


async def agent_idle(amf: Amf, context: UeContext) -> None:
    """The N2 connection of a registered UE has ended, and it has no other by now."""
    await _tell(amf, context, "REGISTERED", CmState.IDLE)


async def agent_unreachable(amf: Amf, context: UeContext) -> None:
    """The UE deregisters: its agent is suspended until it is back."""
    await _tell(amf, context, "SUSPENDED", None)


async def _tell(amf: Amf, context: UeContext, state: str, cm_state: CmState | None) -> None:
    if context.agent is None:
        return
    try:
        hidden = context.subscription is not None and context.subscription.agents_hidden
        await agw.set_state(amf, context.agent.aic, state, cm_state, hidden=hidden)
    except SbiProblem as problem:
        why = str(problem)
        log.warning("gateway not told of the agent", ue=context.name, state=state, reason=why)
