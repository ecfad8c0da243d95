"""Tools of network functions, as a workflow sees them (K4, K5)."""

from __future__ import annotations

from typing import Any, Protocol

from pydantic import JsonValue

from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem


class Tools(Protocol):
    """Finds the NF that hosts a tool, and calls it there."""

    async def call(self, name: str, arguments: dict[str, JsonValue]) -> dict[str, Any]:
        """The tool's output. Raises SbiProblem."""
        ...


class UndoCall(SbiModel):
    """A tool call that takes a change back. Doing it again, or when there is nothing to take back,
    has no effect; 404 says so."""

    tool: str
    input: dict[str, JsonValue]


class NoTools:
    """No NF hosts a tool."""

    async def call(self, name: str, arguments: dict[str, JsonValue]) -> dict[str, Any]:
        del arguments
        raise SbiProblem(404, "TOOL_NOT_FOUND", f"no network function hosts the tool {name}")
