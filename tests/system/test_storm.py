"""Storms of phones, over every transport of N2. AGENTNF_STORM says how many phones."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

import pytest

from nfs.testbed import Testbed, TestbedConfig
from nfs.transports.probe import choose_n2, probe
from ue_sim import UeConfig
from ue_sim.storm import StormConfig, storm

pytestmark = pytest.mark.slow

PHONES = int(os.environ.get("AGENTNF_STORM", "0"))


async def _storm(n2: str, config: StormConfig) -> dict[str, Any]:
    amf = {"amf": {"n2": n2}} if n2 else {}
    async with Testbed(TestbedConfig(**amf), sockets=False) as testbed:
        return await storm(config, testbed.n2)


def _all(count: int, result: dict[str, Any]) -> None:
    assert (result["registered"], result["failed"], result["causes"]) == (count, 0, {})
    assert result["deregistered"] == count
    assert result["perSecond"] > 0
    latency = result["latencyMs"]
    assert 0 < latency["p50"] <= latency["p95"] <= latency["p99"]


@pytest.mark.timeout(300)
async def test_over_framed_tcp() -> None:
    count = PHONES or 40
    _all(count, await _storm("tcp://127.0.0.1:0", StormConfig(count)))


@pytest.mark.sctp
@pytest.mark.skipif(choose_n2(probe())[0] != "sctp", reason="this kernel has no SCTP")
@pytest.mark.timeout(600)
async def test_over_sctp() -> None:
    count = PHONES or 100
    _all(count, await _storm("sctp://127.0.0.1:0", StormConfig(count)))


async def test_at_a_rate_with_sessions_at_several_gnbs() -> None:
    config = StormConfig(20, rate=200, pdu=True, gnbs=3)
    result = await _storm("", config)
    _all(20, result)
    assert (result["sessions"]["established"], result["sessions"]["failed"]) == (20, 0)


async def test_failures_are_counted_by_cause() -> None:
    config = StormConfig(3, UeConfig("imsi-999700000010000"))
    result = await _storm("", config)
    assert (result["registered"], result["causes"]) == (1, {"ILLEGAL_UE": 2})
    assert result["failed"] == 2
    assert result["latencyMs"]["p50"] == result["latencyMs"]["p99"]


async def _command(*arguments: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-c", "from nfs.cli import main; main()", "ue", "storm", "--json"]
    process = await asyncio.create_subprocess_exec(
        *command, *arguments, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return process.returncode or 0, json.loads(said)


async def test_the_command_says_how_it_ended() -> None:
    config = TestbedConfig(amf={"n2": "tcp://127.0.0.1:0"})
    async with Testbed(config, sockets=False) as testbed:
        n2 = "--n2", testbed.n2
        all_of_them, unknown = await asyncio.gather(
            _command("-n", "5", "--in-flight", "2", *n2),
            _command("-n", "1", "--supi", "imsi-999700000099999", *n2),
        )
    assert (all_of_them[0], all_of_them[1]["registered"]) == (0, 5)
    assert (unknown[0], unknown[1]["causes"]) == (1, {"ILLEGAL_UE": 1})
    nobody = await _command("-n", "1", *n2)
    assert (nobody[0], nobody[1]["cause"]) == (1, "UNREACHABLE")
