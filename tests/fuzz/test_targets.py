"""Every fuzz target for a moment, with the same inputs each time; longer: tests/fuzz/run.py."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest
from run import inputs, load, names

EXECUTIONS = 400
RUN = Path(__file__).with_name("run.py")


@pytest.mark.parametrize("name", names())
def test_target(name: str) -> None:
    target = load(name)
    for octets in itertools.islice(inputs(target, seed=1), EXECUTIONS):
        try:
            target.one(octets)
        except Exception as error:
            raise AssertionError(f"{name}: {octets.hex()}") from error


BROKEN = """
import time
def seeds(): return [bytes(range(32))]
def one(octets):
    if len(octets) > 32:
        raise KeyError("crash")
    if len(octets) < 8:
        time.sleep(9)
"""


def test_the_runner_finds_crashes_and_hangs(tmp_path: Path) -> None:
    runner = tmp_path / "run.py"
    runner.write_text(RUN.read_text())
    (tmp_path / "targets").mkdir()
    (tmp_path / "targets" / "broken.py").write_text(BROKEN)
    options = "--target broken --json --seconds 0.5 --input-seconds 0.02 --seed 1"
    command = [sys.executable, runner, *options.split()]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert report["executions"] > report["failures"] > 0
    assert {kept["error"].partition(":")[0] for kept in report["kept"]} == {"KeyError", "Hang"}
