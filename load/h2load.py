"""Three requests of the core under h2load, each against a plain endpoint of the same server.

Run: make load-h2    or    python load/h2load.py -n 5000
Needs h2load (Debian: nghttp2-client). What is plain is a FastAPI endpoint in granian that does
nothing; the ratio says what part of its rate the core's procedure has left.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from gevent import socket
from granian.constants import Interfaces
from granian.server.embed import Server

from load.access_tokens import AccessTokens, Service
from load.agent_requests import LoadAgent
from load.report import commit, machine, new_folder
from load.testbed_process import END_POINTS, answers, running_testbed
from nfs.common.percentiles import PERCENTILES, percentiles

BATCH = 5_000
"""Requests between two signatures of the body: the AMC takes a registrant's proof for 300 s."""
WARM_UP = 200


@dataclass
class Case:
    name: str
    url: str
    plain: str
    service: Service | None = None
    body: Callable[[], dict[str, Any]] | None = None


@dataclass
class Target:
    """What one h2load run is aimed at; body and headers are asked for before each batch."""

    url: str
    body: Callable[[], dict[str, Any]] | None
    headers: Callable[[], dict[str, str]]


@dataclass
class Measured:
    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Times in ms; failed is every answer that is not 2xx, and none at all (status -1)."""
        count = len(self.latencies)
        good = sum(n for status, n in self.statuses.items() if 200 <= status < 300)
        return {
            "requests": count,
            "failed": count - good,
            "perSecond": round(count / self.seconds, 1),
            **dict.fromkeys(PERCENTILES, 0.0),
            **percentiles(self.latencies),
            "statuses": {str(status): n for status, n in sorted(self.statuses.items())},
        }


def main(arguments: list[str] | None = None) -> int:
    options = _parse(arguments)
    if shutil.which("h2load") is None:
        print("h2load is needed (Debian: apt install nghttp2-client)", file=sys.stderr)
        return 2
    folder: Path = options.output or new_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        end_points = END_POINTS
        if options.own_ports or not answers():
            end_points = stack.enter_context(running_testbed(own_ports=options.own_ports))
        plain = stack.enter_context(_plain_server())
        tokens = AccessTokens(end_points["nrf"])
        results = [_compare(case, tokens, options) for case in _cases(end_points, plain)]
    report = {
        "commit": commit(),
        "machine": machine(),
        "h2load": {
            "requests": options.requests,
            "connections": options.connections,
            "streams": options.streams,
        },
        "results": results,
    }
    (folder / "h2load.json").write_text(json.dumps(report, indent=1) + "\n")
    print(folder)
    return 1 if any(r["core"]["failed"] or r["plain"]["failed"] for r in results) else 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--requests", type=int, default=50_000, help="of each case")
    parser.add_argument("-c", "--connections", type=int, default=4)
    parser.add_argument("-m", "--streams", type=int, default=10, help="of each connection")
    parser.add_argument("-o", "--output", type=Path, help="folder [load/results/TIME]")
    parser.add_argument(
        "--own-ports", action="store_true", help="start a testbed even if another one is up"
    )
    return parser.parse_args(arguments)


def _cases(end_points: dict[str, str], plain: str) -> list[Case]:
    agent = LoadAgent()
    query = "target-nf-type=AMC&requester-nf-type=AGW&service-names=namc-auth"
    return [
        Case(
            "NRF NFDiscover",
            f"{end_points['nrf']}/nnrf-disc/v1/nf-instances?{query}",
            plain,
            ("AGW", "NRF", "nnrf-disc"),
        ),
        Case(
            "AMC AAAP authentication",
            f"{end_points['amc']}/namc-auth/v1/authorizations",
            plain,
            ("AGW", "AMC", "namc-auth"),
            agent.authorization,
        ),
        Case(
            "AGW agent registration",
            f"{end_points['agw']}/nagw-registration/v1/agents",
            plain,
            ("AMF", "AGW", "nagw-registration"),
            agent.registration,
        ),
    ]


def _compare(case: Case, tokens: AccessTokens, options: argparse.Namespace) -> dict[str, Any]:
    def authorization() -> dict[str, str]:
        return tokens.headers(case.service) if case.service else {}

    plain = _measure(Target(case.plain, case.body, dict), options).summary()
    core = _measure(Target(case.url, case.body, authorization), options).summary()
    ratio = round(core["perSecond"] / plain["perSecond"], 3)
    for what, said in (("core", core), ("plain", plain)):
        print(
            f"{case.name:26}{what:6}{said['requests']:>7} requests{said['failed']:>6} failed"
            f"{said['perSecond']:>10}/s  p50 {said['p50']:.2f} ms  p99 {said['p99']:.2f} ms"
        )
    print(f"{case.name:26}ratio {ratio}", flush=True)
    return {"name": case.name, "core": core, "plain": plain, "ratio": ratio}


def _measure(target: Target, options: argparse.Namespace) -> Measured:
    """In batches, each with a body and a token that are valid until its end."""
    _batch(WARM_UP, target, options, Measured())
    measured, left = Measured(), options.requests
    while left > 0:
        _batch(min(left, BATCH), target, options, measured)
        left -= BATCH
    return measured


def _batch(count: int, target: Target, options: argparse.Namespace, measured: Measured) -> None:
    """h2load's log has, for each request: begin in µs, status (-1: none), duration in µs."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        command = ["h2load", "-n", str(count), "-c", str(options.connections)]
        command += ["-m", str(options.streams), "--log-file", str(log)]
        for name, value in target.headers().items():
            command += ["-H", f"{name}: {value}"]
        if target.body is not None:
            data = Path(folder, "body.json")
            data.write_text(json.dumps(target.body(), separators=(",", ":")))
            command += ["-d", str(data), "-H", "content-type: application/json"]
        clock = time.perf_counter()
        subprocess.run([*command, target.url], stdout=subprocess.DEVNULL, check=True)
        elapsed = time.perf_counter() - clock
        lines = [line.split("\t") for line in log.read_text().splitlines()]
    ends = [int(begin) + int(duration) for begin, _, duration in lines]
    began = min((int(begin) for begin, _, _ in lines), default=0)
    measured.seconds += (max(ends) - began) / 1e6 if ends else elapsed
    for _, status, duration in lines:
        measured.statuses[int(status)] = measured.statuses.get(int(status), 0) + 1
        measured.latencies.append(int(duration) / 1000)
    if missing := count - len(lines):
        measured.statuses[-1] = measured.statuses.get(-1, 0) + missing
        measured.latencies += [elapsed * 1000] * missing


@contextmanager
def _plain_server() -> Iterator[str]:
    """URL of the plain endpoint, in a process of its own as the core is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port,))
    process.start()
    try:
        for _ in range(100):
            if answers({"nrf": f"http://127.0.0.1:{port}"}):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/plain"
    finally:
        process.terminate()
        process.join()


def _serve(port: int) -> None:
    app = FastAPI()

    @app.get("/plain")
    async def read() -> dict[str, str]:
        return {"status": "UP"}

    @app.post("/plain", status_code=201)
    async def create(body: dict[str, Any]) -> dict[str, int]:
        return {"members": len(body)}

    server = Server(
        app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False
    )
    asyncio.run(server.serve())


if __name__ == "__main__":
    sys.exit(main())
