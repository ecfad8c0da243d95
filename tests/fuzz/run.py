"""Mutate seed messages until the time is up: no octets may crash, hang or swell a parser.

    tests/fuzz/run.py --target NAME [--seconds N] [--json]

A target is a module targets/NAME.py with ``seeds()``, the messages to begin with, and
``one(octets)``, which raises for nothing but a bug. Exit code 1 when something failed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol, cast

import structlog

TARGETS = Path(__file__).with_name("targets")
INTERESTING = (0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF)
MAX_OCTETS = 4096
WARM_UP = 1000
"""Executions before memory is measured: by then everything is imported and cached."""
KEPT_FAILURES = 20


class Target(Protocol):
    def seeds(self) -> Sequence[bytes]: ...

    def one(self, octets: bytes) -> object: ...


class Hang(Exception):
    """One input took longer than its limit."""


@dataclass
class Failure:
    octets: str
    error: str


@dataclass
class Report:
    target: str
    executions: int = 0
    failures: int = 0
    peakMemoryGrowth: int = 0  # noqa: N815 - printed as JSON
    """Octets that the largest resident size has grown by since the warm-up."""
    kept: list[Failure] = field(default_factory=list)


def names() -> list[str]:
    return sorted(path.stem for path in TARGETS.glob("*.py"))


def load(name: str) -> Target:
    return cast(Target, importlib.import_module(f"targets.{name}"))


def mutate(chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    """One to four changes of a seed, most often a single one."""
    octets = bytearray(chance.choice(corpus))
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        chance.choice(_CHANGES)(chance, octets, corpus)
    return bytes(octets[:MAX_OCTETS])


def _flip_bit(chance: random.Random, octets: bytearray, _: Sequence[bytes]) -> None:
    if octets:
        octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)


def _set_octet(chance: random.Random, octets: bytearray, _: Sequence[bytes]) -> None:
    if octets:
        value = chance.choice((chance.choice(INTERESTING), chance.randrange(256)))
        octets[chance.randrange(len(octets))] = value


def _truncate(chance: random.Random, octets: bytearray, _: Sequence[bytes]) -> None:
    del octets[chance.randrange(len(octets) + 1) :]


def _insert(chance: random.Random, octets: bytearray, _: Sequence[bytes]) -> None:
    at = chance.randrange(len(octets) + 1)
    octets[at:at] = chance.randbytes(chance.choice((1, 1, 2, 4, 16)))


def _remove(chance: random.Random, octets: bytearray, _: Sequence[bytes]) -> None:
    at = chance.randrange(len(octets) + 1)
    del octets[at : at + chance.choice((1, 1, 2, 4, 16))]


def _repeat(chance: random.Random, octets: bytearray, _: Sequence[bytes]) -> None:
    at = chance.randrange(len(octets) + 1)
    octets += octets[at:] * chance.choice((1, 1, 8))


def _splice(chance: random.Random, octets: bytearray, corpus: Sequence[bytes]) -> None:
    other = chance.choice(corpus)
    octets[chance.randrange(len(octets) + 1) :] = other[chance.randrange(len(other) + 1) :]


_CHANGES: tuple[Callable[[random.Random, bytearray, Sequence[bytes]], None], ...] = (
    _flip_bit,
    _set_octet,
    _truncate,
    _insert,
    _remove,
    _repeat,
    _splice,
)


def inputs(target: Target, seed: int) -> Iterator[bytes]:
    """The seeds as they are, then mutations of them without end; the same for the same ``seed``."""
    corpus = list(target.seeds())
    yield from corpus
    chance = random.Random(seed)
    while True:
        yield mutate(chance, corpus)


def run(name: str, *, seconds: float, seed: int, input_seconds: float, growth: int) -> Report:
    """Until ``seconds`` have passed; memory that grows by more than ``growth`` octets fails."""
    target, report = load(name), Report(name)
    signal.signal(signal.SIGALRM, _hang)
    until, before = time.monotonic() + seconds, _peak_memory()
    for octets in inputs(target, seed):
        if time.monotonic() > until:
            break
        signal.setitimer(signal.ITIMER_REAL, input_seconds)
        try:
            target.one(octets)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            _note(report, octets, f"{type(error).__name__}: {error}")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        report.executions += 1
        if report.executions == WARM_UP:
            before = _peak_memory()
    report.peakMemoryGrowth = _peak_memory() - before
    if report.peakMemoryGrowth > growth:
        _note(report, b"", f"memory has grown by {report.peakMemoryGrowth} octets")
    return report


def _hang(_number: int, _frame: object) -> None:
    raise Hang("the input's time is up")


def _note(report: Report, octets: bytes, error: str) -> None:
    report.failures += 1
    if len(report.kept) < KEPT_FAILURES:
        report.kept.append(Failure(octets.hex(), error[:300]))


def _peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutate seed messages: nothing may crash or hang.")
    parser.add_argument("--target", choices=names(), required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None, help="repeats a run; printed otherwise")
    parser.add_argument("--input-seconds", type=float, default=2, help="longer is a hang")
    parser.add_argument("--growth-mib", type=int, default=64, help="more is a leak")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    # What is refused is no news here, and an NF would log all of it.
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().getrandbits(32)
    report = run(
        arguments.target,
        seconds=arguments.seconds,
        seed=seed,
        input_seconds=arguments.input_seconds,
        growth=arguments.growth_mib << 20,
    )
    if arguments.json:
        sys.stdout.write(json.dumps(asdict(report) | {"seed": seed}) + "\n")
    else:
        sys.stdout.write(
            f"{report.target}: {report.executions} executions, {report.failures} failures,"
            f" peak memory +{report.peakMemoryGrowth >> 10} KiB, seed {seed}\n"
        )
        for failure in report.kept:
            sys.stdout.write(f"  {failure.octets}  {failure.error}\n")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
