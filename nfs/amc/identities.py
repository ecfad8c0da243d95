"""Namc_Identity: the agents this AMC knows, and their lifecycle (requirements A3, A16)."""

from __future__ import annotations

import hashlib
from typing import Self

from pydantic import Field

from nfs.common.aic import AicError, verified
from nfs.common.models.agw import Registrant
from nfs.common.models.amc import AgentIdentity, IdentityState
from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import NEW, Conflict, Store

IDENTITIES = "identities"
AGENTS = "agents"


class AgentRef(SbiModel):
    """Which agent of whom. It names no subscriber: the pseudonym goes into it hashed."""

    registrant: str
    template: str
    instance: str

    @classmethod
    def of(cls, registrant: Registrant, template: str, instance: str) -> Self:
        pseudonym = registrant.on_behalf_of.pseudonym if registrant.on_behalf_of else ""
        owner = _digest(f"{registrant.account}\n{pseudonym}")
        return cls(registrant=owner, template=template, instance=_digest(instance))

    @property
    def siblings(self) -> str:
        """What the references of one registrant's agents of one template begin with."""
        return f"{self.registrant}/{self.template}/"

    def __str__(self) -> str:
        return self.siblings + self.instance


class Identity(SbiModel):
    """An AIC and whom it belongs to; ``valid_until``: end of its newest credential."""

    aic: str
    agent_ref: str
    state: IdentityState
    template: str
    scope: list[str]
    capabilities: list[str] = Field(default_factory=list)
    acts_for_others: bool
    gateway_id: str
    valid_until: int

    @property
    def public(self) -> AgentIdentity:
        return AgentIdentity.model_validate(self.to_json())


class Identities:
    """Identities by AIC, and the AIC of each agent that is not retired."""

    def __init__(self, store: Store, salt: bytes) -> None:
        self._store = store
        self._salt = salt

    def of_agent(self, ref: AgentRef) -> Identity | None:
        """The identity this agent already has."""
        kept = self._store.get(AGENTS, str(ref))
        return self._get(kept.value["aic"]) if kept else None

    def count(self, ref: AgentRef) -> int:
        """How many agents of this template the registrant has."""
        return sum(1 for _ in self._store.scan(AGENTS, ref.siblings))

    def find(self, aic: str) -> Identity:
        """Raises SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND."""
        try:
            code = str(verified(aic, self._salt))
        except AicError as error:
            raise SbiProblem(400, "INVALID_AIC", str(error)) from None
        identity = self._get(code)
        if identity is None:
            raise SbiProblem(404, "AGENT_NOT_FOUND", "this AMC knows no such agent")
        return identity

    def active(self, aic: str) -> Identity:
        """As ``find``; raises SbiProblem 403 IDENTITY_NOT_ACTIVE for any other state."""
        identity = self.find(aic)
        if identity.state is not IdentityState.ACTIVE:
            raise SbiProblem(403, "IDENTITY_NOT_ACTIVE", f"{aic} is {identity.state.value}")
        return identity

    def bind(self, identity: Identity) -> None:
        """Keep an identity, new or renewed. Raises SbiProblem 409 AIC_IN_USE when the AIC is
        another agent's, or the agent has another AIC."""
        if not (self._is_own(identity) or self._claim(identity)):
            detail = "the AIC is another agent's, or the agent already has another one"
            raise SbiProblem(409, "AIC_IN_USE", detail)
        self._put(identity)

    def change_state(self, aic: str, state: IdentityState) -> None:
        """Suspend or resume; RETIRED is final: the AIC is never used again."""
        identity = self.find(aic)
        if identity.state is IdentityState.RETIRED:
            raise SbiProblem(404, "AGENT_NOT_FOUND", "the agent is retired")
        self._put(identity.model_copy(update={"state": state}))
        if state is IdentityState.RETIRED:
            self._store.delete(AGENTS, identity.agent_ref)

    def _is_own(self, identity: Identity) -> bool:
        kept = self._get(identity.aic)
        return kept is not None and (kept.agent_ref, kept.state) == (
            identity.agent_ref,
            IdentityState.ACTIVE,
        )

    def _claim(self, identity: Identity) -> bool:
        """Make a free AIC that of an agent without one. An entry without identity is what is left
        when the AMC ended in between; it counts for nothing."""
        kept = self._store.get(AGENTS, identity.agent_ref)
        if self._get(identity.aic) or (kept and self._get(kept.value["aic"])):
            return False
        version = kept.version if kept else NEW
        try:
            self._store.put(AGENTS, identity.agent_ref, {"aic": identity.aic}, expect=version)
        except Conflict:
            return False
        return True

    def _get(self, aic: str) -> Identity | None:
        kept = self._store.get(IDENTITIES, aic)
        return Identity.model_validate(kept.value) if kept else None

    def _put(self, identity: Identity) -> None:
        self._store.put(IDENTITIES, identity.aic, identity.to_json())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
