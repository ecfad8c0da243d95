"""What an intent has in effect survives SIGKILL of the whole core, and ends in time (L25)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from process_testbed import ProcessTestbed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PATIENCE = 60
"""Seconds: the lease of the killed process, the intent's own time, and a slow machine."""


def test_an_intent_ends_in_time_though_the_core_was_killed(tmp_path: Path) -> None:
    testbed = ProcessTestbed(tmp_path)

    def intents(command: str, *arguments: str) -> Any:
        places = [f"--{name}={testbed.urls[name]}" for name in ("iaf", "nrf")]
        return testbed._run("intents", command, *arguments, *places)

    def until(status: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while True:
            (intent,) = intents("list")["intents"]
            if intent["status"] == status or time.monotonic() > deadline:
                return intent
            time.sleep(0.5)

    with testbed:
        said = testbed.ue("say", "save battery on my phone for 20 seconds")
        assert said["status"] == "FULFILLED", said
        before = until("FULFILLED")
        assert before["undoCalls"]
    with testbed:
        after = intents("show", before["intentId"])
        assert (after["status"], after["undoCalls"]) == ("FULFILLED", before["undoCalls"])
        ended = until("EXPIRED")
        assert (ended["status"], ended["undoCalls"]) == ("EXPIRED", [])
        cancelled = intents("cancel", ended["intentId"])
        assert cancelled["cause"] == "INTENT_NOT_FOUND"
