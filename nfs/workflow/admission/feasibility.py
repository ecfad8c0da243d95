"""Feasibility: known before anything is changed or data moves (L8, M6)."""

from __future__ import annotations

from nfs.workflow.execution import Execution, Step
from nfs.workflow.execution.order import order
from nfs.workflow.plan import plan


def feasible_steps(execution: Execution) -> list[Step]:
    """The steps of an intent, none begun.

    Raises Question, and Refusal: what its kind cannot do, or a step that needs what nothing gives.
    """
    steps = plan(execution)
    order(steps, execution.facts)
    return steps
