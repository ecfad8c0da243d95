"""The place that an intent is about."""

from __future__ import annotations

from nfs.semantics.intent import RefusalClass
from nfs.semantics.render import ask
from nfs.workflow.execution import Execution
from nfs.workflow.meaning.areas import Area, operators_map
from nfs.workflow.refusal import Question, Refusal


def area_of(execution: Execution) -> Area:
    """By the name that the user has said. Raises Refusal INFEASIBLE for an unknown one, Question
    for none."""
    name = execution.intent.slots.area
    if name is None:
        raise Question(ask(["area"], execution.intent.language), "area")
    area = operators_map().find(name)
    if area is None:
        reason = f"the network does not know the area {name!r}"
        raise Refusal(RefusalClass.INFEASIBLE, reason, unknownArea=name)
    return area
