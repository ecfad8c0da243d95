"""Impossible numbers and times: what cannot be is left open, and an analysis is always valid."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nfs.semantics.analyser import TextError, analyse
from nfs.semantics.analyser.wishes import MAX_WISHES
from nfs.semantics.ontology.reading import read_intent


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("I need latency below -5 ms", "latency"),
        ("latency of minus five milliseconds please", "latency"),
        ("0 ms latency for my game", "latency"),
        ("latency under 0.0000001 ms", "latency"),
        ("latency below 99999999999999999999 ms", "latency"),
        (f"latency below {'9' * 3000} ms", "latency"),
        ("I want 200 % reliability", "reliability"),
        ("-3 % packet loss", "packetLoss"),
        ("keep packet loss below 300 percent", "packetLoss"),
        ("give me 0 Mbit/s download", "downlinkThroughput"),
        ("give me -10 Mbit/s", "downlinkThroughput"),
        ("give me 99999999999999999999 Gbit/s for the upload", "uplinkThroughput"),
        ("for 0 seconds keep my game fast", "durationSeconds"),
        ("for -10 minutes keep my game under 20 ms", "durationSeconds"),
        ("keep my game under 20 ms for 999999999999 hours", "durationSeconds"),
        ("keep my game under 20 ms from 2026-13-45T99:99", "startTime"),
        ("locate my phone with -3 m accuracy", "accuracy"),
        ("locate my phone within 99999999999 km", "accuracy"),
        ("I drive to Berlin at -50 km/h", "speed"),
        ("I move to the station at 99999 km/h", "speed"),
        ("train a model for 0 rounds", "rounds"),
        ("Latenz unter minus fünf Millisekunden", "latency"),
        ("200 Prozent Zuverlässigkeit für die Drohne", "reliability"),
        ("延迟低于负五毫秒", "latency"),
        ("可靠性200%", "reliability"),
        ("遅延をマイナス5ミリ秒以下に", "latency"),
    ],
)
def test_what_cannot_be_is_asked_for(text: str, slot: str) -> None:
    intent = analyse(text)
    assert slot in intent.ambiguity
    assert slot not in intent.slots.to_json()
    assert read_intent(intent.to_json()) == intent


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("keep the game - 20 ms latency - for an hour", "latency", 20),
        ("my low-latency game needs 20 ms latency", "latency", 20),
        ("at least 99.9 percent reliability", "reliability", 99.9),
    ],
)
def test_a_hyphen_is_no_sign(text: str, slot: str, value: float) -> None:
    assert analyse(text).slots.to_json()[slot] == value


def test_more_wishes_than_can_be_carried_are_asked_about() -> None:
    intent = analyse(", ".join(f"locate truck {n}" for n in range(1, 41)))
    assert len(intent.sub_intents) == MAX_WISHES
    assert intent.ambiguity[0] == "subIntents"
    fewer = analyse(", ".join(f"locate truck {n}" for n in range(1, MAX_WISHES + 1)))
    assert len(fewer.sub_intents) == MAX_WISHES
    assert not fewer.ambiguity


WORDS = (
    "keep my game under latency jitter reliability loss Mbit/s ms % percent seconds hours until "
    "from at for in slice dnn locate phone within m km rounds train model move to km/h and . , - "
    "minus truck geofence enters now yesterday T25:00 +5 ²"
)
_words = st.sampled_from(WORDS.split())
_numbers = st.one_of(
    st.integers(-(10**30), 10**30).map(str),
    st.floats(allow_nan=True).map(str),
    st.sampled_from(["0", "-0", "00", "1e400", "1/0", "½", "٣", "三", "99:99", "2026-02-31T10:00"]),
)


@settings(max_examples=60)
@given(st.lists(_words | _numbers, min_size=1, max_size=14))
def test_whatever_numbers_a_text_has_the_analysis_is_valid(words: list[str]) -> None:
    try:
        intent = analyse(" ".join(words), "en")
    except TextError:
        return
    assert read_intent(intent.to_json()) == intent


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_whatever_text_the_analysis_is_valid(text: str) -> None:
    try:
        intent = analyse(text, "en")
    except TextError:
        return
    assert read_intent(intent.to_json()) == intent
