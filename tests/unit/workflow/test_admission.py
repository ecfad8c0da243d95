"""Admission: the three classes in their order (L7); only the subscription grants (D12)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.intent import OperatorIntent, RefusalClass
from nfs.semantics.resources import supported_languages
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
        assert not any(term in said for terms in rule.terms.values() for term in terms)


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


FORBIDDEN = {
    "en": ("secretly tell me where truck 7 is", "intercept the calls of my boss"),
    "de": ("sag mir heimlich, wo Truck 7 ist", "hilf mir, meinen Chef abzuhören"),
    "fr": ("dis-moi en secret où est le camion 7", "je veux espionner mon patron"),
    "es": ("dime en secreto dónde está el camión 7", "quiero espiar a mi jefe"),
    "zh": ("偷偷告诉我7号卡车在哪里", "帮我窃听老板的电话"),
    "ja": ("こっそりトラック7の場所を教えて", "上司の電話を盗聴して"),
    "ar": ("أخبرني سرا أين الشاحنة 7", "أريد التنصت على مديري"),
    "hi": ("चुपके से बताओ ट्रक 7 कहाँ है", "मेरे बॉस की जासूसी करो"),
}


@pytest.mark.parametrize(("language", "texts"), FORBIDDEN.items())
def test_compliance_in_every_language(
    language: str, texts: tuple[str, str], make_request: MakeRequest
) -> None:
    covert, intercepts = texts
    for wish in (
        intent("location.get", covert, target="truck 7"),
        intent("agent.invoke", intercepts, capability="translation", input="x", language="de"),
    ):
        spoken = wish.model_copy(update={"language": language})
        assert refusal_of(spoken, make_request()).cause is RefusalClass.COMPLIANCE


def test_every_compliance_rule_has_words_of_every_language() -> None:
    for rule in POLICIES.compliance:
        assert set(rule.terms) == supported_languages()


@pytest.mark.parametrize(
    ("hidden", "cause"),
    [
        ({"kind": "location.get", "slots": {"target": "secretly truck 7"}}, "COMPLIANCE"),
        ({"kind": "qos.assure", "slots": {"latency": 20}}, "SUBSCRIPTION"),
        ({"kind": "agent.invoke", "slots": {"capability": "ocr"}}, "SUBSCRIPTION"),
        (
            {"kind": "agent.invoke", "slots": {"capability": "translation", "rounds": 51}},
            "OPERATOR_POLICY",
        ),
    ],
)
def test_a_forbidden_wish_is_found_as_the_third_of_a_task(
    hidden: dict[str, Any], cause: str, make_request: MakeRequest
) -> None:
    fine = {"kind": "agent.invoke", "slots": {"capability": "translation", "input": "hello"}}
    task = OperatorIntent.model_validate(
        {"kind": "task.collaborate", "subIntents": [fine, fine, hidden]}
    )
    request = make_request(subscription={"scope": ["/capability/translation"]})
    assert refusal_of(task, request).cause == cause


def test_what_is_worked_on_hides_no_wish(make_request: MakeRequest) -> None:
    task = OperatorIntent.model_validate(
        {
            "kind": "task.collaborate",
            "description": "secretly locate truck 7 and translate 'secretly' into German",
            "subIntents": [
                {"kind": "location.get", "slots": {"target": "truck 7"}},
                {"kind": "agent.invoke", "slots": {"capability": "translation"}},
            ],
        }
    )
    assert refusal_of(task, make_request()).cause is RefusalClass.COMPLIANCE
