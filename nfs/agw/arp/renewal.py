"""ARP: an agent gets a new credential, perhaps for a new key; what it said of itself stays (C9)."""

from __future__ import annotations

from nfs.agw.acs import OWN_META
from nfs.agw.arp.registration import Registration
from nfs.agw.directory import Agent, Directory
from nfs.common.models.agw import LocalBind, RegistrationRequest
from nfs.common.models.arp import Renewal


async def renew(
    directory: Directory, registration: Registration, aic: str, renewal: Renewal
) -> LocalBind:
    """A registration of the agent as it is known, with new proofs.

    Raises SbiProblem: 400 INVALID_AIC, 403 with the AMC's cause, 404 AGENT_NOT_FOUND, 409
    AGENT_MISMATCH when the proofs are of another agent, 503 AMC_UNAVAILABLE.
    """
    agent = directory.find(aic)
    request = _as_known(agent, renewal)
    return (await registration.register(request, renews=agent.aic)).bind


def _as_known(agent: Agent, renewal: Renewal) -> RegistrationRequest:
    meta = {k: v for k, v in (agent.acs.entity_meta or {}).items() if k not in OWN_META}
    return RegistrationRequest(
        template=agent.template,
        instance=renewal.instance,
        name=agent.acs.name,
        description=agent.acs.description,
        capabilities=agent.capability_ids,
        requested_scope=renewal.requested_scope or agent.scope,
        public_key=renewal.public_key,
        proof=renewal.proof,
        end_point=agent.end_point,
        entity_meta=meta or None,
        registrant=renewal.registrant,
    )
