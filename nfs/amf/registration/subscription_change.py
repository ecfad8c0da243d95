"""UDM or PCF have changed what a registered UE may have (TS 23.502 clauses 4.5.1, 4.16.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from nfs.amf.agents.reachability import agent_idle, agent_reachable
from nfs.amf.connection.context_modification import follow_ambr
from nfs.amf.consumer import pcf, udm
from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.amf.app import Amf

log = structlog.get_logger("amf")


async def subscription_changed(amf: Amf, supi: str) -> None:
    """Nudm_SDM_Notification: read the subscription again."""
    context = amf.registry.context(supi)
    if context is None:
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no UE context of {supi} at this AMF")
    before = context.subscription.ambr if context.subscription else (0, 0)
    was_hidden = context.subscription is not None and context.subscription.agents_hidden
    context.subscription = await udm.subscription(amf, context, amf.config.agent_data)
    await follow_ambr(amf, context, before)
    amf.contexts.save(context)
    if context.subscription.agents_hidden is not was_hidden:
        ue = amf.registry.get(supi)
        connected = ue is not None and ue.connected
        await (agent_reachable if connected else agent_idle)(amf, context)


async def policy_changed(amf: Amf, supi: str, operation: str, policy: dict[str, Any]) -> None:
    """Npcf_AMPolicyControl_UpdateNotify: the operation is ``update`` or ``terminate``."""
    context = amf.registry.context(supi)
    if context is None:
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no UE context of {supi} at this AMF")
    log.info("policy notification", supi=supi, operation=operation)
    if operation == "terminate":
        amf.spawn(_delete_policy(amf, context.resources.pop("PCF", None)))
    else:
        before = context.subscription.ambr if context.subscription else (0, 0)
        pcf.authorize(context, policy)
        await follow_ambr(amf, context, before)
    amf.contexts.save(context)


async def _delete_policy(amf: Amf, uri: str | None) -> None:
    """TS 29.507 clause 4.2.4.3: the AMF deletes the association that the PCF wants to end."""
    if uri is None:
        return
    try:
        await amf.sbi.request("DELETE", uri, peer="PCF")
    except SbiProblem as problem:
        log.info("policy association not deleted", uri=uri, reason=str(problem))
