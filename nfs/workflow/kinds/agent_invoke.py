"""agent.invoke: one task for one agent, found by its capability."""

from __future__ import annotations

from functools import partial

from nfs.common.agents.task import DataItem
from nfs.semantics.render import ask
from nfs.semantics.vocabulary import capability_id
from nfs.workflow.execution import Execution, Step
from nfs.workflow.privacy import check_data
from nfs.workflow.refusal import Question

_NEEDS_LANGUAGE = frozenset({"/capability/translation"})


def steps(execution: Execution) -> list[Step]:
    """One step: the task. Raises Question when there is nothing to work on."""
    slots, spoken = execution.intent.slots, execution.intent.language
    if slots.capability is None:
        raise Question(ask(["capability"], spoken), "capability")
    if slots.input is None and execution.source is None:
        raise Question(ask(["input"], spoken), "input")
    capability = capability_id(slots.capability)
    if capability in _NEEDS_LANGUAGE and slots.language is None:
        raise Question(ask(["language"], spoken), "language")
    parameters = {"language": slots.language, "constraint": slots.constraint}
    given = {name: value for name, value in parameters.items() if value is not None}

    async def invoke() -> None:
        items = [DataItem(text=execution.worked_on())]
        if given:
            items.append(DataItem(data=given))
        result = await execution.invoke(capability, *items, permit=partial(check_data, execution))
        execution.output |= {"capability": capability, "text": result.text} | result.data

    return [Step("task", f"asking an agent for {capability}", invoke)]
