"""Findings of network.diagnose: each from what was measured, in the order of the symptom."""

from __future__ import annotations

import pytest

from nfs.common.models.smf_tools import FlowFigures, SessionInfo
from nfs.semantics.intent import IntentStatus, OperatorResult, Symptom
from nfs.semantics.render import render
from nfs.semantics.resources import supported_languages
from nfs.semantics.vocabulary import Kind
from nfs.workflow.diagnosis import Observed, diagnose, table

SESSION = SessionInfo(
    pdu_session_id=1,
    dnn="internet",
    s_nssai="1",
    connected=True,
    ambr_downlink_kbps=10_000,
    ambr_uplink_kbps=10_000,
    qos_flows=[],
)


def observed(**figures: float) -> Observed:
    fine = {
        "latency_ms": 1,
        "path_loss_percent": 0,
        "uplink_mbps": 0,
        "downlink_mbps": 0,
        "dropped_percent": 0,
        "total_uplink_octets": 0,
        "total_downlink_octets": 0,
        "total_dropped_packets": 0,
        "total_dropped_percent": 0,
    }
    flow = FlowFigures.model_validate({"qfi": 1} | fine | figures)
    return Observed(sessions=[(SESSION, [flow])])


def names(seen: Observed, symptom: Symptom | None = None) -> list[str]:
    return [finding.name for finding in diagnose(seen, symptom)]


def test_nothing_is_an_answer() -> None:
    assert diagnose(observed(), Symptom.SLOW) == []


def test_each_fault_has_its_measured_fact() -> None:
    for figures, name, facts in (
        ({"latency_ms": 40.26}, "PATH_SLOW", {"milliseconds": 40.3}),
        ({"path_loss_percent": 12.5}, "PATH_LOSSY", {"percent": 12.5}),
        ({"downlink_mbps": 9.0}, "RATE_USED", {"used": 9.0, "limit": 10.0}),
        (
            {"total_dropped_percent": 2.0, "total_dropped_packets": 7},
            "RATE_ENFORCED",
            {"percent": 2.0, "packets": 7},
        ),
    ):
        (finding,) = diagnose(observed(**figures), None)
        assert (finding.name, finding.facts) == (name, {"dnn": "internet"} | facts)


@pytest.mark.parametrize(
    ("symptom", "first"),
    [
        (Symptom.HIGH_LATENCY, "PATH_SLOW"),
        (Symptom.DROPS, "PATH_LOSSY"),
        (Symptom.SLOW, "RATE_USED"),
    ],
)
def test_the_symptom_says_what_is_plausible(symptom: Symptom, first: str) -> None:
    seen = observed(latency_ms=40, path_loss_percent=5, uplink_mbps=9)
    assert names(seen, symptom)[0] == first


def test_states_of_the_device() -> None:
    assert names(Observed(registered=False), Symptom.NO_SERVICE) == ["NOT_REGISTERED"]
    away = Observed(reached=False, overloaded=True, sessions=[])
    assert names(away) == ["NOT_REACHABLE", "NO_SESSION", "AMF_OVERLOADED"]
    assert names(away, Symptom.SLOW)[0] == "AMF_OVERLOADED"


@pytest.mark.parametrize("language", sorted(supported_languages()))
def test_every_finding_and_remedy_has_a_text(language: str) -> None:
    facts = {"percent": 2.5, "milliseconds": 40.5, "used": 9.5, "limit": 10.5, "reference": "game"}
    for name, remedy in table()["remedies"].items():
        result = OperatorResult(
            intent_id="1",
            kind=Kind.NETWORK_DIAGNOSE,
            status=IntentStatus.FULFILLED,
            output={"findings": [{"finding": name, **facts}], "remedy": remedy},
        )
        text = render(result, language)
        assert "{" not in text
        nothing = OperatorResult(
            intent_id="1", kind=Kind.NETWORK_DIAGNOSE, status=IntentStatus.FULFILLED
        )
        assert text != render(nothing, language)
