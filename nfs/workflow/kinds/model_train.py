"""model.train: federated training with agents that have data, by FedAvg (McMahan and others, 2017).

The workflow coordinates: it sends weights and gets weights, averages them by the number of samples,
and at the end has every participant say how good they are on what it holds out. Data stay where
they are; a provider whose policy keeps even weights is left out, and the user hears it (M6).
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field, JsonValue, ValidationError

from nfs.common.agents.task import DataItem, TaskResult
from nfs.common.models.base import SbiModel
from nfs.semantics.intent import RefusalClass, Slots
from nfs.semantics.render import ask
from nfs.semantics.vocabulary import CAPABILITY_ROOT, capability_name
from nfs.workflow.execution import Execution, Step
from nfs.workflow.meaning.constraints import required
from nfs.workflow.meaning.names import plain_name, words_of
from nfs.workflow.privacy import check_data
from nfs.workflow.refusal import Question, Refusal

CAPABILITY = f"{CAPABILITY_ROOT}model-training"
ROUNDS = 5
"""Unless the user says how many."""
FEWEST = 2
"""Participants; with fewer nothing is averaged."""

Weights = Annotated[list[float], Field(min_length=1, max_length=10_000)]


class _Trained(SbiModel):
    samples: Annotated[int, Field(ge=1)]
    loss: float
    weights: Weights


class _Evaluated(SbiModel):
    samples: Annotated[int, Field(ge=1)]
    loss: float
    accuracy: Annotated[float, Field(ge=0, le=1)]


@dataclass(slots=True)
class _Training:
    """The state of the model between rounds; ``losses``: before each round, over all samples."""

    participants: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[dict[str, JsonValue]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)


def steps(execution: Execution) -> list[Step]:
    """Participants, then round after round, then the evaluation.

    Raises Question, and Refusal INFEASIBLE for a constraint that nobody can check.
    """
    slots = execution.intent.slots
    if slots.model is None and slots.capability is None:
        raise Question(ask(["model"], execution.intent.language), "model")
    constraints = required(slots.constraint)
    rounds = slots.rounds or ROUNDS
    training = _Training()

    async def invite() -> None:
        await check_data(execution)
        await _invite(execution, training, constraints)

    async def one_round() -> None:
        results = await _all(execution, training, "train", _Trained)
        total = sum(each.samples for each in results)
        training.losses.append(sum(each.loss * each.samples for each in results) / total)
        training.weights = [
            sum(weight * each.samples for weight, each in zip(column, results, strict=True)) / total
            for column in zip(*(each.weights for each in results), strict=True)
        ]

    async def evaluate() -> None:
        results = await _all(execution, training, "evaluate", _Evaluated)
        execution.output |= _told(execution, training, results, rounds)

    chain = [
        Step("participants", "looking for agents with data", invite, gives=frozenset({"round.0"}))
    ]
    for number in range(1, rounds + 1):
        needs, gives = frozenset({f"round.{number - 1}"}), frozenset({f"round.{number}"})
        text = f"training round {number} of {rounds}"
        chain.append(Step(f"round-{number}", text, one_round, needs, gives))
    text = "measuring the accuracy at every participant"
    return [*chain, Step("evaluation", text, evaluate, frozenset({f"round.{rounds}"}))]


async def _invite(
    execution: Execution, training: _Training, constraints: dict[str, JsonValue]
) -> None:
    """Agents that have data for this model, as many as are wanted.

    Raises Refusal CAPABILITY_NOT_FOUND and INFEASIBLE; nothing has been sent then.
    """
    slots = execution.intent.slots
    able = await _with_data(execution, slots)
    wanted = {name: value for name, value in constraints.items() if name != "hosting"}
    able = [a for a in able if wanted.items() <= a["entityMeta"].items()]
    if slots.dataset is not None and not _names_none(slots.dataset, slots.participants):
        able = [a for a in able if _has(a["entityMeta"].get("datasets"), slots.dataset)]
    if not able:
        reason = "no participant has such data, or none that it may train with as you demand"
        raise Refusal(RefusalClass.INFEASIBLE, reason)
    willing = [a for a in able if a["entityMeta"].get("weightsMayLeave", True)]
    training.left_out = [
        {"site": a["entityMeta"]["site"], "reason": "its policy lets no weights leave"}
        for a in able
        if a not in willing
    ]
    count = _count(slots.participants)
    if len(willing) < (count or FEWEST):
        reason = f"{len(willing)} participants can train this model, {count or FEWEST} are needed"
        more: dict[str, JsonValue] = {"available": len(willing), "leftOut": list(training.left_out)}
        raise Refusal(RefusalClass.INFEASIBLE, reason, **more)
    training.participants = sorted(willing, key=lambda a: str(a["entityMeta"]["site"]))[:count]
    features = training.participants[0]["entityMeta"]["features"]
    training.weights = [0.0] * (len(features) + 1)


async def _with_data(execution: Execution, slots: Slots) -> list[dict[str, Any]]:
    """The ACS of every agent that trains the model, by the names that it has for it."""
    names = [plain_name(slots.model)] if slots.model is not None else []
    if slots.capability is not None:
        names.append(capability_name(slots.capability))
    for name in names:
        wanted = {"entityMeta.capabilityIds": CAPABILITY, "entityMeta.models": name}
        if found := await execution.answer(execution.agents.discover(wanted)):
            return found
    reason = f"no agent has data to train {' or '.join(names)!r} with"
    raise Refusal(RefusalClass.CAPABILITY_NOT_FOUND, reason)


async def _all(
    execution: Execution, training: _Training, operation: str, model: type[Any]
) -> list[Any]:
    """What every participant answers. Raises Refusal, EXECUTION for what is no answer."""
    task = DataItem(data={"operation": operation, "weights": training.weights})
    results: list[TaskResult] = await asyncio.gather(
        *(
            execution.invoke(CAPABILITY, task, constraints={"site": a["entityMeta"]["site"]})
            for a in training.participants
        )
    )
    try:
        answers = [model.model_validate(each.data) for each in results]
    except ValidationError:
        raise Refusal(RefusalClass.EXECUTION, "a participant's answer is not usable") from None
    if any(len(getattr(a, "weights", training.weights)) != len(training.weights) for a in answers):
        raise Refusal(RefusalClass.EXECUTION, "the participants' models differ")
    return answers


def _told(
    execution: Execution, training: _Training, results: list[_Evaluated], rounds: int
) -> dict[str, JsonValue]:
    total = sum(each.samples for each in results)
    participants: list[JsonValue] = [
        {
            "site": agent["entityMeta"]["site"],
            "name": agent["name"],
            "aic": agent["aic"],
            "heldOut": each.samples,
            "accuracy": each.accuracy,
        }
        for agent, each in zip(training.participants, results, strict=True)
    ]
    slots = execution.intent.slots
    losses = [*training.losses, sum(each.loss * each.samples for each in results) / total]
    return {
        "model": slots.model or capability_name(slots.capability or ""),
        "rounds": rounds,
        "participants": participants,
        "leftOut": list(training.left_out),
        "loss": [round(loss, 4) for loss in losses],
        "accuracy": round(sum(e.accuracy * e.samples for e in results) / total, 4),
        "features": training.participants[0]["entityMeta"]["features"],
        "weights": [round(weight, 4) for weight in training.weights],
    }


def _has(names: JsonValue, said: str) -> bool:
    """Whether one of ``names`` is what the user calls the data."""
    folded = plain_name(said)
    return isinstance(names, list) and any(str(name).casefold() == folded for name in names)


def _names_none(dataset: str, participants: int | str | None) -> bool:
    """``our data`` are all there are; ``three plants`` say whose data, not which."""
    if plain_name(dataset) in words_of("anyData"):
        return True
    return isinstance(participants, str) and dataset.split()[-1:] == participants.split()[-1:]


def _count(participants: int | str | None) -> int | None:
    """Of 3 or ``3 plants``; ``all hospitals`` says no number."""
    if isinstance(participants, int):
        return participants
    number = re.match(r"\d+", participants or "")
    return int(number[0]) if number else None
