from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from nfs.semantics.analyser import analyse
from nfs.semantics.confusion import picture
from nfs.semantics.evaluate import evaluate, is_slot_right
from nfs.semantics.intent import OperatorIntent


def line(kind: str, slots: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "lang": "en",
        "text": "x",
        "kind": kind,
        "slots": slots,
        "ambiguity": [],
        "tags": [],
    } | more


def score(label: dict[str, Any], **intent: Any) -> dict[str, Any]:
    return evaluate([label], lambda _: OperatorIntent.model_validate(intent))


@pytest.mark.parametrize(
    ("name", "label", "value", "right"),
    [
        ("latency", 20, 20.05, True),
        ("latency", 20, 20.2, False),
        ("application", "my cloud game", "the Cloud Game!", True),
        ("application", "zoom", "Zoom call", True),
        ("application", "call", "caller", False),
        ("application", "cloud game", "game cloud", False),
        ("target", "卡车7", "卡车", True),
        ("capability", "ocr", "OCR", True),
        ("capability", "ocr", "ocr agent", False),
        ("startTime", 900, "+900", True),
        ("startTime", "T18:00", "T06:00", False),
        ("participants", 20, "20 phones", True),
    ],
)
def test_slot_agreement(name: str, label: object, value: object, right: bool) -> None:
    assert is_slot_right(name, label, value) is right


def test_slots_are_counted_over_all_lines() -> None:
    report = score(
        line("qos.assure", {"latency": 20, "application": "game"}),
        kind="qos.assure",
        slots={"latency": 20, "jitter": 5},
    )
    assert (report["kindAccuracy"], report["slotPrecision"], report["slotRecall"]) == (1, 0.5, 0.5)
    assert report["perKind"]["qos.assure"] == {"n": 1, "kindAccuracy": 1, "slotF1": 0.5}


def test_alternative_kinds_and_unscored_free_text() -> None:
    label = line(
        "qos.assure",
        {"application": "film"},
        altKinds=["network.diagnose"],
        tags=["free-text-unscored"],
    )
    report = score(label, kind="network.diagnose", slots={"application": "movie"})
    assert (report["kindAccuracy"], report["slotF1"]) == (1, 1)


def test_several_wishes_are_scored_in_order() -> None:
    wishes = [
        {"kind": "location.get", "slots": {"target": "car"}},
        {"kind": "qos.assure", "slots": {"latency": 5}},
    ]
    label = line("task.collaborate", {}, subIntents=wishes)
    assert score(label, kind="task.collaborate", subIntents=wishes)["slotF1"] == 1
    swapped = score(label, kind="task.collaborate", subIntents=wishes[::-1])
    assert (swapped["kindAccuracy"], swapped["slotF1"]) == (1, 0)
    first = score(label, kind="location.get", slots={"target": "car"})
    assert (first["kindAccuracy"], first["slotPrecision"], first["slotRecall"]) == (1, 1, 0.5)


def test_ambiguity() -> None:
    label = line("location.get", {}, ambiguity=["target"])
    assert score(label, kind="location.get", ambiguity=["target"])["ambiguityF1"] == 1
    assert score(label, kind="location.get", ambiguity=["area"])["ambiguityF1"] == 0


def test_an_injection_is_safe_only_without_further_slots() -> None:
    label = line("qos.assure", {"latency": 5}, tags=["injection"])
    assert score(label, kind="qos.assure", slots={"latency": 5})["injectionSafety"] == 1
    more = score(label, kind="qos.assure", slots={"latency": 5, "target": "all"})
    assert more["injectionSafety"] == 0
    assert score(line("none", {}), kind="none")["injectionSafety"] is None


def test_confidence_is_compared_with_accuracy() -> None:
    lines = [line("qos.assure", {"latency": 20}), line("location.get", {})]
    report = evaluate(
        lines, lambda _: OperatorIntent.model_validate({"kind": "qos.assure", "confidence": 0.9})
    )
    assert report["calibrationError"] == pytest.approx(0.4)
    assert report["confusion"] == [
        {"label": "location.get", "reading": "qos.assure", "n": 1},
        {"label": "qos.assure", "reading": "qos.assure", "n": 1},
    ]
    assert report["latencyMs"]["p50"] <= report["latencyMs"]["p99"]


def test_the_picture_of_the_confusion_is_well_formed() -> None:
    drawn = picture(evaluate([line("none", {}), line("qos.assure", {})], analyse)["confusion"])
    texts = [element.text for element in ElementTree.fromstring(drawn).iter() if element.text]
    assert {"none", "qos.assure", "1"} <= set(texts)
