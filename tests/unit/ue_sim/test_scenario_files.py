"""Scenarios: what their files may say, and when an outcome is as expected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ue_sim.scenarios import Scenario, ScenarioError, find, packaged
from ue_sim.scenarios.expectation import Expectation, Outcome, differences

FOUND = Outcome(
    kind="qos.assure",
    status="FULFILLED",
    text="Done: 10 ms for 30 minutes.",
    slots={"latency": 20},
    output={"fiveQi": 80, "current": True, "agents": [{"name": "OCR"}], "tags": ["a", "b"]},
    progress=["understood as qos.assure", "adding a QoS flow"],
    phone={"sessions": [{"qosFlows": [{"fiveQi": 9}, {"fiveQi": 80}]}]},
)
REFUSED = Outcome(kind="qos.assure", status="REJECTED", cause="INFEASIBLE", text="no")


def wrong(expected: dict[str, Any], found: Outcome = FOUND) -> list[str]:
    return differences(Expectation.model_validate(expected), found)


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"kind": "qos.assure", "status": "FULFILLED", "contains": ["10 MS", "minutes"]},
        {"slots": {"latency": 20}, "output": {"fiveQi": 80, "agents.0.name": "OCR"}},
        {"output": {"fiveQi": {"atMost": 80, "atLeast": 80}, "agents": {"count": 1}}},
        {"output": {"tags": {"contains": "b"}, "nothing": {"present": False}}},
        {"output": {"fiveQi": {"oneOf": [9, 80]}, "agents.0.name": {"contains": "oc"}}},
        {"phone": {"sessions.0.qosFlows.1.fiveQi": 80.0}, "progress": "QoS flow"},
    ],
)
def test_as_expected(expected: dict[str, Any]) -> None:
    assert wrong(expected) == []


@pytest.mark.parametrize(
    ("expected", "says"),
    [
        ({"kind": "location.get"}, "kind: expected location.get, got qos.assure"),
        ({"cause": "INFEASIBLE"}, "status: expected FAILED or REJECTED, got FULFILLED"),
        ({"question": True}, "status: expected NEEDS_INPUT, got FULFILLED"),
        ({"contains": "hours"}, "contains: expected 'hours'"),
        ({"progress": "training"}, "progress: expected 'training'"),
        ({"slots": {"latency": 30}}, "slots.latency: expected 30, got 20"),
        ({"output": {"jitter": 5}}, "output.jitter: expected 5, got nothing"),
        ({"output": {"current": 1}}, "output.current: expected 1, got True"),
        ({"output": {"fiveQi": {"atMost": 79}}}, "output.fiveQi: expected {'atMost': 79.0}"),
        ({"output": {"fiveQi": {"atLeast": 81}}}, "output.fiveQi"),
        ({"output": {"current": {"atLeast": 0}}}, "output.current"),
        ({"output": {"agents": {"count": 2}}}, "output.agents"),
        ({"output": {"tags": {"contains": "c"}}}, "output.tags"),
        ({"output": {"fiveQi": {"oneOf": [1, 2]}}}, "output.fiveQi"),
        ({"output": {"fiveQi": {"present": False}}}, "output.fiveQi"),
        ({"output": {"agents.1.name": "OCR"}}, "output.agents.1.name"),
        ({"phone": {"sessions": {"count": 2}}}, "phone.sessions"),
    ],
)
def test_what_differs_is_named(expected: dict[str, Any], says: str) -> None:
    differing = wrong(expected)
    assert len(differing) == 1
    assert differing[0].startswith(says)


def test_a_refusal_is_as_expected_only_for_its_cause() -> None:
    assert wrong({"cause": "INFEASIBLE"}, REFUSED) == []
    assert wrong({"cause": "COMPLIANCE"}, REFUSED) == [
        "cause: expected COMPLIANCE, got REJECTED, INFEASIBLE: 'no'"
    ]
    assert wrong({}, REFUSED) == ["status: expected FULFILLED, got REJECTED, INFEASIBLE: 'no'"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Input should be"),
        ("steps: []", "name: Field required"),
        ("{name: x, steps: [{say: hello, expect: {stat: FULFILLED}}]}", "step 1: expect.stat"),
        ("{name: x, steps: [{wait: 1}, {say: a, expect: {status: OK}}]}", "step 2: expect.status"),
        (
            "{name: x, steps: [{say: a, expect: {cause: NOPE}}]}",
            "step 1: expect.cause: one of UNKNOWN",
        ),
        ("{name: x, steps: [{say: a, wait: 1}]}", "step 1: a step has exactly one of"),
        ("{name: x, steps: [{sing: a}]}", "step 1: a step has exactly one of"),
        ("{name: x, steps: [{say: a, expect: {output: {a: {most: 1}}}}]}", "output.a.most"),
        ("{name: x, steps: [{say: a, expect: {output: {a: {}}}}]}", "a comparison has"),
        ("{name: x, steps: [{say: a, as: nurse}]}", "step 1: there is no phone 'nurse'"),
        ("{name: x, steps: [{move: {cell: b}}]}", "step 1: move.cell: there is no cell 'b'"),
        ("{name: x, phones: {a: {cell: b}}, steps: [{say: a}]}", "phones.a.cell"),
        ("{name: x, supi: '1', steps: [{say: a}]}", "supi: String should match"),
        ("{name: x, steps: [{wait: 0}]}", "step 1: wait"),
        ("{name: x, steps: [{impair: {delay: 5}}]}", "step 1: impair.delay"),
        ("a: [", "not YAML"),
        ("x: " + "9" * 2_000_000, "larger than"),
    ],
)
def test_a_wrong_file_is_told_with_step_and_field(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(file)
    assert str(caught.value).startswith(str(file))
    assert says in str(caught.value)


def test_packaged_scenarios_are_found_by_name_and_can_be_read() -> None:
    for name, path in packaged().items():
        scenario = Scenario.load(find(name))
        assert (scenario.name, find(name)) == (name, path)
        assert scenario.description
    with pytest.raises(ScenarioError, match="no scenario of"):
        find("nowhere")
