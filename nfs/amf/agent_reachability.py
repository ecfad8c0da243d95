"""The agent of a UE is as reachable as the UE (L13, L15).

The AMF tells the gateway, which knows no subscriber to subscribe to. An agent whose UE is idle is
found, and flagged: it is reached by paging. Its AIC is its own all the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.consumer import agw
from nfs.amf.ue_context import Rm
from nfs.common.models.agw import CmState
from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue import Ue

log = structlog.get_logger("amf")


async def agent_reachable(amf: Amf, ue: Ue) -> None:
    """The UE has registered, and is connected."""
    await _tell(amf, ue, "REGISTERED", CmState.CONNECTED)


async def agent_idle(amf: Amf, ue: Ue) -> None:
    """The N2 connection of a registered UE has ended, and it has no other by now."""
    context = ue.context
    registered = context.rm is Rm.REGISTERED and context.supi is not None
    if registered and amf.registry.get(str(context.supi)) is ue:
        await _tell(amf, ue, "REGISTERED", CmState.IDLE)


async def agent_unreachable(amf: Amf, ue: Ue) -> None:
    """The UE deregisters: its agent is suspended until it is back."""
    await _tell(amf, ue, "SUSPENDED", None)


async def _tell(amf: Amf, ue: Ue, state: str, cm_state: CmState | None) -> None:
    if ue.context.agent is None:
        return
    try:
        await agw.set_state(amf, ue.context.agent.aic, state, cm_state)
    except SbiProblem as problem:
        log.warning("gateway not told of the agent", ue=ue.name, state=state, reason=str(problem))
