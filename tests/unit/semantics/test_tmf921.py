"""Intents as TMF921 Intent resources, and back without loss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from intent_documents import intents

from nfs.semantics.exchange.exact import NotConvertible, Obstacle
from nfs.semantics.exchange.tmf921 import from_tmf921, to_tmf921
from nfs.semantics.ontology.reading import read_intent

DATA = Path(__file__).parents[2] / "data" / "exchange"
WISH = {
    "intentId": "i-1",
    "kind": "qos.assure",
    "slots": {"target": "drone 2", "latency": 30, "reliability": 99.9, "endTime": "T18:00"},
    "priority": 40,
    "confidence": 0.97,
    "description": "drone 2 must stay under 30 ms with 99.9 percent reliability until 6 pm",
}


@pytest.fixture
def sample() -> Any:
    return json.loads((DATA / "tmf921_qos_assure.json").read_text("utf-8"))


def test_the_sample_is_the_intent(sample: Any) -> None:
    assert from_tmf921(sample) == read_intent(WISH)
    assert to_tmf921(read_intent(WISH)) == sample


@settings(max_examples=60)
@given(intents())
def test_there_and_back(document: dict[str, Any]) -> None:
    intent = read_intent(document)
    there = json.loads(json.dumps(to_tmf921(intent)))
    assert from_tmf921(there) == intent
    assert to_tmf921(from_tmf921(there)) == there


VALUE = "/expression/expressionValue"
WANTED = f"{VALUE}/log:allOf/@list/0"


def put(document: Any, path: str, value: Any) -> None:
    *steps, last = [int(s) if s.isdigit() else s for s in path.strip("/").split("/")]
    for step in steps:
        document = document[step]
    if isinstance(document, list) and last == len(document):
        document.append(value)
    else:
        document[last] = value


@pytest.mark.parametrize(
    ("path", "value", "obstacle"),
    [
        ("/validFor", {"startDateTime": "2026-01-01T00:00:00Z"}, Obstacle.NOT_OF_THE_PROFILE),
        ("/relatedParty", [], Obstacle.NOT_OF_THE_PROFILE),
        ("/name", "IR1_1_Construction", Obstacle.NOT_OF_THE_PROFILE),
        ("/isBundle", True, Obstacle.NOT_OF_THE_PROFILE),
        ("/priority", "high", Obstacle.MALFORMED),
        ("/characteristic/3", {"name": "colour", "value": "red"}, Obstacle.NOT_OF_THE_PROFILE),
        ("/expression/@type", "TurtleExpression", Obstacle.NOT_OF_THE_PROFILE),
        (VALUE, "@prefix icm: <http://tio.models.tmforum.org/> .", Obstacle.MALFORMED),
        (f"{WANTED}/@type", "icm:ReportingExpectation", Obstacle.NOT_OF_THE_PROFILE),
        (f"{WANTED}/anf:kind", "pizza.order", Obstacle.MALFORMED),
        (f"{WANTED}/icm:target/ex:colour", "red", Obstacle.NOT_OF_THE_PROFILE),
        (f"{WANTED}/log:allOf/@list/2", {"set:forAll": {}}, Obstacle.NOT_OF_THE_PROFILE),
    ],
)
def test_what_is_foreign_is_refused_with_its_place(
    path: str, value: Any, obstacle: Obstacle, sample: Any
) -> None:
    put(sample, path, value)
    with pytest.raises(NotConvertible) as refused:
        from_tmf921(sample)
    assert (refused.value.path, refused.value.obstacle) == (path, obstacle)


def test_another_unit_is_not_taken_for_ours(sample: Any) -> None:
    conditions = sample["expression"]["expressionValue"]["log:allOf"]["@list"][0]["log:allOf"]
    conditions["@list"][0]["set:forAll"]["quan:atMost"]["quan:unit"] = "s"
    with pytest.raises(NotConvertible) as refused:
        from_tmf921(sample)
    assert refused.value.path.endswith("/@list/0/set:forAll/quan:atMost/quan:unit")


@pytest.mark.parametrize("document", [None, [], 3, "x", {}, {"@type": "Intent"}])
def test_what_is_no_intent_at_all(document: Any) -> None:
    with pytest.raises(NotConvertible):
        from_tmf921(document)
