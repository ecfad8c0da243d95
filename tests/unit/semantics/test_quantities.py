"""Quantities and times of English texts, as the slots they fill."""

from __future__ import annotations

from datetime import datetime

import pytest

from nfs.semantics.analyser import analyse
from nfs.semantics.analyser.clock import clock_reader
from nfs.semantics.analyser.durations import duration_reader
from nfs.semantics.analyser.masks import MaskedText
from nfs.semantics.analyser.measures import Measured, measure_reader
from nfs.semantics.analyser.numerals import numerals, tidy
from nfs.semantics.analyser.quantities import quantity_reader

AFTERNOON = datetime(2026, 11, 20, 15, 0)


def measured(text: str, now: datetime | None = None) -> Measured:
    masked = MaskedText(text)
    quantity_reader("en").hide(masked)
    duration_reader("en").hide(masked)
    clock_reader("en").hide(masked, now)
    quantity_reader("en").hide_distances(masked)
    assert masked.reveal(masked.text) == text
    return measure_reader("en").read(masked.text, masked)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20", 20),
        ("99.95", 99.95),
        ("0,5", 0.5),
        ("1,000", 1000),
        ("12,500.5", 12500.5),
        ("seven", 7),
        ("twenty-five", 25),
        ("one hundred and fifty", 150),
        ("two thousand five hundred", 2500),
        ("ninety-nine point nine five", 99.95),
        ("9" * 400, 1e15),
    ],
)
def test_numerals(text: str, value: float) -> None:
    assert numerals("en").parse(text) == pytest.approx(value)


def test_tidy() -> None:
    assert repr(tidy(20.0)) == "20"
    assert tidy(0.1 + 0.2) == 0.3


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("below 20 ms", {"latency": 20}),
        ("under twenty milliseconds", {"latency": 20}),
        ("half a millisecond", {"latency": 0.5}),
        ("500 microseconds", {"latency": 0.5}),
        ("a latency of 0.2 seconds", {"latency": 200}),
        ("half a second delay", {"latency": 500}),
        ("respond within 2 seconds", {"latency": 2000}),
        ("ping below 30", {"latency": 30}),
        ("latency 20 ms and jitter 5 ms", {"latency": 20, "jitter": 5}),
        ("20 ms latency and 5 ms jitter", {"latency": 20, "jitter": 5}),
        ("99.9 percent reliability", {"reliability": 99.9}),
        ("five nines", {"reliability": 99.999}),
        ("reliability 99.9 % and packet loss 0.1 %", {"reliability": 99.9, "packetLoss": 0.1}),
        ("without packet loss", {"packetLoss": 0}),
        ("12 percent", {}),
        ("5 rounds on 3 phones", {}),
    ],
)
def test_latency_and_percentages(text: str, slots: dict[str, float]) -> None:
    assert measured(text).slots == slots


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("30 Mbps", {"downlinkThroughput": 30}),
        ("30 megabits per second", {"downlinkThroughput": 30}),
        ("2 MB/s", {"downlinkThroughput": 16}),
        ("2 megabytes per second of upload", {"uplinkThroughput": 16}),
        ("a gig", {"downlinkThroughput": 1000}),
        ("1.5 Gbit/s", {"downlinkThroughput": 1500}),
        ("800 kbit/s", {"downlinkThroughput": 0.8}),
        ("12 Mbit/s upstream", {"uplinkThroughput": 12}),
        ("raise my upload to 12 Mbit/s", {"uplinkThroughput": 12}),
        ("speed up to 12 Mbit/s", {"downlinkThroughput": 12}),
        ("50 Mbps down and 10 up", {"downlinkThroughput": 50, "uplinkThroughput": 10}),
        ("6 Mbps both ways", {"downlinkThroughput": 6, "uplinkThroughput": 6}),
        ("8 Mbit/s for my live stream", {"uplinkThroughput": 8}),
        ("8 Mbit/s for camera 3", {"uplinkThroughput": 8}),
    ],
)
def test_throughput(text: str, slots: dict[str, float]) -> None:
    assert measured(text).slots == slots


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("for the next half hour", 1800),
        ("next half hour", 1800),
        ("for an hour and a half", 5400),
        ("for two and a half hours", 9000),
        ("1 h 30 min", 5400),
        ("an hour and twenty minutes", 4800),
        ("for a quarter of an hour", 900),
        ("for three quarters of an hour", 2700),
        ("within the next hour", 3600),
        ("for one day", 86400),
        ("for a couple of hours", 7200),
        ("for the whole day", 86400),
        ("a 90-minute boost", 5400),
        ("during the next 3 hours", 10800),
        ("for 45s", 45),
    ],
)
def test_durations(text: str, seconds: int) -> None:
    assert measured(text).slots == {"durationSeconds": seconds}


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("in 15 minutes", {"startTime": "+900"}),
        ("in half an hour", {"startTime": "+1800"}),
        ("ten minutes from now", {"startTime": "+600"}),
        ("right now", {"startTime": "now"}),
        ("start immediately", {"startTime": "now"}),
        ("from 9 am", {"startTime": "T09:00"}),
        ("at 18:30", {"startTime": "T18:30"}),
        ("at six p.m.", {"startTime": "T18:00"}),
        ("tonight at 8", {"startTime": "T20:00"}),
        ("at 8 in the morning", {"startTime": "T08:00"}),
        ("this afternoon from 2 pm to 4 pm", {"startTime": "T14:00", "endTime": "T16:00"}),
        ("from 6 to 8 pm", {"startTime": "T18:00", "endTime": "T20:00"}),
        ("between 10:30 and 12:00", {"startTime": "T10:30", "endTime": "T12:00"}),
        ("until half past ten tonight", {"endTime": "T22:30"}),
        ("till quarter to seven am", {"endTime": "T06:45"}),
        ("until noon", {"endTime": "T12:00"}),
        ("until midnight", {"endTime": "T00:00"}),
        ("at a quarter past seven in the morning", {"startTime": "T07:15"}),
        ("at ten to six pm", {"startTime": "T17:50"}),
        ("from ten to twelve pm", {"startTime": "T22:00", "endTime": "T12:00"}),
        ("at 12 am", {"startTime": "T00:00"}),
        ("at 2026-11-20T18:00", {"startTime": "2026-11-20T18:00"}),
        ("since this morning", {}),
        ("every 5 minutes", {}),
        ("over the last 24 hours", {}),
    ],
)
def test_times(text: str, slots: dict[str, str]) -> None:
    found = measured(text)
    assert (found.slots, found.open) == (slots, [])


@pytest.mark.parametrize(
    ("text", "open_slots"),
    [
        ("at 8", ["startTime"]),
        ("until six", ["endTime"]),
        ("at ten to six", ["startTime"]),
        ("my interview at 3 must not freeze", ["startTime"]),
        ("from 2 to 4", ["startTime", "endTime"]),
        ("tomorrow at 9 am", ["startTime"]),
        ("for a few minutes", ["durationSeconds"]),
        ("in a few minutes", ["startTime"]),
    ],
)
def test_what_words_do_not_say_is_open(text: str, open_slots: list[str]) -> None:
    found = measured(text)
    assert (found.slots, found.open) == ({}, open_slots)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("until eight", {"endTime": "T20:00"}),
        ("at 2", {"startTime": "T02:00"}),
        ("at half past three", {"startTime": "T15:30"}),
        ("tomorrow at 9 am", {"startTime": "2026-11-21T09:00"}),
    ],
)
def test_local_time_settles_a_bare_hour(text: str, slots: dict[str, str]) -> None:
    found = measured(text, AFTERNOON)
    assert (found.slots, found.open) == (slots, [])


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("with two metres accuracy", {"accuracy": 2}),
        ("within 50 cm", {"accuracy": 0.5}),
        ("at 130 km/h", {"speed": 130}),
        ("at 60 mph", {"speed": 96.56064}),
    ],
)
def test_distance_and_speed(text: str, slots: dict[str, float]) -> None:
    assert measured(text).slots == slots


def test_a_measure_beyond_the_masks_keeps_its_words() -> None:
    assert measured(" ".join(f"{n} ms" for n in range(1, 100))).slots == {"latency": 1}


@pytest.mark.parametrize("minus", ["-", "\u2212"])
def test_less_than_nothing_is_left_open(minus: str) -> None:
    intent = analyse(f"keep my game below {minus}5 ms")
    assert (intent.slots.latency, intent.ambiguity) == (None, ["latency"])
    assert analyse("keep my game between 5-10 ms").slots.latency == 10


def test_digits_of_another_script() -> None:
    assert analyse("ゲームの遅延を٢٠ミリ秒以下にして").slots.latency == 20
