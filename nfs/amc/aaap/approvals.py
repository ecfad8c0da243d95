"""Approval of agent templates: DRAFT, PENDING, then APPROVED or REJECTED (A14).

An agent's own approval is its grant; what an operator looks at is the template. The registry says
what a template begins with. Agents of a template that is not approved are as good as suspended.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from nfs.amc.aaap.registry import Registry
from nfs.common.audit import AuditTrail
from nfs.common.models.amc_lifecycle import Approval, ApprovalChange, ApprovalEntry, ApprovalState
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import NEW, Conflict, Store

APPROVALS = "approvals"
KEPT_HISTORY = 32

_NEXT = {
    ApprovalState.DRAFT: {ApprovalState.PENDING},
    ApprovalState.PENDING: {ApprovalState.APPROVED, ApprovalState.REJECTED, ApprovalState.DRAFT},
    ApprovalState.APPROVED: {ApprovalState.REJECTED},
    ApprovalState.REJECTED: {ApprovalState.DRAFT},
}

log = structlog.get_logger("amc")


class Approvals:
    def __init__(self, registry: Registry, store: Store, audit: AuditTrail) -> None:
        self._audit = audit
        self._registry = registry
        self._store = store

    def all(self) -> list[Approval]:
        return [self.of(name) for name in self._registry.templates]

    def of(self, template: str) -> Approval:
        """Raises SbiProblem 404 TEMPLATE_NOT_FOUND."""
        return self._read(template)[0]

    def holds(self, template: str) -> bool:
        known = template in self._registry.templates
        return known and self.of(template).state is ApprovalState.APPROVED

    def change(self, template: str, wanted: ApprovalChange) -> Approval:
        """Raises SbiProblem: 404 TEMPLATE_NOT_FOUND, 409 INVALID_STATE_CHANGE."""
        with self._audit.action("template.change-approval", target=f"template:{template}") as entry:
            entry.after, entry.detail = {"state": wanted.state.value}, wanted.reason or None
            return self._change(template, wanted)

    def _change(self, template: str, wanted: ApprovalChange) -> Approval:
        while True:
            approval, version = self._read(template)
            if wanted.state not in _NEXT[approval.state]:
                detail = f"{approval.state} does not become {wanted.state}"
                raise SbiProblem(409, "INVALID_STATE_CHANGE", detail)
            entry = ApprovalEntry(time=datetime.now(UTC), state=wanted.state, reason=wanted.reason)
            history = [*approval.history, entry][-KEPT_HISTORY:]
            changed = Approval(template=template, state=wanted.state, history=history)
            try:
                self._store.put(APPROVALS, template, changed.to_json(), expect=version)
            except Conflict:
                continue
            log.info("template", template=template, state=wanted.state, reason=wanted.reason)
            return changed

    def _read(self, template: str) -> tuple[Approval, int]:
        configured = self._registry.templates.get(template)
        if configured is None:
            raise SbiProblem(404, "TEMPLATE_NOT_FOUND", "there is no such agent template")
        kept = self._store.get(APPROVALS, template)
        if kept is None:
            return Approval(template=template, state=configured.approval, history=[]), NEW
        return Approval.model_validate(kept.value), kept.version
