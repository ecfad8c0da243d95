"""How many UEs register, one after the other and several at once; writes JSON to stdout.

Run: .venv/bin/python load/registrations.py
"""

from __future__ import annotations

import asyncio
import json
import platform
import subprocess
import sys
import time

from nfs.cli.output import set_up_logging
from nfs.common.percentiles import percentiles
from nfs.testbed import Testbed
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment

UES = 20
ROUNDS = 5


async def measure(in_flight: int) -> dict[str, object]:
    """Register each UE ``ROUNDS`` times with ``in_flight`` at once; latencies in ms."""
    latencies: list[float] = []
    async with Testbed(sockets=False) as testbed:
        gnb = Gnb(GnbConfig())
        await gnb.start(testbed.n2)
        gate = asyncio.Semaphore(in_flight)

        async def register(number: int) -> None:
            async with gate:
                ue = UserEquipment(UeConfig(f"imsi-9997000000000{number:02}"), gnb)
                began = time.perf_counter()
                await ue.register()
                latencies.append((time.perf_counter() - began) * 1000)
                await ue.deregister()

        began = time.perf_counter()
        for _ in range(ROUNDS):
            await asyncio.gather(*(register(n) for n in range(1, UES + 1)))
        elapsed = time.perf_counter() - began
        await gnb.stop()
    return {
        "inFlight": in_flight,
        "registered": len(latencies),
        "perSecond": round(len(latencies) / elapsed, 1),
        "latencyMs": percentiles(latencies),
    }


def main() -> None:
    set_up_logging()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    runs = [asyncio.run(measure(in_flight)) for in_flight in (1, 10)]
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    json.dump({"commit": commit, "machine": machine, "runs": runs}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
