"""task.collaborate: several steps by several agents or functions, as one task.

A part works on the product of an earlier one when it says so ("the summary", "it") or names nothing
to work on; parts that have nothing to do with each other are wishes of their own (``wishes``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources

from nfs.common.yaml_text import load_yaml
from nfs.semantics.intent import OperatorIntent, SubIntent
from nfs.semantics.render import ask
from nfs.semantics.vocabulary import PROFILES, Kind, capability_name
from nfs.workflow.execution import Execution, Step
from nfs.workflow.meaning.names import plain_name
from nfs.workflow.refusal import Question


def steps(execution: Execution, plan: Callable[[Execution], list[Step]]) -> list[Step]:
    """The steps of all parts, ordered by what they need of each other.

    Raises Question when there are none, and what ``plan`` raises for a part.
    """
    intent = execution.intent
    if not intent.sub_intents:
        raise Question(ask(["subIntents"], intent.language))
    sources = _sources(intent.sub_intents)
    found = []
    for number, sub in enumerate(intent.sub_intents):
        source = sources[number]
        product = frozenset() if source is None else frozenset({f"part {source + 1}"})
        worked_on = None if source is None else execution.parts[source]
        part = execution.part(_as_intent(sub, intent), worked_on)
        found += [
            replace(
                step,
                name=f"{number + 1}. {step.name}",
                needs=step.needs | product,
                gives=step.gives | {f"part {number + 1}"},
            )
            for step in plan(part)
        ]
    return found


def is_task(intent: OperatorIntent) -> bool:
    """Several parts; what a text with one wish has as its only sub-intent is that wish."""
    several = len(intent.sub_intents) > 1
    return several or (intent.kind is Kind.TASK_COLLABORATE and bool(intent.sub_intents))


def parts_of(intent: OperatorIntent) -> list[OperatorIntent]:
    """The parts of a task, each as an intent; of anything else, itself."""
    if not is_task(intent):
        return [intent]
    return [_as_intent(sub, intent) for sub in intent.sub_intents]


def wishes(intent: OperatorIntent) -> list[OperatorIntent]:
    """The intent as its wishes that have nothing to do with each other, each an intent."""
    subs = intent.sub_intents
    if len(subs) <= 1:
        return [intent]
    groups: list[list[int]] = []
    for number, source in enumerate(_sources(subs)):
        group = next((g for g in groups if source in g), None)
        if group is None:
            groups.append([number])
        else:
            group.append(number)
    if len(groups) < 2:
        return [intent]
    found = []
    for group in groups:
        if len(group) == 1:
            found.append(_as_intent(subs[group[0]], intent))
        else:
            parts = [subs[number] for number in group]
            changes = {"kind": Kind.TASK_COLLABORATE, "sub_intents": parts}
            found.append(intent.model_copy(update=changes))
    return found


def _as_intent(sub: SubIntent, whole: OperatorIntent) -> OperatorIntent:
    """A sub-intent as an intent; times that were said of the whole are its own."""
    said = whole.slots if whole.kind is Kind.TASK_COLLABORATE else None
    times = {
        name: value
        for name in ("duration_seconds", "start_time", "end_time")
        if (value := getattr(said, name, None)) is not None and getattr(sub.slots, name) is None
    }
    if "durationSeconds" not in PROFILES[sub.kind].carries:
        times = {}
    slots = sub.slots.model_copy(update=times)
    return whole.model_copy(update={"kind": sub.kind, "slots": slots, "sub_intents": []})


def _sources(subs: Sequence[SubIntent]) -> list[int | None]:
    """For each part, the number of the part before it that it goes on with."""
    return [
        next(
            (earlier for earlier in reversed(range(number)) if _goes_on(subs, earlier, number)),
            None,
        )
        for number in range(len(subs))
    ]


def _goes_on(subs: Sequence[SubIntent], earlier: int, later: int) -> bool:
    before, after = subs[earlier], subs[later]
    if before.kind is Kind.SESSION_ESTABLISH:
        return after.kind is Kind.QOS_ASSURE
    if before.kind not in _WORKERS or after.kind not in _WORKERS:
        return False
    does = capability_name(before.slots.capability or "")
    if after.slots.input is not None:
        said = plain_name(after.slots.input)
        return said in _words()["products"].get(does, ()) or (
            earlier == later - 1 and said in _words()["pronouns"]
        )
    works_on_text = capability_name(after.slots.capability or "") in _words()["worksOnText"]
    return earlier == later - 1 and works_on_text and does in _words()["givesText"]


_WORKERS = frozenset({Kind.AGENT_INVOKE, Kind.COMPUTE_INFERENCE})


@cache
def _words() -> dict[str, dict[str, tuple[str, ...]]]:
    source = resources.files(__package__).joinpath("task_collaborate.yaml").read_text("utf-8")
    loaded: dict[str, dict[str, tuple[str, ...]]] = load_yaml(source)
    return loaded
