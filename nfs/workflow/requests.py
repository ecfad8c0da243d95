"""A subscriber's earlier requests, as a conversation and its steps need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.workflow.lives.records import IntentRecord


class Requests(Protocol):
    """Raises StoreUnavailable."""

    def of(self, supi: str) -> list[IntentRecord]:
        """The newest first."""
        ...

    async def preempt(self, intent_id: str) -> None:
        """As ``end``, for an intent that goes first; the subscriber gets a report."""
        ...

    async def end(self, intent_id: str) -> None:
        """End one that is under way or holds, and take back what it changed; who still waits for
        its result is told. Raises SbiProblem 404 if it has ended."""
        ...


class NoRequests:
    """There are none."""

    def of(self, supi: str) -> list[IntentRecord]:
        del supi
        return []

    async def preempt(self, intent_id: str) -> None:
        await self.end(intent_id)

    async def end(self, intent_id: str) -> None:
        raise SbiProblem(404, "INTENT_NOT_FOUND", f"there is no intent {intent_id}")
