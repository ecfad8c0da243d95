"""Intents in their wire form, generated: those that are valid, and those that nearly are."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from nfs.semantics.intent import Effect, Metric, Subject, Symptom, Trigger
from nfs.semantics.vocabulary import MEASURED, PROFILES, Kind

texts = st.text(min_size=1, max_size=8)
_numbers = st.integers(1, 100) | st.floats(0.5, 99.5)
KINDS = st.sampled_from(list(Kind))
_times = st.sampled_from(
    ["now", "+600", "T18:00", "T09:30:15Z", "2026-11-20T18:00", "2026-11-20T18:00:00+01:00"]
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(MEASURED, _numbers),
    "durationSeconds": st.integers(1, 31_536_000),
    "startTime": _times,
    "endTime": _times,
    "slice": st.sampled_from(["eMBB", "URLLC", "1-010203", "255"]),
    "language": st.sampled_from(["en", "zh-Hant", "fil"]),
    "rounds": st.integers(1, 1_000_000),
    "participants": st.integers(1, 99) | texts | st.sampled_from(["5", "1e3", "true", "null"]),
    "trigger": st.sampled_from([item.value for item in Trigger]),
    "metric": st.sampled_from([item.value for item in Metric]),
    "symptom": st.sampled_from([item.value for item in Symptom]),
    "subject": st.sampled_from([item.value for item in Subject]),
    "effect": st.sampled_from([item.value for item in Effect]),
}
ODD_VALUES = st.sampled_from(
    [None, True, 0, -1, 1.0, 0.5, 101, 1e9, 10**20, "", "now", "T25:00", "20", [], {}, "Xx", "256"]
)


@st.composite
def _wishes(draw: st.DrawFn, kinds: st.SearchStrategy[Kind]) -> dict[str, Any]:
    kind = draw(kinds)
    carried = sorted(PROFILES[kind].carries)
    names = draw(st.lists(st.sampled_from(carried), unique=True)) if carried else []
    slots = {name: draw(VALUES.get(name, texts)) for name in names}
    return {"kind": kind.value, "slots": slots}


def _unnamed(wish: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        group
        for group in PROFILES[Kind(wish["kind"])].to_be_said
        if not wish["slots"].keys() & group
    ]


@st.composite
def intents(draw: st.DrawFn, kinds: st.SearchStrategy[Kind] = KINDS) -> dict[str, Any]:
    """A valid OperatorIntent of one of ``kinds``."""
    document: dict[str, Any] = draw(_wishes(kinds))
    task = document["kind"] == Kind.TASK_COLLABORATE
    steps = draw(st.lists(_wishes(KINDS), max_size=3 if task else 1))
    ambiguity = [
        draw(st.sampled_from(group)) for wish in (document, *steps) for group in _unnamed(wish)
    ]
    if task and not steps:
        ambiguity.append("subIntents")
    ambiguity += draw(st.lists(texts, max_size=2))
    optional = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "intentId": texts,
                "version": st.sampled_from(["1.0", "1.1", "1.12"]),
                "priority": st.integers(1, 100),
                "language": VALUES["language"],
                "confidence": st.floats(0, 1) | st.integers(0, 1),
                "description": st.text(max_size=20),
            },
        )
    )
    return {**document, "ambiguity": ambiguity, "subIntents": steps, **optional}


@st.composite
def oddities(draw: st.DrawFn) -> dict[str, Any]:
    """An intent with one thing changed, which may make it invalid."""
    document = draw(intents())
    wish = draw(st.sampled_from([document, *document["subIntents"]]))
    match draw(st.integers(0, 6)):
        case 0:
            wish["kind"] = draw(st.sampled_from([*map(str, Kind), "pizza.order"]))
        case 1:
            name = draw(st.sampled_from([*VALUES, "target", "area", "input", "role"]))
            wish["slots"][name] = draw(VALUES.get(name, texts))
        case 2 if wish["slots"]:
            del wish["slots"][draw(st.sampled_from(sorted(wish["slots"])))]
        case 3 if wish["slots"]:
            wish["slots"][draw(st.sampled_from(sorted(wish["slots"])))] = draw(ODD_VALUES)
        case 4 if document["ambiguity"]:
            document["ambiguity"].pop(draw(st.integers(0, len(document["ambiguity"]) - 1)))
        case 5:
            name = draw(st.sampled_from([*document, "version", "language", "confidence", "owner"]))
            document[name] = draw(ODD_VALUES)
        case _:
            del document[draw(st.sampled_from(sorted(document)))]
    return document
