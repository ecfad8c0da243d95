"""Tools of network functions, as a workflow sees them (K4, K5)."""

from __future__ import annotations

from typing import Any, Protocol

from pydantic import JsonValue

from nfs.common.models.base import SbiModel


class Tools(Protocol):
    """Finds the NF that hosts a tool, and calls it there."""

    async def call(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        """The tool's output. Raises SbiProblem."""
        ...

    async def call_all(self, name: str, given: dict[str, Any]) -> list[dict[str, Any]]:
        """The output of every NF that hosts the tool. Raises SbiProblem."""
        ...


class UndoCall(SbiModel):
    """A tool call that takes a change back. Doing it again, or when there is nothing to take back,
    has no effect; 404 says so. ``made_for`` is the ``intent_id`` of the plan with the change."""

    tool: str
    input: dict[str, JsonValue]
    made_for: str = ""
