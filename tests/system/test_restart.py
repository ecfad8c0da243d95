"""The testbed as a process: what it acknowledged survives SIGKILL."""

from __future__ import annotations

from pathlib import Path

import pytest
from process_testbed import ProcessTestbed

pytestmark = pytest.mark.slow


def test_a_phone_keeps_its_agent_when_the_core_is_killed(tmp_path: Path) -> None:
    testbed, codes = ProcessTestbed(tmp_path), []
    for _ in range(2):
        with testbed:
            said = testbed.ue("say", "I need my cloud game below 20 ms for an hour")
            assert said["status"] == "FULFILLED", said
            agents = testbed.agents("list")["agents"]
            codes.append([a["aic"] for a in agents if ".UE." in a["aic"]])
    assert codes[0] == codes[1]
    assert len(codes[0]) == 1
