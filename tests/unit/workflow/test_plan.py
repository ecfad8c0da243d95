"""Plans: what is infeasible is refused, and what is unclear asked, before anything is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from nfs.common.agents.consumer import AgentConsumer
from nfs.common.models.iaf import IntentSubmission
from nfs.common.nf import NetworkFunction
from nfs.semantics.intent import OperatorIntent, RefusalClass
from nfs.workflow.execution import Execution
from nfs.workflow.plan import PLANNERS, plan
from nfs.workflow.policies import Policies
from nfs.workflow.refusal import Question, Refusal
from nfs.workflow.times import seconds_until

MakeRequest = Callable[..., IntentSubmission]


class Unused(NetworkFunction, AgentConsumer):
    """Planning asks no network function and no agent."""

    def __init__(self) -> None:
        pass

    async def call(self, *_: Any, **__: Any) -> Any:
        raise AssertionError


def execution(request: IntentSubmission, kind: str, **slots: Any) -> Execution:
    intent = OperatorIntent.model_validate({"kind": kind, "slots": slots})
    return Execution(nf=Unused(), agents=Unused(), tools=Unused(), request=request, intent=intent)


def refused(request: IntentSubmission, kind: str, **slots: Any) -> RefusalClass:
    with pytest.raises(Refusal) as caught:
        plan(execution(request, kind, **slots))
    return caught.value.cause


def test_every_offered_kind_has_a_planner() -> None:
    assert Policies.load().operator.offered == set(PLANNERS)


@pytest.mark.parametrize(
    ("kind", "slots"),
    [
        ("qos.assure", {"latency": 20, "durationSeconds": 1800, "application": "cloud game"}),
        ("qos.assure", {"target": "my phone", "startTime": "now", "endTime": "T18:00"}),
        ("qos.assure", {"target": "bike"}),
        ("qos.assure", {"latency": 20, "startTime": "+600"}),
        ("privateline.create", {"target": "bike", "startTime": "+600"}),
        ("session.establish", {"application": "game"}),
        ("session.establish", {"dnn": "agents", "target": "bike", "startTime": "+600"}),
        ("session.release", {"target": "bike", "slice": "eMBB"}),
        ("network.diagnose", {"target": "bike", "symptom": "slow"}),
        ("agent.invoke", {"capability": "translation", "input": "hello", "language": "de"}),
        ("agent.invoke", {"capability": "summarisation", "input": "a. b. c."}),
        ("location.get", {}),
        ("location.get", {"target": "bike"}),
    ],
)
def test_feasible(kind: str, slots: dict[str, Any], make_request: MakeRequest) -> None:
    steps = plan(execution(make_request(), kind, **slots))
    assert steps
    assert all(step.text for step in steps)


@pytest.mark.parametrize(
    ("kind", "slots", "cause"),
    [
        ("qos.assure", {"latency": 5, "area": "home"}, RefusalClass.INFEASIBLE),
        ("qos.assure", {"area": "hall 3"}, RefusalClass.INFEASIBLE),
        ("session.establish", {"dnn": "agents", "target": "moon"}, RefusalClass.TARGET_UNKNOWN),
        ("privateline.create", {"endpointB": "moon"}, RefusalClass.TARGET_UNKNOWN),
        ("privateline.create", {"endpointA": "phone"}, RefusalClass.INFEASIBLE),
        ("qos.assure", {"target": "drone 2"}, RefusalClass.TARGET_UNKNOWN),
        ("location.get", {"target": "grandma"}, RefusalClass.TARGET_UNKNOWN),
        ("location.get", {"accuracy": 2}, RefusalClass.INFEASIBLE),
        ("analytics.query", {"metric": "usage", "target": "grandma"}, RefusalClass.TARGET_UNKNOWN),
        ("analytics.query", {"metric": "load", "area": "Atlantis"}, RefusalClass.TARGET_UNKNOWN),
        ("agent.discover", {"capability": "ocr", "constraint": "kind"}, RefusalClass.INFEASIBLE),
        ("model.train", {"model": "x", "constraint": "kind"}, RefusalClass.INFEASIBLE),
        ("sensing.detect", {}, RefusalClass.OPERATOR_POLICY),
        ("mobility.announce", {"area": "Atlantis"}, RefusalClass.INFEASIBLE),
        ("location.geofence", {"area": "Atlantis"}, RefusalClass.INFEASIBLE),
        ("policy.set", {"subject": "contacts", "effect": "DENY"}, RefusalClass.OPERATOR_POLICY),
        (
            "policy.set",
            {"subject": "location", "effect": "DENY", "target": "the shopping agent"},
            RefusalClass.TARGET_UNKNOWN,
        ),
        (
            "policy.set",
            {"subject": "agent", "effect": "DENY", "target": "bike"},
            RefusalClass.OPERATOR_POLICY,
        ),
    ],
)
def test_refused(
    kind: str, slots: dict[str, Any], cause: RefusalClass, make_request: MakeRequest
) -> None:
    assert refused(make_request(), kind, **slots) is cause


def test_without_a_session_no_flow(make_request: MakeRequest) -> None:
    assert refused(make_request(pduSessions=[]), "qos.assure") is RefusalClass.INFEASIBLE


@pytest.mark.parametrize(
    ("slots", "asks"),
    [
        ({}, "What should the agent be able to do"),
        ({"capability": "translation", "language": "de"}, "work on"),
        ({"capability": "translation", "input": "hello"}, "which language"),
    ],
)
def test_questions(slots: dict[str, Any], asks: str, make_request: MakeRequest) -> None:
    with pytest.raises(Question) as caught:
        plan(execution(make_request(), "agent.invoke", **slots))
    assert asks in caught.value.question


NOW = datetime(2026, 7, 1, 17, 30, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("end_time", "seconds"),
    [
        ("+90", 90),
        ("T18:00", 1800),
        ("T17:00", 23 * 3600 + 1800),
        ("T16:00Z", 1800),
        ("2026-07-01T18:30", 3600),
        ("2026-07-02T15:30:00Z", 86400),
    ],
)
def test_seconds_until(end_time: str, seconds: int) -> None:
    assert seconds_until(end_time, NOW) == seconds


@pytest.mark.parametrize("end_time", ["now", "2026-07-01T17:00"])
def test_a_time_that_has_passed(end_time: str) -> None:
    with pytest.raises(Refusal) as caught:
        seconds_until(end_time, NOW)
    assert caught.value.cause is RefusalClass.INFEASIBLE
