"""The published JSON Schemas, and that they say what the models say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intent_documents import intents, oddities
from intent_lines import labelled
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from nfs.semantics.intent import IntentStatus, OperatorResult
from nfs.semantics.ontology.reading import IntentError, read_intent
from nfs.semantics.schema import documents, intent_schema, result_schema
from nfs.semantics.vocabulary import PROFILES, Kind

FOLDER = Path(__file__).parents[3] / "sbi_specs" / "schemas"
INTENT = Draft202012Validator(intent_schema())
RESULT = Draft202012Validator(result_schema())
LINES = ("dev", "paraphrases", "phrasings")


def accepted(document: Any) -> bool:
    try:
        read_intent(document)
    except IntentError:
        return False
    return True


def as_intent(line: dict[str, Any]) -> dict[str, Any]:
    """The label as a document. A line whose free text is not labelled leaves it open; the one
    start time that is written as a number stands for so many seconds from now."""
    slots = dict(line["slots"])
    if isinstance(slots.get("startTime"), int):
        slots["startTime"] = f"+{slots['startTime']}"
    steps = line.get("subIntents", [])
    ambiguity = list(line["ambiguity"])
    if "free-text-unscored" in line["tags"]:
        for wish in (line, *steps):
            ambiguity += PROFILES[Kind(wish["kind"])].missing(set(wish["slots"]))
    return {"kind": line["kind"], "slots": slots, "ambiguity": ambiguity, "subIntents": steps}


def test_the_published_files_are_up_to_date() -> None:
    written = documents()
    assert {path.name for path in FOLDER.iterdir()} == set(written)
    for name, text in written.items():
        assert (FOLDER / name).read_text("utf-8") == text


@pytest.mark.parametrize("schema", [intent_schema(), result_schema()])
def test_they_are_schemas_of_draft_2020_12(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", LINES)
def test_every_labelled_intent_is_valid(name: str) -> None:
    for line in labelled(name):
        document = as_intent(line)
        assert not list(INTENT.iter_errors(document)), line["id"]
        assert accepted(document), line["id"]


@settings(max_examples=60)
@given(intents())
def test_every_intent_is_valid_and_reads_back(document: dict[str, Any]) -> None:
    assert INTENT.is_valid(document)
    assert INTENT.is_valid(read_intent(document).to_json())


@settings(max_examples=150)
@given(oddities())
def test_the_schema_accepts_what_the_model_accepts(document: dict[str, Any]) -> None:
    assert INTENT.is_valid(document) == accepted(document)


@pytest.mark.parametrize(
    ("document", "rule", "path"),
    [
        (
            {"kind": "location.get", "slots": {"latency": 5}},
            "slot-not-carried",
            "/slots/latency",
        ),
        ({"kind": "none", "slots": {"target": "x"}}, "slot-not-carried", "/slots/target"),
        ({"kind": "location.geofence", "slots": {"target": "x"}}, "need-unnamed", "/slots"),
        ({"kind": "task.collaborate"}, "task-without-steps", "/subIntents"),
        (
            {"kind": "task.collaborate", "subIntents": [{"kind": "session.establish"}]},
            "need-unnamed",
            "/subIntents/0/slots",
        ),
        (
            {"kind": "qos.assure", "subIntents": [{"kind": "qos.assure", "slots": {"dnn": "x"}}]},
            "slot-not-carried",
            "/subIntents/0/slots/dnn",
        ),
        ({"kind": "qos.assure", "slots": {"latency": "20"}}, "value-malformed", "/slots/latency"),
        ({"kind": "qos.assure", "slots": {"latency": None}}, "value-malformed", "/slots/latency"),
        ({"kind": "qos.assure", "version": "2.0"}, "value-malformed", "/version"),
        ({"kind": "intent.status", "intent_id": "x"}, "attribute-unknown", "/intent_id"),
        ({}, "value-malformed", "/kind"),
        ([], "value-malformed", ""),
    ],
)
def test_a_refusal_names_its_rule_and_the_place(document: Any, rule: str, path: str) -> None:
    assert not INTENT.is_valid(document)
    with pytest.raises(IntentError) as refused:
        read_intent(document)
    assert [(v.rule, v.path) for v in refused.value.violations] == [(rule, path)]


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "location.get"},
        {"kind": "privateline.create", "slots": {"endpointB": "depot"}},
        {"kind": "location.geofence", "ambiguity": ["area"]},
        {"kind": "compute.inference", "slots": {"capability": "ocr"}},
        {"kind": "compute.inference", "ambiguity": ["capability"]},
        {"kind": "task.collaborate", "ambiguity": ["subIntents"]},
        {
            "kind": "task.collaborate",
            "subIntents": [{"kind": "session.establish"}],
            "ambiguity": ["dnn"],
        },
    ],
)
def test_what_is_open_is_named_but_for_the_asking_device(document: dict[str, Any]) -> None:
    assert INTENT.is_valid(document)
    assert accepted(document)


@given(
    st.fixed_dictionaries(
        {"intentId": st.just("i"), "kind": st.sampled_from(list(Kind))},
        optional={
            "status": st.sampled_from([*IntentStatus, "DONE"]),
            "cause": st.sampled_from(["INFEASIBLE", "WHIM", 3]),
            "question": st.text(max_size=3) | st.integers(),
            "output": st.dictionaries(st.text(max_size=3), st.integers() | st.none()),
            "achieved": st.just([{"targetName": "latency", "value": 3, "unit": "ms"}]),
        },
    )
)
def test_results(document: dict[str, Any]) -> None:
    try:
        OperatorResult.model_validate(document)
    except ValidationError:
        assert not RESULT.is_valid(document)
    else:
        assert RESULT.is_valid(document)
