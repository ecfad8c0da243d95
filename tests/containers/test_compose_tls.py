"""The compose file with the SBI over TLS, used from the host with a certificate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import COMPOSE_FILE, ROOT, compose, wait_healthy

pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]

TLS = ROOT / "deploy" / "compose" / "tls"
OVERLAY = ("-f", str(COMPOSE_FILE.with_name("compose.tls.yaml")))
AGENTNF = Path(sys.executable).with_name("agentnf")


@pytest.fixture(scope="module")
def tls(image: None) -> Iterator[None]:
    if not TLS.exists():
        subprocess.run(["make", "tls"], cwd=ROOT, check=True)
    os.environ["AGENTNF_UID"] = str(os.getuid())
    compose(*OVERLAY, "down", "-v")
    compose(*OVERLAY, "up", "-d")
    for service in ("amf", "agw-2", "translation"):
        wait_healthy(service)
    yield
    compose(*OVERLAY, "down", "-v")


def agentnf(*arguments: str) -> tuple[int, str]:
    environment = os.environ | {"AGENTNF_TLS": str(TLS)}
    done = subprocess.run(
        [AGENTNF, *arguments, "--json"],
        text=True,
        capture_output=True,
        env=environment,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.usefixtures("tls")
def test_words_are_fulfilled_and_agents_listed_over_tls() -> None:
    code, said = agentnf("ue", "say", "translate 'where is the station' into German")
    assert code == 0, said
    assert json.loads(said)["resultText"] == "Wo ist der Bahnhof?"
    places = ("--agw", "https://127.0.0.1:7716", "--nrf", "https://127.0.0.1:7710")
    code, listed = agentnf("agents", "list", *places)
    assert code == 0, listed
    assert len(json.loads(listed)["agents"]) >= 4


@pytest.mark.usefixtures("tls")
def test_without_tls_nothing_is_answered() -> None:
    done = subprocess.run(
        [AGENTNF, "agents", "list", "--json"], text=True, capture_output=True, check=False
    )
    assert done.returncode == 1
