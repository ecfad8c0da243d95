"""Intents as Intents of 3GPP's Intent NRM, and back without loss."""

from __future__ import annotations

import copy
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from intent_documents import intents

from nfs.semantics.exchange.exact import NotConvertible, Obstacle
from nfs.semantics.exchange.expectations import FACES
from nfs.semantics.exchange.ts28312 import from_ts28312, to_ts28312
from nfs.semantics.exchange.ts28312_report import to_intent_report
from nfs.semantics.intent import IntentStatus, OperatorIntent, OperatorResult, RefusalClass
from nfs.semantics.ontology.reading import read_intent
from nfs.semantics.vocabulary import Kind

DATA = Path(__file__).parents[2] / "data" / "exchange"
FOLDER = Path(os.environ.get("AGENTNF_3GPP_OPENAPI", DATA / "ts28312"))
FILE = "TS28312_IntentNrm.yaml"


@cache
def nrm(name: str) -> Any:
    """3GPP's file, its alternatives read as ``anyOf``: they overlap (any integer is a number, any
    date-time a string, any expectation a generic one), so that ``oneOf`` would refuse them all."""

    def read(node: Any) -> Any:
        if isinstance(node, list):
            return [read(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {("anyOf" if key == "oneOf" else key): read(item) for key, item in node.items()}

    return read(yaml.safe_load((FOLDER / name).read_text("utf-8")))


def errors(schema: str, document: Any) -> list[str]:
    from openapi_schema_validator import OAS30Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT4

    def retrieve(uri: str) -> Any:
        return Resource(nrm(uri.rpartition("/")[2]), DRAFT4)

    validator = OAS30Validator(
        {"$ref": f"{FILE}#/components/schemas/{schema}"}, registry=Registry(retrieve=retrieve)
    )
    return [f"{e.json_path}: {e.message[:200]}" for e in validator.iter_errors(document)]


SAMPLE = {
    "intentId": "i-1",
    "kind": "qos.assure",
    "slots": {"target": "drone 2", "latency": 30, "reliability": 99.9, "endTime": "T18:00"},
    "priority": 40,
    "confidence": 0.97,
    "description": "drone 2 must stay under 30 ms with 99.9 percent reliability until 6 pm",
}


@pytest.fixture
def sample() -> dict[str, Any]:
    """The NRM's form of SAMPLE, to be changed."""
    return copy.deepcopy(to_ts28312(read_intent(SAMPLE)))


def test_the_sample_is_as_it_was_written_by_hand(sample: dict[str, Any]) -> None:
    assert sample == json.loads((DATA / "ts28312_qos_assure.json").read_text("utf-8"))


def test_every_kind_has_a_face() -> None:
    assert set(FACES) == set(Kind)


@settings(max_examples=60)
@given(intents())
def test_there_and_back(document: dict[str, Any]) -> None:
    intent = read_intent(document)
    there = json.loads(json.dumps(to_ts28312(intent)))
    assert from_ts28312(there) == intent
    assert to_ts28312(from_ts28312(there)) == there


@settings(max_examples=25)
@given(intents())
def test_what_is_written_is_valid_by_3gpps_file(document: dict[str, Any]) -> None:
    assert errors("Intent-Single", to_ts28312(read_intent(document))) == []


def test_the_order_of_contexts_means_nothing(sample: dict[str, Any]) -> None:
    sample["intentContexts"].reverse()
    sample["intentExpectations"][0]["expectationTargets"].reverse()
    assert from_ts28312(sample) == read_intent(SAMPLE)


def put(document: Any, path: str, value: Any) -> None:
    *steps, last = [int(s) if s.isdigit() else s for s in path.strip("/").split("/")]
    for step in steps:
        document = document[step]
    if isinstance(document, list) and last == len(document):
        document.append(value)
    elif value is ...:
        del document[last]
    else:
        document[last] = value


RADIO = {"targetName": "WeakRSRPRatio", "targetCondition": "IS_LESS_THAN", "targetValueRange": 5}
NEVER = {"contextAttribute": "color", "contextCondition": "IS_EQUAL_TO", "contextValueRange": "red"}


@pytest.mark.parametrize(
    ("path", "value", "obstacle"),
    [
        ("/intentMgmtPurpose", "FEASIBILITYCHECK", Obstacle.NOT_OF_THE_PROFILE),
        ("/intentPreemptionCapability", "TRUE", Obstacle.NOT_OF_THE_PROFILE),
        ("/observationPeriod", 60, Obstacle.NOT_OF_THE_PROFILE),
        ("/contextSelectivity", ..., Obstacle.MALFORMED),
        ("/intentContexts/3", NEVER, Obstacle.NOT_OF_THE_PROFILE),
        ("/intentExpectations/0/expectationVerb", "DELIVER", Obstacle.NOT_OF_THE_PROFILE),
        (
            "/intentExpectations/0/expectationTargets/0/targetCondition",
            "IS_LESS_THAN",
            Obstacle.NOT_OF_THE_PROFILE,
        ),
        ("/intentExpectations/0/expectationObject/objectInstance", "x=1", None),
        ("/intentExpectations/0/expectationContexts", [], Obstacle.MALFORMED),
        ("/intentExpectations", [], Obstacle.MALFORMED),
        ("/objectClass", "MeContext", Obstacle.MALFORMED),
    ],
)
def test_what_is_foreign_is_refused_with_its_place(
    path: str, value: Any, obstacle: Obstacle | None, sample: dict[str, Any]
) -> None:
    put(sample, path, value)
    with pytest.raises(NotConvertible) as refused:
        from_ts28312(sample)
    assert (refused.value.path, refused.value.obstacle) == (
        path,
        obstacle or Obstacle.NOT_OF_THE_PROFILE,
    )


@pytest.mark.parametrize("document", [None, [], 3, "x", {}, {"id": None}])
def test_what_is_no_intent_at_all(document: Any) -> None:
    with pytest.raises(NotConvertible):
        from_ts28312(document)


def test_a_target_of_another_expectation_type(sample: dict[str, Any]) -> None:
    sample["intentExpectations"][0]["expectationTargets"].append(RADIO)
    with pytest.raises(NotConvertible) as refused:
        from_ts28312(sample)
    assert refused.value.path == "/intentExpectations/0/expectationTargets/2"


def test_of_a_foreign_target_the_nearest_slot_is_told(sample: dict[str, Any]) -> None:
    sample["intentExpectations"][0]["expectationTargets"][0]["targetName"] = "DlLatency"
    with pytest.raises(NotConvertible, match="near to it is latency") as refused:
        from_ts28312(sample)
    assert refused.value.path == "/intentExpectations/0/expectationTargets/0"


def result(status: IntentStatus, **changes: Any) -> OperatorResult:
    body = {"intentId": "i-1", "kind": "qos.assure", "status": status}
    return OperatorResult.model_validate(body | changes)


@pytest.mark.parametrize("status", IntentStatus)
def test_a_report_of_every_status_is_valid_by_3gpps_file(status: IntentStatus) -> None:
    report = to_intent_report(result(status, question="which?"))
    assert errors("IntentReport-Single", report) == []
    info = report["intentFulfilmentReport"]["intentFulfilmentInfo"]  # type: ignore[index,call-overload]
    assert (info["fulfilmentStatus"] == "FULFILLED") == (status is IntentStatus.FULFILLED)  # type: ignore[index,call-overload]


def test_targets_are_reported_one_by_one() -> None:
    intent = OperatorIntent.model_validate(
        {"kind": "qos.assure", "slots": {"latency": 20, "reliability": 99, "jitter": 2}}
    )
    achieved = [
        {"targetName": "latency", "value": 35, "unit": "ms"},
        {"targetName": "reliability", "value": 99.5, "unit": "percent"},
    ]
    report: Any = to_intent_report(result(IntentStatus.FULFILLED, achieved=achieved), intent)
    assert errors("IntentReport-Single", report) == []
    told = report["intentFulfilmentReport"]["expectationFulfilmentResult"][0]
    by_name = {t["targetName"]: t for t in told["targetFulfilmentResult"]}
    assert by_name["latency"]["targetAchievedValue"] == 35
    assert by_name["latency"]["targetFulfilmentInfo"]["notFullfilledState"] == "DEGRADED"
    assert by_name["reliability"]["targetFulfilmentInfo"] == {"fulfilmentStatus": "FULFILLED"}
    assert "targetAchievedValue" not in by_name["jitter"]


def test_steps_are_reported_one_by_one() -> None:
    steps = [{"kind": "location.get"}, {"kind": "qos.assure", "slots": {"latency": 20}}]
    intent = read_intent({"kind": "task.collaborate", "subIntents": steps})
    done = result(IntentStatus.FULFILLED, kind="location.get").to_json()
    failed = result(IntentStatus.FAILED, cause="EXECUTION").to_json()
    told = result(IntentStatus.FULFILLED, kind=intent.kind, output={"results": [done, failed]})
    report: Any = to_intent_report(told, intent)
    assert errors("IntentReport-Single", report) == []
    parts = report["intentFulfilmentReport"]["expectationFulfilmentResult"]
    assert [part["expectaitonId"] for part in parts] == ["0", "1", "2"]
    states = [part["expectationFulfilmentInfo"].get("notFullfilledState") for part in parts]
    assert states == [None, None, "FULFILMENTFAILED"]
    assert parts[2]["targetFulfilmentResult"][0]["targetName"] == "latency"


@pytest.mark.parametrize(
    ("cause", "check"),
    [
        (RefusalClass.INFEASIBLE, ("INFEASIBLE", "too far")),
        (RefusalClass.NOT_UNDERSTOOD, ("INFEASIBLE", "INVALID_INTENT_EXPRESSION")),
        (RefusalClass.SUBSCRIPTION, None),
    ],
)
def test_feasibility(cause: RefusalClass, check: tuple[str, str] | None) -> None:
    refused = result(IntentStatus.REJECTED, cause=cause, output={"reason": "too far"})
    report: Any = to_intent_report(refused)
    assert errors("IntentReport-Single", report) == []
    told = report.get("intentFeasibilityCheckReport")
    assert (told and (told["feasibilityCheckResult"], told["infeasibilityReason"])) == check
    reasons = report["intentFulfilmentReport"]["intentFulfilmentInfo"]["notFulfilledReasons"]
    assert reasons == [cause.value, "too far"]


def test_conflicts() -> None:
    conflict = {
        "conflictId": "1",
        "conflictType": "TARGET_CONFLICT",
        "conflictingTarget": "latency",
    }
    refused = result(IntentStatus.REJECTED, cause="INFEASIBLE", output={"conflicts": [conflict]})
    report: Any = to_intent_report(refused)
    assert errors("IntentReport-Single", report) == []
    assert report["intentConflictReports"] == [conflict]
    check = report["intentFeasibilityCheckReport"]
    assert check["infeasibilityReason"] == "INTENT_CONFLICT"
