"""A short load of the whole core by Locust: its CSV files, a summary as JSON, and plots.

Run: make load    or    python load/run.py --users 50 --seconds 60
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt

from load.report import ROOT, commit, machine, new_folder
from load.testbed_process import END_POINTS, answers, running_testbed
from nfs.common.percentiles import PERCENTILES, percentiles

_OPTIONS = ("nrf", "iaf", "agw", "amc", "n2")
ALL = "Aggregated"


def main(arguments: list[str] | None = None) -> int:
    options = _parse(arguments)
    folder: Path = options.output or new_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with _testbed(own_ports=options.own_ports) as (end_points, started):
        code = _locust(options, folder, end_points)
    requests = read_requests(folder / "locust.json")
    history = read_history(folder / "locust_stats_history.csv")
    profile = {"users": options.users, "spawnRate": options.spawn_rate, "seconds": options.seconds}
    report = {
        "commit": commit(),
        "machine": machine(),
        "testbed": "started for this run" if started else "was running",
        "profile": profile,
        "requests": requests,
    }
    (folder / "summary.json").write_text(json.dumps(report, indent=1) + "\n")
    plot_latencies(requests, folder / "latency.svg")
    plot_throughput(history, folder / "throughput.svg")
    _print(requests)
    print(folder)
    return code


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-u", "--users", type=int, default=10)
    parser.add_argument("-r", "--spawn-rate", type=float, default=10)
    parser.add_argument("-t", "--seconds", type=int, default=20)
    parser.add_argument("-o", "--output", type=Path, help="folder [load/results/TIME]")
    parser.add_argument(
        "--own-ports", action="store_true", help="start a testbed even if another one is up"
    )
    parser.add_argument("user", nargs="*", help="user classes [all]")
    return parser.parse_args(arguments)


@contextmanager
def _testbed(*, own_ports: bool) -> Iterator[tuple[dict[str, str], bool]]:
    """The one that is up, else a fresh one; its end points, and whether it was started here."""
    if not own_ports and answers():
        yield END_POINTS, False
        return
    with running_testbed(own_ports=own_ports) as end_points:
        yield end_points, True


def _locust(options: argparse.Namespace, folder: Path, end_points: dict[str, str]) -> int:
    """Its exit code: 1 when a request failed."""
    command = [sys.executable, "-m", "locust", "-f", str(ROOT / "load" / "locustfile.py")]
    command += ["--headless", "--only-summary", "--csv", str(folder / "locust")]
    command += ["--json-file", str(folder / "locust"), "--csv-full-history"]
    command += ["--users", str(options.users), "--spawn-rate"]
    command += [str(options.spawn_rate), "--run-time", f"{options.seconds}s"]
    for name in _OPTIONS:
        command += [f"--{name}", end_points[name]]
    with (folder / "locust.log").open("w") as log:
        return subprocess.run(
            [*command, *options.user], cwd=ROOT, stdout=log, stderr=log, check=False
        ).returncode


def read_requests(file: Path) -> list[dict[str, Any]]:
    """One entry for each request, the sum of all last; times in ms."""
    entries = json.loads(file.read_text())
    requests = [
        _summary((e["method"], e["name"]), (e["num_requests"], e["num_failures"]), *_facts(e))
        for e in entries
    ]
    if entries:
        everything = sum((_facts(e)[0] for e in entries), Counter[float]())
        seconds = max(_facts(e)[1] for e in entries)
        counts = sum(r["count"] for r in requests), sum(r["failures"] for r in requests)
        requests.append(_summary(("", ALL), counts, everything, seconds))
    return requests


def _facts(entry: dict[str, Any]) -> tuple[Counter[float], float]:
    """How often each response time (two digits of it) was seen, and for how long."""
    times = {float(time): int(often) for time, often in entry["response_times"].items()}
    return Counter(times), entry["last_request_timestamp"] - entry["start_time"]


def _summary(
    request: tuple[str, str], counts: tuple[int, int], times: Counter[float], seconds: float
) -> dict[str, Any]:
    (kind, name), (count, failures) = request, counts
    return {
        "type": kind,
        "name": name,
        "count": count,
        "failures": failures,
        "perSecond": round(count / seconds, 1) if seconds > 0 else None,
        **dict.fromkeys(PERCENTILES),
        **percentiles(times.elements()),
    }


def read_history(file: Path) -> dict[str, list[tuple[int, float]]]:
    """Requests per second over the seconds of the run, by request."""
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    began = min((int(row["Timestamp"]) for row in rows), default=0)
    history: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        point = int(row["Timestamp"]) - began, float(row["Requests/s"])
        history.setdefault(_label(row["Type"], row["Name"]), []).append(point)
    return history


def plot_latencies(requests: list[dict[str, Any]], file: Path) -> None:
    shown = [r for r in requests if r["name"] != ALL and r["p50"] is not None]
    figure, axes = plt.subplots(figsize=(9.0, 1.2 + 0.55 * len(shown)), layout="constrained")
    for place, name in enumerate(PERCENTILES):
        rows = [index + (place - 1) * 0.27 for index in range(len(shown))]
        axes.barh(rows, [r[name] for r in shown], height=0.25, label=name)
    axes.set_yticks(range(len(shown)), [_label(r["type"], r["name"]) for r in shown])
    axes.invert_yaxis()
    axes.set_xscale("symlog", linthresh=1)
    axes.set_xlim(left=0)
    axes.set_xlabel("response time, ms")
    axes.legend()
    figure.savefig(file)
    plt.close(figure)


def plot_throughput(history: dict[str, list[tuple[int, float]]], file: Path) -> None:
    figure, axes = plt.subplots(figsize=(9.0, 4.5), layout="constrained")
    for label, points in history.items():
        whole = label == ALL
        seconds, rates = zip(*points, strict=True)
        width = 2.0 if whole else 1.2
        axes.plot(seconds, rates, label="all" if whole else label, linewidth=width)
    axes.set_xlabel("s")
    axes.set_ylabel("requests per second")
    axes.set_ylim(bottom=0)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize="small")
    figure.savefig(file)
    plt.close(figure)


def _label(kind: str, name: str) -> str:
    return f"{kind} {name}".strip()


def _print(requests: list[dict[str, Any]]) -> None:
    print(f"{'':34}{'count':>7}{'failed':>7}{'per s':>8}{'p50':>8}{'p95':>8}{'p99':>8} ms")
    for r in requests:
        times = "".join(f"{'-' if r[p] is None else format(r[p], '.0f'):>8}" for p in PERCENTILES)
        label = _label(r["type"], r["name"])
        print(f"{label:34}{r['count']:>7}{r['failures']:>7}{r['perSecond']:>8}{times}")


if __name__ == "__main__":
    sys.exit(main())
