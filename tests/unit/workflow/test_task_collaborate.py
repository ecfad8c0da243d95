"""Several wishes in one text: what goes on with what, and what stands for itself."""

from __future__ import annotations

from typing import Any

import pytest

from nfs.semantics.analyser import analyse
from nfs.semantics.intent import OperatorIntent
from nfs.workflow.kinds.task_collaborate import wishes


def shape(text: str) -> list[str]:
    """Each wish as its kind, or the capabilities and kinds of its parts."""

    def of(intent: OperatorIntent) -> str:
        if len(intent.sub_intents) < 2:
            return str(intent.kind)
        return " > ".join(str(sub.slots.capability or sub.kind) for sub in intent.sub_intents)

    return [of(wish) for wish in wishes(analyse(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("read the sign and translate it into German", ["ocr > translation"]),
        (
            "First transcribe the meeting, then summarise it and translate the summary into French",
            ["speech-to-text > summarisation > translation"],
        ),
        ("先识别照片里的文字，再翻译成英语，最后读出来", ["ocr > translation > text-to-speech"]),
        (
            "locate my car and raise the navigation to 5 Mbit/s",
            ["location.get", "qos.assure"],
        ),
        (
            "translate 'where is the station' into German and tell me where my phone is",
            ["agent.invoke", "location.get"],
        ),
        (
            "Connect my laptop to the company intranet and give Zoom priority",
            ["session.establish > qos.assure"],
        ),
        ("where is my bike", ["location.get"]),
    ],
)
def test_what_goes_on_with_what(text: str, expected: list[str]) -> None:
    assert shape(text) == expected


def task(*subs: dict[str, Any], **slots: Any) -> OperatorIntent:
    body = {"kind": "task.collaborate", "slots": slots, "subIntents": subs}
    return OperatorIntent.model_validate(body)


def test_a_chain_among_wishes_stays_one() -> None:
    found = wishes(
        task(
            {"kind": "agent.invoke", "slots": {"capability": "ocr", "input": "sign"}},
            {"kind": "location.get", "slots": {"target": "bike"}},
            {"kind": "agent.invoke", "slots": {"capability": "translation", "input": "the text"}},
        )
    )
    assert [(wish.kind, len(wish.sub_intents)) for wish in found] == [
        ("task.collaborate", 2),
        ("location.get", 0),
    ]


def test_what_has_its_own_input_goes_on_with_nothing() -> None:
    invoke = {"kind": "agent.invoke"}
    first = {"capability": "ocr", "input": "sign"}
    second = {"capability": "translation", "input": "good morning", "language": "de"}
    assert len(wishes(task(invoke | {"slots": first}, invoke | {"slots": second}))) == 2


def test_a_time_said_of_the_whole_is_of_every_wish_that_lasts() -> None:
    subs = [
        {"kind": "qos.assure", "slots": {"latency": 20}},
        {"kind": "qos.assure", "slots": {"latency": 50, "durationSeconds": 60}},
        {"kind": "location.get"},
    ]
    found = wishes(task(*subs, durationSeconds=3600))
    assert [wish.slots.duration_seconds for wish in found] == [3600, 60, None]
