from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.agents.summarisation import MAX_SENTENCES, MAX_TEXT, summarise
from nfs.common.agents.task import TaskRejected

REPORT = (
    "The core network registers agents at the gateway. "
    "The weather was nice. "
    "Every agent has an identity that the gateway allocates. "
    "Lunch was at noon. "
    "The gateway finds agents by capability, so an agent needs no address of another agent. "
    "Somebody took a photo."
)


def test_the_telling_sentences_stay_in_their_order() -> None:
    assert summarise(REPORT) == (
        "The core network registers agents at the gateway. "
        "The gateway finds agents by capability, so an agent needs no address of another agent."
    )


def test_how_many_sentences_can_be_asked_for() -> None:
    assert summarise(REPORT, 1).count(".") == 1
    assert summarise(REPORT, 100).count(".") == 5, "a summary leaves something out"


def test_numbers_do_not_end_a_sentence() -> None:
    text = "Release 1.2.3 of the gateway is out. Its gateway is fast. Bread costs 2.50 euros."
    assert summarise(text) == "Release 1.2.3 of the gateway is out."


def test_text_without_spaces() -> None:
    text = "网关注册代理。今天天气好。网关分配代理身份。中午吃饭。网关发现代理。"
    summary = summarise(text)
    assert " " not in summary
    assert "网关" in summary
    assert "吃饭" not in summary


@pytest.mark.parametrize("text", ["", "One sentence.", "One. Two.", "...", "? ! ?"])
def test_a_short_text_is_refused(text: str) -> None:
    with pytest.raises(TaskRejected, match="too short"):
        summarise(text)


def test_a_long_text_is_refused() -> None:
    with pytest.raises(TaskRejected, match=str(MAX_TEXT)):
        summarise("a. " * MAX_TEXT)


@given(st.text(max_size=500))
def test_a_summary_is_made_of_the_text(text: str) -> None:
    try:
        summary = summarise(text)
    except TaskRejected:
        return
    assert summary
    assert len(summary) <= len(text) + MAX_SENTENCES
