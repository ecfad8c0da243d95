"""How long until all gateways know of a capability, and have forgotten it: 2 to 50 gateways (G3).

All gateways, one AMC and one NRF are in one process and work as they do in a testbed, without
sockets; they are the nodes of a binary tree or of a star. An agent registers at one leaf; the time
is until the digest of every gateway has its capability. Then the agent leaves. Writes
load/results/convergence.json and prints a table.

Run: .venv/bin/python load/convergence.py [--gateways 2 5 10 20 50] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from measurement import RESULTS, write
from rich.console import Console
from rich.table import Table

from nfs.agents.core_agent import CoreAgentConfig
from nfs.agents.translation import TranslationAgent
from nfs.agw.app import Agw
from nfs.common.models.agw_sync import PeerState
from nfs.testbed import Testbed, TestbedConfig

CAPABILITY = "/capability/translation"
LIMIT = 60.0
"""Seconds after which a round counts as failed."""

Parent = Callable[[int], int]
SHAPES: dict[str, Parent] = {"tree": lambda n: (n - 1) // 2, "star": lambda _: 0}
"""Which gateway each is linked to; the first is linked to by others only."""


def topology(count: int, parent: Parent) -> TestbedConfig:
    """``count`` gateways g0, g1 ... linked as ``parent`` says."""
    peers: dict[int, list[str]] = {n: [] for n in range(count)}
    for n in range(1, count):
        peers[n].append(f"g{parent(n)}")
        peers[parent(n)].append(f"g{n}")
    sections = {
        f"g{n}": {
            "gateway_id": f"g{n}",
            "port": 20_000 + n,
            "registrar": str(n + 1),
            "peers": peers[n],
        }
        for n in range(count)
    }
    return TestbedConfig(
        amc={"gateways": {name: s["registrar"] for name, s in sections.items()}},
        agw=sections.pop("g0"),
        also={name: {"nf": "agw", **section} for name, section in sections.items()},
    )


async def measure(count: int, shape: str, rounds: int) -> dict[str, Any]:
    config = topology(count, SHAPES[shape])
    only = ("nrf", "amc", "agw", *config.also)
    async with Testbed(config, sockets=False, only=only) as testbed:
        gateways = [nf for nf in testbed.nfs.values() if isinstance(nf, Agw)]
        leaf = gateways[-1].config.gateway_id
        await until(lambda: all(in_sync(gateway) for gateway in gateways))
        told, forgotten = [], []
        for _ in range(rounds):
            agent = TranslationAgent(
                CoreAgentConfig(port=30_000, gateway_id=leaf), testbed.platform
            )
            await agent.start()
            told.append(await until(lambda: all(knows(gateway) for gateway in gateways)))
            await agent.stop()
            forgotten.append(await until(lambda: not any(knows(gateway) for gateway in gateways)))
    return {
        "gateways": count,
        "shape": shape,
        "rounds": rounds,
        "knownSeconds": round(statistics.median(told), 3),
        "forgottenSeconds": round(statistics.median(forgotten), 3),
    }


def in_sync(gateway: Agw) -> bool:
    return all(peer.state is PeerState.IN_SYNC for peer in gateway.cdsp.peers.peers)


def knows(gateway: Agw) -> bool:
    return any(entry.capability_id == CAPABILITY for entry in gateway.cdsp.digest.entries)


async def until(holds: Callable[[], bool]) -> float:
    """Seconds until it holds."""
    began = time.perf_counter()
    async with asyncio.timeout(LIMIT):
        while not holds():  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.005)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateways", type=int, nargs="+", default=[2, 5, 10, 20, 50])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, default=RESULTS / "convergence.json")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    table = Table("gateways", "shape", "known (s)", "forgotten (s)", title="Digest convergence")
    runs = []
    for count in options.gateways:
        for shape in SHAPES:
            run = asyncio.run(measure(count, shape, options.rounds))
            runs.append(run)
            seconds = str(run["knownSeconds"]), str(run["forgottenSeconds"])
            table.add_row(str(count), shape, *seconds)
    write(options.output, {"runs": runs})
    Console().print(table)


if __name__ == "__main__":
    main()
