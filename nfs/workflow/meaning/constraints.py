"""What users demand of agents, as constraints on the entityMeta of an ACS (B15); the words are
data."""

from __future__ import annotations

from functools import cache
from importlib import resources

from pydantic import JsonValue

from nfs.common.yaml_text import load_yaml
from nfs.semantics.intent import RefusalClass
from nfs.workflow.refusal import Refusal


def demands(text: str) -> dict[str, JsonValue]:
    """All that the network can check of what ``text`` demands; nothing is no error."""
    folded = text.casefold()
    found: dict[str, JsonValue] = {}
    for words, meta in _table():
        if any(word in folded for word in words):
            found |= meta
    return found


def required(constraint: str | None) -> dict[str, JsonValue]:
    """What an agent must say of itself. Raises Refusal INFEASIBLE for what cannot be checked."""
    if constraint is None:
        return {}
    found = demands(constraint)
    if not found:
        reason = f"whether an agent is {constraint!r} cannot be checked"
        raise Refusal(RefusalClass.INFEASIBLE, reason)
    return found


@cache
def _table() -> list[tuple[tuple[str, ...], dict[str, JsonValue]]]:
    source = resources.files(__package__).joinpath("constraints.yaml").read_text("utf-8")
    entries = load_yaml(source)
    return [(tuple(w.casefold() for w in each["words"]), each["meta"]) for each in entries]
