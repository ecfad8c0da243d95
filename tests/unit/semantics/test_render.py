from __future__ import annotations

from typing import Any

import pytest

from nfs.semantics.analyser.language import guess_language
from nfs.semantics.intent import OperatorResult, RefusalClass, Slots
from nfs.semantics.render import ask, quoted, render, sentence
from nfs.semantics.resources import supported_languages
from nfs.semantics.vocabulary import Kind


def result(kind: str, status: str = "FULFILLED", **more: Any) -> OperatorResult:
    return OperatorResult.model_validate({"intentId": "i-1", "kind": kind, "status": status} | more)


@pytest.mark.parametrize(
    ("kind", "output", "text"),
    [
        (
            "location.get",
            {"target": "truck 7", "location": {"latitude": 52.5, "longitude": 13.4}},
            "Truck 7 is at latitude 52.5, longitude 13.4.",
        ),
        ("location.get", {"location": {"cell": "000000010"}}, "You are in cell 000000010."),
        ("reachability.get", {"target": "it", "reachable": False}, "It is not reachable."),
        ("agent.discover", {"agents": [{"name": "Lex"}, {"aic": "1.2"}, {"name": "Rex"}]},
         "These agents can do it: Lex, 1.2 and Rex."),
        ("agent.invoke", {"text": "wo ist der {Bahnhof}?"}, "Wo ist der {Bahnhof}?"),
        ("energy.save", {"durationSeconds": 5400}, "Saving energy for 1 hour and 30 minutes."),
        ("session.establish", {}, "You are connected."),
        ("policy.set", {"subject": "location", "effect": "DENY", "durationSeconds": 60},
         "Done: the use of your location is forbidden for 1 minute."),
        ("location.geofence", {"area": "the yard"},
         "You will be told when you cross the border of the yard."),
        ("compute.inference", {}, "Done."),
    ],
)  # fmt: skip
def test_results(kind: str, output: dict[str, Any], text: str) -> None:
    assert render(result(kind, output=output)) == text


def test_achieved_targets_are_told_with_their_units() -> None:
    achieved = [
        {"targetName": "latency", "value": 18.0, "unit": "ms"},
        {"targetName": "reliability", "value": 99.999, "unit": "percent"},
    ]
    output = {"application": "your game", "durationSeconds": 1800}
    text = render(result("qos.assure", output=output, achieved=achieved), "en-GB")
    assert text == "Done: your game now has 18 ms latency and 99.999 % reliability for 30 minutes."


def test_a_refusal_tells_the_class_that_failed() -> None:
    texts = {render(result("location.get", "REJECTED", cause=cause)) for cause in RefusalClass}
    assert len(texts) == len(RefusalClass)
    assert "Your subscription does not include that." in texts


@pytest.mark.parametrize(
    ("kind", "output", "language", "text"),
    [
        ("location.geofence", {"event": "ENTER", "target": "my bike", "area": "the yard"}, "en",
         "My bike has entered the yard."),
        ("location.geofence", {"event": "LEAVE", "area": "den Hof"}, "de",
         "Sie haben den Hof verlassen."),
        ("qos.assure", {"event": "NO-SUCH"}, "en", "Your request is being worked on."),
        ("qos.assure", {"event": ["?"]}, "en", "Your request is being worked on."),
    ],
)  # fmt: skip
def test_reports(kind: str, output: dict[str, Any], language: str, text: str) -> None:
    assert render(result(kind, "IN_PROGRESS", output=output), language) == text


def test_questions_and_states() -> None:
    assert render(result("location.get", "NEEDS_INPUT", question="Which one?")) == "Which one?"
    assert render(result("location.get", "IN_PROGRESS")) == "Your request is being worked on."
    assert ask(["target", "zone"]) == (
        "Which device or person do you mean? Please say more about: zone."
    )


def test_every_kind_has_a_text_and_every_slot_a_question() -> None:
    for kind in Kind:
        assert render(result(kind, output={"text": "x"}), "xx")
    for name in Slots.model_fields:
        assert ask([name])


@pytest.mark.parametrize("language", sorted(supported_languages()))
def test_closed_values_lists_and_quotations_are_of_the_language(language: str) -> None:
    output = {"metric": "congestion", "value": "low", "area": "X"}
    told = render(result("analytics.query", output=output), language)
    assert language == "en" or not ("congestion" in told or "low" in told)
    assert len(quoted("X", language)) > len("X")
    unreadable = ", " if language in {"ar", "ja", "zh"} else "、"
    three = {"agents": ["A", "B", "C"]}
    assert unreadable not in render(result("agent.discover", output=three), language)


def test_a_reason_is_a_sentence() -> None:
    assert sentence("no agent offers it") == "No agent offers it."
    assert sentence("Which one?") == "Which one?"


@pytest.mark.parametrize(
    ("text", "language"), [("oui", "fr"), ("🎮🚀", "fr"), ("20", "fr"), ("where am I", "en")]
)
def test_a_language_goes_on_while_nothing_tells_another(text: str, language: str) -> None:
    assert guess_language(text, default="fr") == language
