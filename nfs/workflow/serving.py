"""Tools of the AMF that serves a device."""

from __future__ import annotations

from typing import Any

from pydantic import JsonValue

from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.intent import RefusalClass
from nfs.workflow.execution import Execution
from nfs.workflow.refusal import Refusal


async def device_tool(
    execution: Execution, name: str, supi: str, /, **arguments: JsonValue
) -> dict[str, Any]:
    """As ``execution.tool``. Raises Refusal EXECUTION for a device that is registered nowhere."""
    answer = await execution.answer(if_registered(execution, name, supi, **arguments))
    if answer is None:
        raise Refusal(RefusalClass.EXECUTION, "the device is switched off or without coverage")
    return answer


async def if_registered(
    execution: Execution, name: str, supi: str, /, **arguments: JsonValue
) -> dict[str, Any] | None:
    """What the tool answers; None for a device that is registered nowhere. Raises SbiProblem."""
    try:
        return await execution.tools.call(name, {"supi": supi, **arguments})
    except SbiProblem as problem:
        if problem.status == 404 and problem.cause != "TOOL_NOT_FOUND":
            return None
        raise
