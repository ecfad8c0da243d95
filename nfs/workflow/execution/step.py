"""One step of a plan."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """``name`` is unique in its plan; ``text`` tells the user what is being done.

    ``needs`` and ``gives`` are short facts such as ``session.active``, as in the conditions of a
    tool template (K4): a step runs when the steps that give what it needs are done. It has
    ``seconds`` for each of its ``attempts``; only a failure that may pass has another one.
    """

    name: str
    text: str | Callable[[], str]
    perform: Callable[[], Awaitable[None]]
    needs: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()
    seconds: float = 30
    attempts: int = 1

    @property
    def told(self) -> str:
        """What to tell the user when it begins: only then may the text be made."""
        return self.text if isinstance(self.text, str) else self.text()
