"""One task to one agent, at its end point (I4, I5)."""

from __future__ import annotations

from nfs.common.agents.task import Task, TaskResult
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem

TASK_TIMEOUT = 30.0
"""Seconds an agent has for a task."""


async def post_task(
    nf: NetworkFunction, end_point: str, aic: str, access_token: str, task: Task
) -> TaskResult:
    """Raises SbiProblem: whatever the agent refuses with, and 502 INVALID_TASK_RESULT for an
    answer that is not this agent's to this task."""
    answer = await nf.sbi.request(
        "POST",
        f"{end_point.rstrip('/')}/tasks",
        json=task.to_json(),
        headers={"Authorization": f"Bearer {access_token}"},
        peer="AGENT",
        timeout=TASK_TIMEOUT,
    )
    result = answer.model(TaskResult)
    check_result(result, aic, task)
    return result


def check_result(result: TaskResult, aic: str, task: Task) -> None:
    """Raises SbiProblem 502 INVALID_TASK_RESULT."""
    if (result.sender_id, result.task_id) != (aic, task.task_id):
        raise SbiProblem(502, "INVALID_TASK_RESULT", f"the answer is not {aic}'s to this task")
