"""Namc_Identity: the agents this AMC knows, and their lifecycle (requirements A3, A16)."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Self

from pydantic import Field

from nfs.amc.aaap.approvals import Approvals
from nfs.common.aic import AicError, verified
from nfs.common.models.agw import Registrant
from nfs.common.models.amc import AgentIdentity, IdentityState
from nfs.common.models.amc_lifecycle import (
    HistoryEntry,
    IdentityChange,
    IdentityEntry,
    IdentityList,
)
from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import NEW, Conflict, Store

IDENTITIES = "identities"
AGENTS = "agents"
KEPT_HISTORY = 32
"""Changes of one identity; those before are forgotten."""


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

    @classmethod
    def sibling(cls, ref: str, instance: str) -> Self:
        """Another instance of the template and registrant of ``ref``."""
        registrant, template, _ = ref.split("/")
        return cls(registrant=registrant, template=template, instance=_digest(instance))

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
    gateways: list[str]
    """Where the agent is registered; at several when it is attached to several (N1, C10)."""
    valid_until: int
    hosts: list[str] = Field(default_factory=list)
    credentials_from: float = 0
    """Credentials issued before are revoked; Unix seconds, as ``valid_until``."""
    change: int = 0
    """How often it has changed: the greater one of two is newer."""
    history: list[HistoryEntry] = Field(default_factory=list)

    @property
    def public(self) -> AgentIdentity:
        return AgentIdentity.model_validate(self.to_json())

    @property
    def entry(self) -> IdentityEntry:
        return IdentityEntry.model_validate(self.to_json())

    def changed(self, event: IdentityChange, reason: str, **update: Any) -> Self:
        """After a change, which its history tells."""
        state = update.get("state", self.state)
        entry = HistoryEntry(time=datetime.now(UTC), event=event, state=state, reason=reason)
        history = [*self.history, entry][-KEPT_HISTORY:]
        update = {"change": self.change + 1, "history": history} | update
        return self.model_copy(update=update)


class Identities:
    """Identities by AIC, and the AIC of each agent that is not retired."""

    def __init__(self, store: Store, salt: bytes, approvals: Approvals) -> None:
        self.approvals = approvals
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
        """As ``find``; raises SbiProblem 403 IDENTITY_NOT_ACTIVE for any other state, and when the
        template is not approved (A14)."""
        identity = self.find(aic)
        if identity.state is not IdentityState.ACTIVE:
            raise SbiProblem(403, "IDENTITY_NOT_ACTIVE", f"{aic} is {identity.state.value}")
        if not self.approvals.holds(identity.template):
            raise SbiProblem(403, "IDENTITY_NOT_ACTIVE", f"the template of {aic} is not approved")
        return identity

    def page(
        self, after: str, limit: int, state: IdentityState | None, gateway_id: str | None
    ) -> IdentityList:
        """Of ``limit`` identities in the order of their codes, those that are asked for."""
        page = [
            Identity.model_validate(kept.value)
            for _, kept in self._store.scan(IDENTITIES, after=after, limit=limit)
        ]
        wanted = [
            identity.entry
            for identity in page
            if state in (None, identity.state) and gateway_id in (None, identity.gateway_id)
        ]
        return IdentityList(identities=wanted, next=page[-1].aic if len(page) == limit else None)

    def bind(self, identity: Identity, moves_from: str | None = None) -> Identity:
        """Keep an identity, new or renewed; it is registered at one gateway more, and no longer at
        the one that it ``moves_from``. Raises SbiProblem 409 AIC_IN_USE when the AIC is another
        agent's, or the agent has another AIC."""
        kept = self._store.get(IDENTITIES, identity.aic)
        known = Identity.model_validate(kept.value) if kept else None
        if known is None:
            bound = identity.changed(IdentityChange.CREATED, "")
        else:
            own = "change", "history", "credentials_from"
            gateways = dict.fromkeys([*known.gateways, *identity.gateways])
            gateways.pop(moves_from or "", None)
            update = {name: getattr(known, name) for name in own} | {"gateways": [*gateways]}
            bound = identity.model_copy(update=update)
        if _is_own(identity, known) or self._claim(identity):
            with contextlib.suppress(Conflict):
                self._put(bound, kept.version if kept else NEW)
                return bound
        detail = "the AIC is another agent's, or the agent already has another one"
        raise SbiProblem(409, "AIC_IN_USE", detail)

    def update(self, aic: str, change: Callable[[Identity], Identity]) -> Identity:
        """Keep what ``change`` makes of an identity; it is called again when another instance was
        faster. Raises SbiProblem as ``find``, and 404 for an identity that is retired: that is
        final, the AIC is never used again."""
        code = self.find(aic).aic
        while True:
            kept = self._store.get(IDENTITIES, code)
            identity = Identity.model_validate(kept.value) if kept else None
            if kept is None or identity is None or identity.state is IdentityState.RETIRED:
                raise SbiProblem(404, "AGENT_NOT_FOUND", "the agent is retired")
            changed = change(identity)
            try:
                self._put(changed, kept.version)
            except Conflict:
                continue
            if changed.state is IdentityState.RETIRED:
                self._store.delete(AGENTS, changed.agent_ref)
            return changed

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

    def _put(self, identity: Identity, version: int) -> None:
        self._store.put(IDENTITIES, identity.aic, identity.to_json(), expect=version)


def _is_own(identity: Identity, known: Identity | None) -> bool:
    own = identity.agent_ref, IdentityState.ACTIVE
    return known is not None and (known.agent_ref, known.state) == own


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
