"""A gateway's directory from a thousand to a million agents: what it costs to register and to find.

Writes load/results/directory.json and prints a table; the last column is how many times as long it
takes at the most agents as at the fewest. Every size is measured in processes of its own: one
registers, one starts with what is stored. Agents are of 100 templates, and ten each are in one
tracking area.

Run: .venv/bin/python load/directory.py [--max 1000000]
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from measurement import RESULTS, write
from rich.console import Console
from rich.table import Table

from nfs.agw.acs import Acs, Capabilities, EndPoint, Skill
from nfs.agw.directory import Agent, Directory
from nfs.agw.discovery import Discovery, discover
from nfs.common.aic import Aic
from nfs.common.models.agw import AgentState
from nfs.common.models.discovery import DiscoveryRequest
from nfs.common.store import SqliteStore

SALT = bytes.fromhex("6a7f21c4")
SIZES = (1_000, 10_000, 100_000, 1_000_000)
TEMPLATES, IN_AREA, REPEATS, LIMIT = 100, 10, 400, 10
COMMON, RARE = "/capability/translation", "/capability/ocr"
"""A capability that every agent has, and one of the agents of one template."""
Result = TypeVar("Result")
FIGURES = (
    "registrationUs",
    "byIdUs",
    "byCapabilityUs",
    "byRareCapabilityUs",
    "byPrefixUs",
    "byFilterUs",
    "byTextUs",
    "bytesPerAgent",
)


def agent(number: int) -> Agent:
    template = number % TEMPLATES + 1
    capabilities = [COMMON, RARE] if template == 1 else [COMMON]
    acs = Acs(
        aic=str(Aic.allocate("1", "LOAD", str(template), number // TEMPLATES + 1, SALT)),
        active=True,
        last_modified_time=datetime.now(UTC),
        protocol_version="02.01",
        name=f"Translator {template}",
        description=f"Translates texts of the field {template}, and nothing else.",
        version="1.0.0",
        provider={"countryCode": "DE", "organization": "AgentNF testbed", "name": "AgentNF"},
        security_schemes={"accessToken": {"type": "http", "scheme": "bearer"}},
        end_points=[EndPoint(url=f"http://10.0.0.1/{number}", transport="HTTP_JSON")],
        capabilities=Capabilities(),
        default_input_modes=["text/plain"],
        default_output_modes=["text/plain"],
        skills=[
            Skill(id=c, name=c, description=c, version="1.0.0", tags=[c]) for c in capabilities
        ],
        entity_meta={"capabilityIds": capabilities, "tai": f"999-70-{number // IN_AREA:06}"},
    )
    return Agent(
        acs=acs,
        template=f"load.{template}",
        capability_ids=capabilities,
        scope=capabilities,
        gateway_id="agw-1",
        valid_until=2_000_000_000,
        state=AgentState.REGISTERED,
        end_point=acs.end_points[0].url,
    )


def memory() -> int:
    """Octets of this process in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def register(path: Path, size: int) -> float:
    """Microseconds for each of the last agents, of which there are 500 at most."""
    store = SqliteStore(path)
    directory = Directory(store, SALT)
    last = min(size // 2, 500)
    for number in range(size - last):
        directory.put(agent(number))
    coming = [agent(number) for number in range(size - last, size)]
    took = []
    for each in coming:
        began = time.perf_counter()
        directory.put(each)
        took.append((time.perf_counter() - began) * 1e6)
    store.close()
    return round(statistics.median(took), 1)


def start_and_find(path: Path, size: int) -> dict[str, Any]:
    """``bytesPerAgent``: by how much the process has grown since its directory was empty."""
    Directory(SqliteStore(), SALT).put(agent(0))
    gc.collect()
    before, began = memory(), time.perf_counter()
    store = SqliteStore(path)
    directory = Directory(store, SALT)
    elapsed = time.perf_counter() - began
    gc.collect()
    result = {
        "agents": len(directory),
        "startUpSeconds": round(elapsed, 2),
        "bytesPerAgent": round((memory() - before) / size),
    }
    result |= asyncio.run(find(directory, size))
    store.close()
    return result


async def find(directory: Directory, size: int) -> dict[str, float]:
    discovery = Discovery(directory, "agw-1")
    numbers = random.Random(1).choices(range(size), k=REPEATS)  # the same in every run
    aics = [agent(number).aic for number in numbers]

    async def by_query(
        capability: str | None = None, aic: str | None = None, prefix: str | None = None
    ) -> int:
        return len(discover(directory, capability, aic, prefix, LIMIT).agents)

    async def by_area(number: int) -> int:
        tai = f"999-70-{number // IN_AREA:06}"
        wanted = {"conditions": [{"field": "entityMeta.tai", "op": "eq", "value": tai}]}
        return await by_request(type="filtered", filter=wanted)

    async def by_text(number: int) -> int:
        return await by_request(query=f"translates texts of field {number % TEMPLATES + 1}")

    async def by_request(**request: Any) -> int:
        answer = await discovery.discover(DiscoveryRequest(limit=LIMIT, **request))
        return len(answer.acs_map)

    return {
        "byIdUs": await microseconds(lambda aic: by_query(aic=aic), aics),
        "byCapabilityUs": await microseconds(by_query, [COMMON] * REPEATS),
        "byRareCapabilityUs": await microseconds(by_query, [RARE] * REPEATS),
        "byPrefixUs": await microseconds(
            lambda prefix: by_query(prefix=prefix), [Aic.parse(aic).prefix for aic in aics]
        ),
        "byFilterUs": await microseconds(by_area, numbers),
        "byTextUs": await microseconds(by_text, numbers),
    }


async def microseconds(ask: Callable[[Any], Awaitable[int]], arguments: Iterable[Any]) -> float:
    """The median over discoveries, each of which finds something."""
    took = []
    for argument in arguments:
        began = time.perf_counter()
        found = await ask(argument)
        took.append((time.perf_counter() - began) * 1e6)
        assert found > 0
    return round(statistics.median(took), 1)


def measure(size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "agw.sqlite")
        registration = apart(register, path, size)
        return {"registrationUs": registration} | apart(start_and_find, path, size)


def apart(work: Callable[[Path, int], Result], path: Path, size: int) -> Result:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, path, size).result()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--max", type=int, default=SIZES[-1], help="the most agents")
    parser.add_argument("--output", type=Path, default=RESULTS / "directory.json")
    options = parser.parse_args()
    runs = [measure(size) for size in SIZES if size <= options.max]
    first, last = runs[0], runs[-1]
    growth = {name: round(last[name] / first[name], 2) for name in FIGURES}
    write(options.output, {"runs": runs, "limit": LIMIT, "growth": growth})
    table = Table("", *(f"{run['agents']:,}" for run in runs), "growth", title="AGW directory")
    for name in ("startUpSeconds", *FIGURES):
        cells = [f"{run[name]:,}" for run in runs]
        table.add_row(name, *cells, str(growth.get(name, "")))
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
