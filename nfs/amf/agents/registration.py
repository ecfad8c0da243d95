"""Registration of a UE's agent: the AMF requests its AIC from the AGW (L11, L12, MACP 5.1)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from nfs.amf.consumer import agw
from nfs.amf.ue.context import AgentBinding
from nfs.common.registrant import registrant_proof
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.agent import (
    AgentCause,
    AgentDeregistrationAccept,
    AgentDeregistrationRequest,
    AgentRegistrationAccept,
    AgentRegistrationReject,
    AgentRegistrationRequest,
    AgentStatus,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue


async def register_agent(
    amf: Amf, ue: Ue, request: AgentRegistrationRequest
) -> AgentRegistrationAccept | AgentRegistrationReject:
    """The AMF vouches for the subscriber, whom the AGW and AMC know by a pseudonym only (C8)."""
    subscription = ue.context.subscription
    assert subscription is not None  # noqa: S101 - set by registration
    on_behalf_of = {
        "pseudonym": pseudonym(amf, ue),
        "agentsAllowed": subscription.agents_allowed,
        "scope": list(subscription.agent_scope),
    }
    config = amf.config
    proof = registrant_proof(
        config.registrant_account,
        config.registrant_key,
        request.template,
        request.instance,
        request.public_key,
        config.gateway_id,
        on_behalf_of,
    )
    registration = {
        "template": request.template,
        "instance": request.instance,
        "name": request.name,
        "description": request.description,
        "capabilities": list(request.capabilities),
        "requestedScope": list(request.scope),
        "publicKey": base64.b64encode(request.public_key).decode(),
        "proof": base64.b64encode(request.proof).decode(),
        "registrant": {
            "account": config.registrant_account,
            "proof": proof,
            "onBehalfOf": on_behalf_of,
        },
    }
    try:
        given = {k: v for k, v in registration.items() if v is not None}
        bind = await agw.register(amf, given, hidden=subscription.agents_hidden)
    except SbiProblem as problem:
        return _reject(amf, ue, request.pti, problem)
    ue.context.agent = AgentBinding(bind["aic"], tuple(bind["scope"]))
    amf.contexts.save(ue.context)
    return AgentRegistrationAccept(
        pti=request.pti,
        aic=bind["aic"],
        capability_ids=tuple(bind["capabilityIds"]),
        scope=tuple(bind["scope"]),
        gateway=bind["gatewayId"],
        valid_until=bind["validUntil"],
        credential=base64.b64decode(bind["certificate"]),
        token=bind["token"],
        acs=json.dumps(bind["acs"]).encode(),
    )


def _reject(amf: Amf, ue: Ue, pti: int, problem: SbiProblem) -> AgentRegistrationReject:
    try:
        cause = AgentCause[problem.cause]
    except KeyError:
        cause = AgentCause.AGW_UNAVAILABLE if problem.status >= 500 else AgentCause.POLICY
    why = problem.detail or cause.text
    remedy = "see the subscriber's agent rights at the UDM and the agent's template at the AMC"
    amf.explanations.add(ue.name, "agent registration", problem.cause, why, remedy)
    return AgentRegistrationReject(pti, cause, why)


async def deregister_agent(
    amf: Amf, ue: Ue, request: AgentDeregistrationRequest
) -> AgentDeregistrationAccept | AgentStatus:
    agent = ue.context.agent
    if agent is None or agent.aic != request.aic:
        return AgentStatus(request.pti, AgentCause.AGENT_NOT_REGISTERED)
    try:
        await agw.deregister(amf, agent.aic)
    except SbiProblem:
        return AgentStatus(request.pti, AgentCause.AGW_UNAVAILABLE)
    ue.context.agent = None
    amf.contexts.save(ue.context)
    return AgentDeregistrationAccept(request.pti)


def pseudonym(amf: Amf, ue: Ue) -> str:
    """The same for one subscriber at every registration, and not to be turned back."""
    supi = (ue.context.supi or "").encode()
    key = amf.config.pseudonym_key.encode()
    return hmac.new(key, supi, hashlib.sha256).hexdigest()[:32]
