"""A Docker daemon, the image of the NFs, and the testbed up as containers."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPOSE_FILE = ROOT / "deploy" / "compose" / "compose.yaml"
BASE = "agentnf-base:local"
SECOND = ("nrf-2", "amf-2", "smf-2", "agw-2", "agw-1b", "iaf-2")
SITES = ("anomaly", "foundry", "mill", "press", "paintshop")
LAST = ("amf", *SECOND, "translation", "summarisation", "ers", *SITES)
"""Services that no other waits for."""


def missing(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def docker(*arguments: str, check: bool = True) -> str:
    done = subprocess.run(["docker", *arguments], text=True, capture_output=True, check=False)
    if check and done.returncode:
        pytest.fail(f"docker {' '.join(arguments)}: {done.stderr[-2000:]}")
    return done.stdout.strip()


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The machine's Docker, or one for these tests where there is the program and root only."""
    if shutil.which("docker") is None or shutil.which("docker-compose") is None:
        missing("docker and docker-compose are not installed")
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0:
        yield
        return
    if shutil.which("dockerd") is None or os.geteuid() != 0:
        missing("no Docker daemon runs here, and dockerd cannot be started")
    log = (tmp_path_factory.mktemp("docker") / "dockerd.log").open("wb")
    process = subprocess.Popen(["dockerd"], stdout=log, stderr=subprocess.STDOUT)
    for _ in range(100):
        if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0:
            break
        time.sleep(0.3)
    else:
        missing(f"dockerd does not come up: {Path(log.name).read_text()[-1000:]}")
    yield
    process.terminate()
    process.wait(30)
    log.close()


@pytest.fixture(scope="session")
def image(daemon: None) -> None:
    """The image of this checkout, on the public base image or on one made of Debian packages."""
    base = os.environ.get("BASE_IMAGE", BASE)
    if base == BASE and not docker("images", "-q", BASE):
        if shutil.which("debootstrap") is None:
            missing("debootstrap is not installed, and BASE_IMAGE names no image")
        subprocess.run([Path(__file__).with_name("base_image"), BASE], check=True)
    build = ["make", "image", f"BASE_IMAGE={base}", "DOCKER_BUILD_ARGS=--network host"]
    subprocess.run(build, cwd=ROOT, check=True)


def compose(*arguments: str) -> None:
    environment = os.environ | {"REDIS_IMAGE": os.environ.get("REDIS_IMAGE", BASE)}
    command = ["docker-compose", "-f", str(COMPOSE_FILE), *arguments]
    done = subprocess.run(command, text=True, capture_output=True, env=environment, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command)}: {done.stderr[-3000:]}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What failed between containers is explained by what they logged."""
    report = yield
    if report.failed and shutil.which("docker"):
        names = docker("ps", "-a", "--format", "{{.Names}} {{.Status}}", check=False)
        logs = [f"{line}\n{_log(line.split()[0])}" for line in names.splitlines()]
        report.sections.append(("containers", "\n\n".join(logs)))
    return report


def _log(name: str) -> str:
    done = subprocess.run(
        ["docker", "logs", "--tail", "25", name], capture_output=True, check=False
    )
    return (done.stdout + done.stderr).decode(errors="replace")


def state_of(service: str) -> str:
    """``running healthy`` and the like."""
    template = "{{.State.Status}} {{.State.Health.Status}}"
    return docker("inspect", "-f", template, container(service), check=False)


def container(service: str) -> str:
    labels = f"service={service}", "oneoff=False"
    filters = [f"--filter=label=com.docker.compose.{label}" for label in labels]
    return docker("ps", "-aq", *filters)


def wait_healthy(service: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while (state := state_of(service)) != "running healthy":
        if time.monotonic() > deadline:
            logs = docker("logs", "--tail", "40", container(service), check=False)
            pytest.fail(f"{service} is {state}: {logs}")
        time.sleep(0.5)


@pytest.fixture(scope="module")
def testbed(image: None) -> Iterator[None]:
    compose("--profile", "scale", "down", "-v")
    compose("--profile", "scale", "up", "-d")
    for service in LAST:
        wait_healthy(service)
    yield
    compose("--profile", "scale", "--profile", "ue", "down", "-v")
