"""A test of this folder runs in user-mode-linux, in one of its own: peers use SCTP, TUN and fixed
addresses. Outside, pytest collects each as an item that starts pytest for it inside."""

from __future__ import annotations

import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from peers.lab import Lab

_RUN = Path(__file__).parents[1] / "uml" / "run"
_INSIDE = "INSIDE_UML" in os.environ
_PASSED_ON = ("AGENTNF_",)
_KEPT = os.environ.get("AGENTNF_INTEROP_FOLDER")
_FAILED = pytest.StashKey[bool]()


def _missing() -> str:
    programs = ("linux.uml", "gcc", "modprobe", "ip", "sysctl", "tshark", "dumpcap", "ping")
    missing = [program for program in programs if not shutil.which(program)]
    if find_spec("sctp") is None:
        missing.append("pysctp")
    if os.geteuid() != 0:
        missing.append("root")
    return ", ".join(missing)


class PeersFailed(Exception):
    """What pytest wrote inside."""


class InUserModeLinux(pytest.Item):
    def runtest(self) -> None:
        if missing := _missing():
            pytest.skip(f"interop tests need {missing}")
        passed_on = [f"{k}={v}" for k, v in os.environ.items() if k.startswith(_PASSED_ON)]
        inside = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", self.nodeid]
        if _KEPT:
            inside.append(f"--basetemp={Path(_KEPT) / self.name}")
        run = subprocess.run(
            [_RUN, "env", *passed_on, *inside],
            cwd=self.config.rootpath,
            env={"UML_MEMORY": "2G"} | os.environ,
            text=True,
            capture_output=True,
            check=False,
        )
        if run.returncode or not re.search(r"\b1 passed\b", run.stdout):
            raise PeersFailed(run.stdout + run.stderr)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, PeersFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.name


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> pytest.Item | None:
    if _INSIDE or not (inspect.isfunction(obj) and collector.funcnamefilter(name)):
        return None
    item: pytest.Item = InUserModeLinux.from_parent(collector, name=name)
    item.own_markers.extend(getattr(obj, "pytestmark", ()))
    return item


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.fixture
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lab]:
    """Where the peers of this test run; what they logged is shown if it fails."""
    with Lab(tmp_path) as lab:
        yield lab
    if request.node.stash.get(_FAILED, False):
        print(lab.logs())  # noqa: T201 - pytest shows it with the failure
