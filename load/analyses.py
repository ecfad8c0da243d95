"""The offline analyser on one core: time of an analysis, analyses per second, memory, import.

Analyses the labelled texts of tests/data/intents over and over in a process of its own. Writes
load/results/analyses.json and prints a table. Times are of the clock and, in brackets of their
names, of the processor: what else runs on the machine is in the first and not in the second.

Run: .venv/bin/python load/analyses.py [--seconds 20]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measurement import RESULTS, write
from rich.console import Console
from rich.table import Table

from nfs.common.percentiles import PERCENTILES, percentiles

TEXTS = Path(__file__).parents[1] / "tests" / "data" / "intents"
CLOCKS: dict[str, Callable[[], float]] = {"clock": time.perf_counter, "cpu": time.process_time}
INNER = "--measure"


def measure(seconds: float) -> dict[str, Any]:
    """In this process, on one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    before = _megabytes()
    began = {name: now() for name, now in CLOCKS.items()}
    from nfs.semantics.analyser import analyse  # noqa: PLC0415 - is what is measured

    imported = {name: now() - began[name] for name, now in CLOCKS.items()}
    texts = _texts()
    first = _first_texts(texts, analyse)
    warm = [(language, text) for language in texts for text in texts[language]]
    for _, text in warm:
        analyse(text)
    figures = _repeat(warm, analyse, seconds)
    return {
        "importSeconds": imported,
        "firstTextSeconds": first,
        "megabytes": _megabytes() - before,
        **figures,
    }


def _texts() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(TEXTS.glob("*.jsonl")):
        for line in map(json.loads, file.read_text("utf-8").splitlines()):
            found[line["lang"]].append(line["text"])
    return dict(found)


def _first_texts(texts: dict[str, list[str]], analyse: Callable[[str], Any]) -> dict[str, float]:
    """Seconds of processor time that the first text of a language takes: its grammar is made."""
    took = {}
    for language, (text, *_) in texts.items():
        began = time.process_time()
        analyse(text)
        took[language] = round(time.process_time() - began, 3)
    return took


def _repeat(
    warm: list[tuple[str, str]], analyse: Callable[[str], Any], seconds: float
) -> dict[str, Any]:
    times: dict[str, list[float]] = {name: [] for name in CLOCKS}
    by_language: dict[str, list[float]] = defaultdict(list)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for language, text in warm:
            began = {name: now() for name, now in CLOCKS.items()}
            analyse(text)
            for name, now in CLOCKS.items():
                times[name].append((now() - began[name]) * 1000)
            by_language[language].append(times["cpu"][-1])
    return {
        "n": len(times["cpu"]),
        "perSecond": {name: round(1000 * len(t) / sum(t)) for name, t in times.items()},
        "latencyMs": {name: percentiles(t) for name, t in times.items()},
        "perLanguageCpuMs": {name: percentiles(t) for name, t in sorted(by_language.items())},
    }


def _megabytes() -> float:
    """The most memory that the process has had."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument(INNER, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.seconds)))
        return
    command = [sys.executable, __file__, INNER, "--seconds", str(options.seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    write(RESULTS / "analyses.json", result)
    table = Table("", "clock", "processor", title="The offline analyser on one core")
    for name in PERCENTILES:
        latency = result["latencyMs"]
        table.add_row(f"{name}, ms", str(latency["clock"][name]), str(latency["cpu"][name]))
    table.add_row("analyses per second", *(str(result["perSecond"][name]) for name in CLOCKS))
    table.add_row("import, s", *(f"{result['importSeconds'][name]:.2f}" for name in CLOCKS))
    Console().print(table)
    print(f"{len(result['firstTextSeconds'])} languages in {result['megabytes']} MB")
    print(f"the first text of a language, s: {result['firstTextSeconds']}")


if __name__ == "__main__":
    main()
