"""What a gateway is doing for agents at the moment: it ends when an agent's identity does (A3)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from nfs.common.sbi.problem import SbiProblem

T = TypeVar("T")


class UnderWay:
    def __init__(self) -> None:
        self._of: defaultdict[str, set[asyncio.Task[Any]]] = defaultdict(set)
        self._ended: set[asyncio.Task[Any]] = set()

    async def run(self, aics: Iterable[str], work: Coroutine[Any, Any, T]) -> T:
        """Do ``work``, unless one of the agents is ended meanwhile.

        Raises SbiProblem 403 IDENTITY_NOT_ACTIVE, and what ``work`` raises.
        """
        concerned = list(aics)
        task = asyncio.ensure_future(work)
        for aic in concerned:
            self._of[aic].add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if task not in self._ended:
                raise
            detail = "an agent's identity is no longer active"
            raise SbiProblem(403, "IDENTITY_NOT_ACTIVE", detail) from None
        finally:
            self._ended.discard(task)
            for aic in concerned:
                self._of[aic].discard(task)
                if not self._of[aic]:
                    del self._of[aic]

    def end(self, aic: str) -> None:
        """Whatever is under way for the agent, or at it."""
        for task in self._of.get(aic, ()):
            self._ended.add(task)
            task.cancel()
