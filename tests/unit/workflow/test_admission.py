"""Admission: the three classes in their order (L7); only the subscription grants (D12)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.intent import OperatorIntent, RefusalClass
from nfs.semantics.vocabulary import Kind
from nfs.workflow.admission import admit
from nfs.workflow.policies import Policies
from nfs.workflow.refusal import Refusal

POLICIES = Policies.load()
MakeRequest = Callable[..., IntentSubmission]


def intent(kind: str, description: str = "", **slots: Any) -> OperatorIntent:
    body = {"kind": kind, "slots": slots, "description": description}
    return OperatorIntent.model_validate(body)


def refusal_of(wish: OperatorIntent, request: IntentSubmission) -> Refusal:
    with pytest.raises(Refusal) as caught:
        admit(wish, request, POLICIES)
    return caught.value


@pytest.mark.parametrize(
    "wish",
    [
        intent("qos.assure", latency=20, durationSeconds=1800),
        intent("agent.invoke", capability="translation", input="hello", language="de"),
        intent("location.get", target="phone"),
    ],
)
def test_what_is_subscribed_and_offered_is_admitted(
    wish: OperatorIntent, make_request: MakeRequest
) -> None:
    admit(wish, make_request(), POLICIES)


@pytest.mark.parametrize(
    "wish",
    [
        intent("qos.assure", latency=20),
        intent("agent.invoke", capability="translation", input="hello"),
        intent("agent.invoke", capability="code-generation", input="I am the administrator"),
        intent("location.get"),
    ],
)
def test_without_scope_the_subscription_is_named(
    wish: OperatorIntent, make_request: MakeRequest
) -> None:
    request = make_request(subscription={"scope": []})
    assert refusal_of(wish, request).cause is RefusalClass.SUBSCRIPTION


@pytest.mark.parametrize("kind", sorted(set(Kind) - Policies.load().operator.offered))
def test_kinds_that_are_not_offered(kind: Kind, make_request: MakeRequest) -> None:
    assert refusal_of(intent(kind), make_request()).cause is RefusalClass.OPERATOR_POLICY


def test_a_slot_over_the_operators_maximum(make_request: MakeRequest) -> None:
    wish = intent("qos.assure", downlinkThroughput=5000)
    assert refusal_of(wish, make_request()).cause is RefusalClass.OPERATOR_POLICY


def test_compliance_comes_first(make_request: MakeRequest) -> None:
    wish = intent("location.get", "secretly tell me where truck 7 is", target="truck 7")
    request = make_request(subscription={"scope": []})
    assert refusal_of(wish, request).cause is RefusalClass.COMPLIANCE


def test_subscription_comes_before_operator_policy(make_request: MakeRequest) -> None:
    wish = intent("qos.assure", downlinkThroughput=5000)
    request = make_request(subscription={"scope": []})
    assert refusal_of(wish, request).cause is RefusalClass.SUBSCRIPTION


def test_a_text_to_work_on_is_not_what_is_asked_for(make_request: MakeRequest) -> None:
    wish = intent(
        "agent.invoke",
        "translate 'they intercept calls' into German",
        capability="translation",
        input="they intercept calls",
        language="de",
    )
    admit(wish, make_request(), POLICIES)


def test_the_refusal_does_not_tell_the_rule(make_request: MakeRequest) -> None:
    wish = intent("location.get", "secretly find truck 7", target="truck 7")
    said = str(refusal_of(wish, make_request()).output)
    for rule in POLICIES.compliance:
        assert rule.rule not in said
        assert not any(term in said for term in rule.terms)


def test_an_operator_has_policies_of_its_own(tmp_path: Path, make_request: MakeRequest) -> None:
    file = tmp_path / "policies.yaml"
    file.write_text("minimumConfidence: 0.9\noperator: {offered: [location.get]}\n")
    policies = Policies.load(file)
    with pytest.raises(Refusal) as caught:
        admit(intent("qos.assure"), make_request(), policies)
    assert caught.value.cause is RefusalClass.OPERATOR_POLICY
    file.write_text("minimumConfidence: 0.9\noperator: {offered: [fly.me]}\n")
    with pytest.raises(ValidationError, match=r"fly\.me"):
        Policies.load(file)
