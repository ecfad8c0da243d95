"""Runs the tests that need a kernel with SCTP and TUN in user-mode-linux, which needs root."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

RUN = Path(__file__).parents[1] / "uml" / "run"
TESTS = (
    "test_sctp.py",
    "test_storm.py",
    "test_sctp_over_tcp.py",
    "test_gnb_and_ue_commands.py",
    "test_user_plane.py",
)


def _missing() -> str:
    programs = [p for p in ("linux.uml", "gcc", "modprobe", "ip", "sysctl") if not shutil.which(p)]
    if find_spec("sctp") is None:
        programs.append("pysctp")
    if os.geteuid() != 0:
        programs.append("root")
    return ", ".join(programs)


@pytest.mark.uml
@pytest.mark.timeout(600)
def test_sctp_in_user_mode_linux() -> None:
    if missing := _missing():
        reason = f"user-mode-linux needs {missing}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    pytest_inside = [sys.executable, "-m", "pytest", "-m", "sctp", "-p", "no:cacheprovider"]
    tests = [Path(__file__).with_name(name) for name in TESTS]
    run = subprocess.run(
        [RUN, *pytest_inside, "-q", *tests],
        env=os.environ | {"UML_SECONDS": "570"},
        text=True,
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    summary = re.search(r"(\d+) passed", run.stdout)
    assert summary is not None, run.stdout
    assert int(summary[1]) >= 17
    assert "skipped" not in run.stdout
