"""The benchmarks of the gateway run, and write down what they say they do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

LOAD = Path(__file__).parents[3] / "load"


def run(script: str, output: Path, *options: str) -> dict[str, Any]:
    command = [sys.executable, LOAD / script, "--output", output, *options]
    subprocess.run(command, check=True, capture_output=True, cwd=LOAD.parent)
    result: dict[str, Any] = json.loads(output.read_text())
    assert {"commit", "machine"} <= result.keys()
    return result


def test_the_directory_benchmark(tmp_path: Path) -> None:
    result = run("directory.py", tmp_path / "directory.json", "--max", "1000")
    (figures,) = result["runs"]
    assert figures["agents"] == 1000
    assert set(result["growth"].values()) == {1.0}


def test_the_allocation_benchmark(tmp_path: Path) -> None:
    """E9."""
    options = ("--codes", "4000", "--gateways", "2", "--instances", "2")
    result = run("allocation.py", tmp_path / "allocation.json", *options)
    assert (result["codes"], result["duplicates"]) == (4000, 0)


def test_the_convergence_benchmark(tmp_path: Path) -> None:
    output = tmp_path / "convergence.json"
    result = run("convergence.py", output, "--gateways", "3", "--rounds", "1")
    assert [figures["shape"] for figures in result["runs"]] == ["tree", "star"]
    assert all(figures["knownSeconds"] > 0 for figures in result["runs"])
