"""Local Bind: what a grant becomes at the gateway (figure 3 of MACP; requirements C4, C5, C10)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from nfs.agw.acs import Description, write_acs
from nfs.agw.amc import AmcConsumer
from nfs.agw.arp.allocation import AicAllocator
from nfs.agw.arp.migration import Migration
from nfs.agw.directory import Agent, Directory
from nfs.common.models.agw import AgentState, LocalBind
from nfs.common.models.amc import ONTOLOGY, Grant, IssuedCredential


@dataclass(frozen=True, slots=True)
class Registered:
    bind: LocalBind
    created: bool
    """False when the agent had its AIC already."""


class Binding:
    def __init__(
        self,
        gateway_id: str,
        amc: AmcConsumer,
        directory: Directory,
        allocator: AicAllocator,
        migration: Migration,
    ) -> None:
        self._gateway_id = gateway_id
        self._amc = amc
        self._directory = directory
        self._allocator = allocator
        self._migration = migration

    async def bind(
        self,
        described: Description,
        template: str,
        instance: str,
        grant: Grant,
        *,
        moves_from: str | None = None,
    ) -> Registered:
        """Allocate -> ACS -> confirm -> store -> Local Bind.

        ``moves_from``: the gateway that the agent leaves, which will be told. Raises SbiProblem:
        403 with the AMC's cause, 503 AMC_UNAVAILABLE. Whatever fails, nothing is stored but, at
        most, the use of a serial.
        """
        aic = grant.aic or self._allocate(grant, instance)
        async with self._directory.lock(aic):
            if moves_from is not None:
                self._migration.announce(aic, moves_from)
            acs = write_acs(described, grant, aic, self._gateway_id)
            credential = await self._amc.confirm(
                grant, aic, _hosts(described.end_points), moves_from
            )
            trust_anchors = await self._amc.trust_anchors()
            known = self._directory.get(aic)
            agent = Agent(
                acs=acs,
                template=template,
                capability_ids=[c for c in described.capabilities if c in grant.capabilities],
                scope=grant.scope,
                gateway_id=self._gateway_id,
                valid_until=credential.expires_at,
                # A repeated registration renews the credential; it does not end a suspension.
                state=known.state if known else AgentState.REGISTERED,
                end_point=next(iter(described.end_points), None),
                offerable=grant.capabilities,
                cm_state=known.cm_state if known else None,
                hidden=known is not None and known.hidden,
            )
            self._directory.put(agent)
            if moves_from is not None:  # again: before the confirmation it was not believed
                self._migration.announce(aic, moves_from)
        return Registered(_local_bind(agent, credential, trust_anchors), created=grant.aic is None)

    def _allocate(self, grant: Grant, instance: str) -> str:
        allocate = self._allocator.ontology if instance == ONTOLOGY else self._allocator.allocate
        return allocate(grant.vendor_number, grant.template_number)


def _hosts(end_points: tuple[str, ...]) -> list[str]:
    """Names and addresses at which the agent serves."""
    hosts = (urlsplit(url).hostname for url in end_points)
    return list(dict.fromkeys(host for host in hosts if host))


def _local_bind(agent: Agent, credential: IssuedCredential, trust_anchors: list[str]) -> LocalBind:
    return LocalBind(
        aic=agent.aic,
        capability_ids=agent.capability_ids,
        scope=agent.scope,
        gateway_id=agent.gateway_id,
        valid_until=credential.expires_at,
        certificate=credential.certificate,
        server_certificate=credential.server_certificate,
        token=credential.token,
        acs=agent.acs.to_json(),
        trust_anchors=trust_anchors,
    )
