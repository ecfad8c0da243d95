"""A storm of 1,000 phones on a testbed of its own, over framed TCP and, where the kernel has it,
over SCTP; writes JSON.

Run: .venv/bin/python load/storm.py [phones] [file]; in user-mode-linux for SCTP:
tests/uml/run .venv/bin/python load/storm.py
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import measurement

from nfs.cli.output import set_up_logging
from nfs.cli.process import settle
from nfs.testbed import Testbed, TestbedConfig
from nfs.transports.probe import choose_n2, probe
from ue_sim.storm import StormConfig, storm


async def measure(n2: str, config: StormConfig) -> dict[str, Any]:
    async with Testbed(TestbedConfig(amf={"n2": n2}), sockets=False) as testbed:
        settle()
        result = await storm(config, testbed.n2)
    facts = {"phones": config.count, "inFlight": config.in_flight, "pdu": config.pdu}
    return {"transport": n2.partition(":")[0]} | facts | result


def main() -> None:
    set_up_logging()
    phones = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    file = Path(sys.argv[2]) if len(sys.argv) > 2 else measurement.RESULTS / "storm.json"
    best, _ = choose_n2(probe())
    runs: list[dict[str, Any]] = []
    for pdu in (False, True):
        for transport in dict.fromkeys((best, "tcp")):
            config = StormConfig(phones, pdu=pdu)
            runs.append(asyncio.run(measure(f"{transport}://127.0.0.1:0", config)))
            measurement.write(file, {"runs": runs})


if __name__ == "__main__":
    main()
