from __future__ import annotations

import pytest
from pydantic import ValidationError

from nfs.semantics.intent import (
    AchievedTarget,
    IntentStatus,
    OperatorIntent,
    OperatorResult,
    RefusalClass,
    Slots,
    SubIntent,
)
from nfs.semantics.vocabulary import PROFILES, Kind, capability_id, capability_name


def test_wire_form_is_camel_case_without_absent_slots() -> None:
    intent = OperatorIntent(
        kind=Kind.QOS_ASSURE, slots=Slots(latency=20, duration_seconds=1800), description="x"
    )
    assert intent.to_json() == {
        "version": "1.1",
        "kind": "qos.assure",
        "slots": {"latency": 20, "durationSeconds": 1800},
        "ambiguity": [],
        "subIntents": [],
        "language": "en",
        "confidence": 1.0,
        "description": "x",
    }


def test_wire_form_reads_back() -> None:
    step = SubIntent(kind=Kind.LOCATION_GET, slots=Slots(target="truck 7", accuracy=2.5))
    intent = OperatorIntent(
        intent_id="i-1", kind=Kind.TASK_COLLABORATE, sub_intents=[step], ambiguity=["area"]
    )
    assert OperatorIntent.model_validate(intent.to_json()) == intent


@pytest.mark.parametrize(
    "slots",
    [
        {"latency": 0},
        {"latency": 1e6},
        {"latency": "nan"},
        {"jitter": -1},
        {"reliability": 100.1},
        {"packetLoss": -0.1},
        {"durationSeconds": 0},
        {"durationSeconds": 1.5},
        {"startTime": "tomorrow"},
        {"startTime": "T25:00"},
        {"startTime": "2026-13-01T10:00"},
        {"endTime": "+"},
        {"slice": "256"},
        {"slice": "1-01020"},
        {"trigger": "CROSS"},
        {"language": "German"},
        {"application": ""},
        {"target": "x" * 257},
        {"speed": 1e9},
        {"rounds": 0},
        {"role": "administrator"},
    ],
)
def test_slots_out_of_the_vocabulary_are_refused(slots: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Slots.model_validate(slots)


@pytest.mark.parametrize(
    "slots",
    [
        {"startTime": "now"},
        {"startTime": "+600"},
        {"startTime": "T18:00"},
        {"endTime": "2026-11-20T18:00:00+01:00"},
        {"slice": "1-010203"},
        {"slice": "URLLC"},
        {"packetLoss": 0},
        {"participants": 20},
        {"participants": "5 base stations"},
    ],
)
def test_slots_of_the_vocabulary_are_kept_as_they_are(slots: dict[str, object]) -> None:
    assert Slots.model_validate(slots).to_json() == slots


def test_unknown_attributes_are_refused() -> None:
    with pytest.raises(ValidationError):
        OperatorIntent.model_validate({"kind": "location.get", "role": "administrator"})


def test_targets_use_the_conditions_of_ts_28_312() -> None:
    slots = Slots(latency=20, uplink_throughput=12, reliability=99.9, application="game")
    assert [t.to_json() for t in slots.targets()] == [
        {
            "targetName": "latency",
            "targetCondition": "IS_EQUAL_TO_OR_LESS_THAN",
            "targetValueRange": 20,
            "unit": "ms",
        },
        {
            "targetName": "uplinkThroughput",
            "targetCondition": "IS_EQUAL_TO_OR_GREATER_THAN",
            "targetValueRange": 12,
            "unit": "Mbit/s",
        },
        {
            "targetName": "reliability",
            "targetCondition": "IS_EQUAL_TO_OR_GREATER_THAN",
            "targetValueRange": 99.9,
            "unit": "percent",
        },
    ]


def test_result_reads_back() -> None:
    result = OperatorResult(
        intent_id="i-1",
        kind=Kind.QOS_ASSURE,
        status=IntentStatus.REJECTED,
        cause=RefusalClass.SUBSCRIPTION,
        output={"fiveQi": 80, "location": {"cell": "000000010"}},
        achieved=[AchievedTarget(target_name="latency", value=18.5, unit="ms")],
    )
    assert OperatorResult.model_validate(result.to_json()) == result


def test_every_kind_has_a_profile_of_known_slots() -> None:
    known = {field.alias for field in Slots.model_fields.values()}
    assert set(PROFILES) == set(Kind)
    for profile in PROFILES.values():
        assert profile.carries <= known
        assert {slot for group in profile.needs for slot in group} <= profile.carries


def test_missing_groups_are_named_after_their_first_member() -> None:
    profile = PROFILES[Kind.SESSION_ESTABLISH]
    assert profile.missing(set()) == ["dnn"]
    assert profile.missing({"slice"}) == []
    assert PROFILES[Kind.POLICY_SET].missing({"effect"}) == ["subject"]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("OCR", "/capability/ocr"),
        ("/capability/translation", "/capability/translation"),
        ("Speech Recognition", "/capability/speech-to-text"),
        ("text_summarization".replace("_", " "), "/capability/summarisation"),
        ("Weather Forecast", "/capability/weather-forecast"),
    ],
)
def test_capability_id(name: str, path: str) -> None:
    assert capability_id(name) == path
    assert capability_id(capability_name(name)) == path


def test_capability_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="not a capability"):
        capability_id(" - ")
