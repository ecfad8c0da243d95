"""A million AICs, allocated at once by several instances of several gateways: no duplicate (E9).

Every instance is a process; those of one gateway share its store, an SQLite file. Writes
load/results/allocation.json and prints a table; ends with 1 when a code was allocated twice.

Run: .venv/bin/python load/allocation.py [--codes 1000000] [--gateways 4] [--instances 2]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from measurement import RESULTS, write
from rich.console import Console
from rich.table import Table

from nfs.agw.arp.allocation import AicAllocator
from nfs.common.store import SqliteStore

SALT = bytes.fromhex("6a7f21c4")


def allocate(path: Path, registrar: str, codes: int) -> tuple[list[str], float]:
    """What one instance allocates, and the seconds that it took."""
    store = SqliteStore(path)
    allocator = AicAllocator(store, registrar, SALT)
    began = time.perf_counter()
    allocated = [allocator.allocate("UE", "1") for _ in range(codes)]
    elapsed = time.perf_counter() - began
    store.close()
    return allocated, elapsed


def measure(codes: int, gateways: int, instances: int) -> dict[str, Any]:
    """``gateways`` * ``instances`` processes allocate ``codes`` codes together."""
    share = codes // (gateways * instances)
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(gateways * instances) as pool:
        registrars = [str(n) for n in range(1, gateways + 1)]
        for registrar in registrars:
            SqliteStore(Path(folder, f"{registrar}.sqlite")).close()
        began = time.perf_counter()
        running = [
            pool.submit(allocate, Path(folder, f"{registrar}.sqlite"), registrar, share)
            for registrar in registrars
            for _ in range(instances)
        ]
        done = [future.result() for future in running]
        elapsed = time.perf_counter() - began
    distinct: set[str] = set()
    for allocated, _ in done:
        distinct.update(allocated)
    total = share * gateways * instances
    return {
        "codes": total,
        "gateways": gateways,
        "instancesPerGateway": instances,
        "duplicates": total - len(distinct),
        "seconds": round(elapsed, 2),
        "perSecond": round(total / elapsed),
        "microsecondsPerCode": round(sum(s for _, s in done) / total * 1e6, 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codes", type=int, default=1_000_000)
    parser.add_argument("--gateways", type=int, default=4)
    parser.add_argument("--instances", type=int, default=2)
    parser.add_argument("--output", type=Path, default=RESULTS / "allocation.json")
    options = parser.parse_args()
    result = measure(options.codes, options.gateways, options.instances)
    write(options.output, result)
    table = Table("", "", title="AIC allocation")
    for name, value in result.items():
        table.add_row(name, str(value))
    Console().print(table)
    return 1 if result["duplicates"] else 0


if __name__ == "__main__":
    sys.exit(main())
