"""Unmodified programs under the preload library: framed TCP in the place of SCTP."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from peers import agentnf, open5gs, ueransim
from peers.lab import Lab

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]

_SOURCE = Path(__file__).parents[2] / "deploy" / "sctp-over-tcp"
N2 = "tcp://127.0.0.5:38412"


@pytest.fixture
def preload(lab: Lab) -> str:
    """The library."""
    library = lab.folder / "sctp_over_tcp.so"
    subprocess.run(["make", "-s", "-C", _SOURCE, f"LIBRARY={library}", "CC=gcc"], check=True)
    return str(library)


@ueransim.needed
def test_ueransim_at_our_amf(lab: Lab, preload: str, monkeypatch: pytest.MonkeyPatch) -> None:
    agentnf.start_nfs(lab, sections={"amf": {"n2": N2}})
    with monkeypatch.context() as environment:
        environment.setenv("LD_PRELOAD", preload)
        ueransim.start_gnb(lab)
    ues = ueransim.start_ues(lab, 5)
    ues.says(ueransim.REGISTERED, times=5)
    ues.says(ueransim.SESSION, times=5)


@open5gs.needed
def test_our_ues_at_open5gs_amf(lab: Lab, preload: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open5gs.start_core(lab, [name for name in open5gs.CORE if name != "amf"])
    with monkeypatch.context() as environment:
        environment.setenv("LD_PRELOAD", preload)
        open5gs.start_core(lab, ["amf"])
    storm = lab.run(
        *(agentnf.AGENTNF, "ue", "storm", "-n", "20", "--in-flight", "5", "--pdu"),
        *("--n2", N2, "--json"),
    )
    result = json.loads(storm)
    assert (result["registered"], result["causes"]) == (20, {})
    assert result["sessions"]["established"] == 20
