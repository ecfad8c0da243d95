"""compute.inference: a model of an agent in the network, run on what the user gives (M6, L8).

The user hears that it is feasible, where, and how fast it has been, before any data are sent.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import JsonValue

from nfs.common.agents.task import DataItem
from nfs.semantics.intent import AchievedTarget, RefusalClass
from nfs.semantics.render import ask
from nfs.semantics.vocabulary import capability_id
from nfs.workflow.execution import Execution, Step
from nfs.workflow.meaning.constraints import demands
from nfs.workflow.meaning.names import plain_name
from nfs.workflow.privacy import check_data
from nfs.workflow.refusal import Question, Refusal
from nfs.workflow.search import find_agents

IN_THE_NETWORK: dict[str, JsonValue] = {"hosting": "network"}
"""Where this kind of intent has a model run: an agent outside is none for it."""
FOUND = "inference.feasible"


@dataclass(slots=True)
class _Choice:
    """Who is to do it; filled in by the first step."""

    capability: str = ""
    constraints: dict[str, JsonValue] | None = None
    told: str = ""


def steps(execution: Execution) -> list[Step]:
    """Feasibility first, then the work. Raises Question when no model is named."""
    slots, spoken = execution.intent.slots, execution.intent.language
    if slots.model is None and slots.capability is None:
        raise Question(ask(["model"], spoken), "model")
    choice = _Choice()

    async def find() -> None:
        await _find(execution, choice)
        if slots.input is None and execution.source is None:
            raise Question(ask(["input"], spoken), "input")

    async def run() -> None:
        item = DataItem(text=execution.worked_on())
        began = time.perf_counter()
        result = await execution.invoke(
            choice.capability,
            item,
            constraints=choice.constraints,
            permit=partial(check_data, execution),
        )
        taken = round((time.perf_counter() - began) * 1000, 1)
        if slots.latency is not None and taken > slots.latency:
            reason = f"the result came after {taken:g} ms, not within {slots.latency:g} ms"
            raise Refusal(RefusalClass.EXECUTION, reason)
        execution.output |= {"text": result.text} | result.data
        execution.achieved.append(AchievedTarget(target_name="latency", value=taken, unit="ms"))

    return [
        Step("feasibility", "finding an agent that runs it", find, gives=frozenset({FOUND})),
        Step("inference", lambda: choice.told, run, needs=frozenset({FOUND})),
    ]


async def _find(execution: Execution, choice: _Choice) -> None:
    slots = execution.intent.slots
    # The vocabulary has no slot for what the user demands of this kind's privacy.
    constraints = IN_THE_NETWORK | demands(execution.intent.description)
    if slots.area is not None:
        constraints["area"] = plain_name(slots.area)
    capability = None if slots.capability is None else capability_id(slots.capability)
    if slots.model is not None:
        acs = await _with_model(execution, slots.model)
        if acs is not None:
            meta = acs["entityMeta"]
            capability, constraints["model"] = meta["capabilityIds"][0], meta["model"]
    if capability is None:
        reason = f"no agent of this network has the model {slots.model!r}"
        raise Refusal(RefusalClass.CAPABILITY_NOT_FOUND, reason)
    found = await find_agents(execution, capability, constraints)
    agent = found.agents[0]
    if not execution.may_use(agent):
        raise Refusal(RefusalClass.SUBSCRIPTION, "the subscription does not include this")
    await check_data(execution, agent.aic)
    measured = await _measured(execution, agent.aic, local=len(found.route) == 1)
    if slots.latency is not None and measured is not None and measured > slots.latency:
        reason = f"{agent.name} takes {measured:g} ms, longer than {slots.latency:g} ms"
        raise Refusal(RefusalClass.INFEASIBLE, reason, bestOffer={"latency": measured})
    choice.capability, choice.constraints = capability, constraints
    speed = "not measured yet" if measured is None else f"{measured:g} ms measured"
    way = " - ".join(found.route)
    choice.told = f"feasible: {agent.name} by way of {way}, {speed}; sending the data"
    execution.output |= {
        "capability": capability,
        "agent": {"name": agent.name, "aic": agent.aic},
        "route": list(found.route),
        "constraints": constraints,
    }


async def _with_model(execution: Execution, model: str) -> dict[str, Any] | None:
    """The ACS of an agent that has it, with or without the word for what it is."""
    names = [plain_name(model), plain_name(model).removesuffix(" model")]
    for name in dict.fromkeys(names):
        found = await execution.answer(execution.agents.discover({"entityMeta.model": name}))
        if found:
            return found[0]
    return None


async def _measured(execution: Execution, aic: str, *, local: bool) -> float | None:
    """Milliseconds within which the agent does nearly all tasks, as its gateway knows; None for
    one that has done none, and for another gateway's."""
    if not local:
        return None
    return (await execution.answer(execution.agents.health(aic))).task_latency_ms
