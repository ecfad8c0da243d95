"""The decision of access control: one test for each clause of D7, and the conditions of rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from nfs.amc.policy import DecisionPoint, PolicyUnavailable
from nfs.amc.policy.context import Trust
from nfs.amc.policy.obligations import token_seconds
from nfs.common.models.policy import AccessRequest, Decision, Obligation, PolicyRule, Reason

TRANSLATION = "/capability/translation"
NOW = "2026-06-01T12:00:00Z"
UE, NF, TARGET = "agent:1.UE", "agent:1.CORE.1", "1.CORE.2"
PERMIT_ALL = {"id": "all", "effect": "PERMIT"}


def evidence(subject: str, **changes: Any) -> dict[str, Any]:
    proven = {
        "kind": "token",
        "valid": True,
        "subject": subject,
        "issuer": "amc-1",
        "audience": "agentnf",
        "expiresAt": int(datetime(2027, 1, 1, tzinfo=UTC).timestamp()),
        "scope": [TRANSLATION],
        "actsForOthers": subject == NF,
    }
    return proven | changes


def request() -> dict[str, Any]:
    """The UE's agent has something translated through an NF's agent: all in order."""
    return {
        "primarySubject": UE,
        "actor": {"immediateActor": NF, "actorChain": [UE, NF]},
        "action": "invoke",
        "resource": {
            "id": TRANSLATION,
            "skillId": TRANSLATION,
            "agentAic": TARGET,
            "offered": [TRANSLATION],
        },
        "environment": {"time": NOW, "slice": "1", "tai": "99970-1"},
        "verifiedContext": {
            "peer": NF,
            "peerCertificate": "thumb",
            "senderId": NF,
            "evidence": [evidence(UE), evidence(NF, scope=[], boundTo="thumb")],
        },
    }


def decide(body: dict[str, Any], *rules: dict[str, Any]) -> Decision:
    trust = Trust(issuers=frozenset({"amc-1"}), audience="agentnf")
    parsed = [PolicyRule.model_validate(rule) for rule in rules]
    return DecisionPoint(lambda: parsed, trust).decide(AccessRequest.model_validate(body))


def with_conditions(effect: str = "PERMIT", **conditions: Any) -> dict[str, Any]:
    return {"id": effect.lower(), "effect": effect, "conditions": conditions}


def test_what_is_in_order_and_permitted() -> None:
    decision = decide(request(), PERMIT_ALL)
    assert decision == Decision(allowed=True, reason_code=Reason.PERMITTED, rule_ids=["all"])


def context(body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = body["verifiedContext"]
    return found


def no_peer(body: dict[str, Any]) -> None:
    del context(body)["peer"]


def no_evidence(body: dict[str, Any]) -> None:
    context(body)["evidence"] = []


def no_evidence_of_the_subject(body: dict[str, Any]) -> None:
    del context(body)["evidence"][0]


def no_evidence_in_the_chain(body: dict[str, Any]) -> None:
    body["actor"]["actorChain"] = [UE, "agent:1.somebody", NF]


def of_ue(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: context(body)["evidence"][0].update(changes)


def of_nf(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: context(body)["evidence"][1].update(changes)


def one_more(kind: str) -> Callable[[dict[str, Any]], None]:
    """What of several things does not hold makes the others worth nothing."""
    return lambda body: context(body)["evidence"].append(evidence(NF, kind=kind, valid=False))


def other_sender(body: dict[str, Any]) -> None:
    context(body)["senderId"] = UE


def chain(*agents: str) -> Callable[[dict[str, Any]], None]:
    return lambda body: body["actor"].update(actorChain=list(agents))


def immediate(agent: str) -> Callable[[dict[str, Any]], None]:
    return lambda body: body["actor"].update(immediateActor=agent)


def resource(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: body["resource"].update(changes)


def action(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda body: body.update(action=name)


CLAUSES = {
    "missing credentials": (
        Reason.NO_CREDENTIAL,
        [no_peer, no_evidence, no_evidence_of_the_subject, no_evidence_in_the_chain],
    ),
    "failed validation": (
        Reason.CREDENTIAL_INVALID,
        [
            of_ue(valid=False),
            of_nf(valid=False),
            *map(one_more, ("token", "certificate", "session", "delegation")),
        ],
    ),
    "issuer mismatch": (Reason.ISSUER_MISMATCH, [of_ue(issuer="amc-9"), of_nf(issuer=None)]),
    "audience mismatch": (Reason.AUDIENCE_MISMATCH, [of_ue(audience="x"), of_ue(audience=None)]),
    "expiry": (Reason.EXPIRED, [of_ue(expiresAt=1), of_nf(expiresAt=None)]),
    "scope mismatch": (
        Reason.SCOPE_MISMATCH,
        [of_ue(scope=[]), of_ue(scope=["/capability/ocr"]), of_ue(scope=[f"{TRANSLATION}/text"])],
    ),
    "actor mismatch": (
        Reason.ACTOR_MISMATCH,
        [chain(), chain(UE), chain(NF, UE), chain(NF), chain(UE, NF, UE, NF), immediate(UE)],
    ),
    "certificate binding mismatch": (Reason.BINDING_MISMATCH, [of_nf(boundTo="another")]),
    "sender is not the peer": (Reason.SENDER_MISMATCH, [other_sender]),
    "resource unresolvable": (
        Reason.RESOURCE_UNRESOLVED,
        [
            resource(agentAic=None),
            resource(skillId=None),
            resource(id="/capability/ocr"),
            resource(offered=[]),
            resource(offered=["/capability/ocr"]),
        ],
    ),
    "action unresolvable": (Reason.ACTION_UNRESOLVED, [action("administrate"), action("")]),
    "impersonation (D12)": (Reason.IMPERSONATION, [of_nf(actsForOthers=False)]),
}


@pytest.mark.parametrize(
    ("reason", "spoil"),
    [
        pytest.param(reason, spoil, id=f"{clause}-{number}")
        for clause, (reason, ways) in CLAUSES.items()
        for number, spoil in enumerate(ways)
    ],
)
def test_fail_closed(reason: Reason, spoil: Callable[[dict[str, Any]], None]) -> None:
    """D7, D8: whatever the rules say."""
    body = request()
    spoil(body)
    assert decide(body, PERMIT_ALL) == Decision(allowed=False, reason_code=reason)


def test_policy_unavailable_denies() -> None:
    """D7."""

    def rules() -> list[PolicyRule]:
        raise PolicyUnavailable

    trust = Trust(issuers=frozenset({"amc-1"}), audience="agentnf")
    decision = DecisionPoint(rules, trust).decide(AccessRequest.model_validate(request()))
    assert decision == Decision(allowed=False, reason_code=Reason.POLICY_UNAVAILABLE)


def test_anything_but_an_explicit_permission_denies() -> None:
    """D7."""
    assert decide(request()).reason_code is Reason.NOT_PERMITTED
    elsewhere = with_conditions(areas=["99970-2"])
    assert decide(request(), elsewhere).reason_code is Reason.NOT_PERMITTED


def test_a_prohibition_outweighs_permissions() -> None:
    decision = decide(request(), PERMIT_ALL, with_conditions("DENY", subjects=["agent:1.UE"]))
    assert decision == Decision(allowed=False, reason_code=Reason.PROHIBITED, rule_ids=["deny"])


HOLDS: list[dict[str, Any]] = [
    {"subjects": ["agent:1.UE"]},
    {"subjects": ["agent:2.*", "agent:1.*"]},
    {"subjects": ["*"]},
    {"actors": [NF]},
    {"capabilities": [TRANSLATION]},
    {"capabilities": ["/capability"]},
    {"slices": ["1"]},
    {"areas": ["99970-*"]},
    {"maxChainDepth": 1},
    {"time": {"notBefore": "2026-06-01T12:00:00Z", "notAfter": "2026-06-01T12:00:01Z"}},
    {"time": {"notBefore": "2026-06-01T13:59:00+02:00"}},
    {"time": {"dailyFrom": "12:00", "dailyUntil": "12:01"}},
    {"time": {"dailyFrom": "22:00", "dailyUntil": "12:01"}},
    {"time": {"dailyFrom": "11:00"}},
    {"time": {"dailyUntil": "12:01"}},
]
FAILS: list[dict[str, Any]] = [
    {"subjects": ["agent:1.U"]},
    {"subjects": [NF]},
    {"actors": [UE]},
    {"capabilities": [f"{TRANSLATION}/text"]},
    {"capabilities": ["/capability/trans"]},
    {"slices": ["2"]},
    {"areas": ["99970-2"]},
    {"maxChainDepth": 0},
    {"time": {"notBefore": "2026-06-01T12:00:01Z"}},
    {"time": {"notAfter": "2026-06-01T12:00:00Z"}},
    {"time": {"dailyFrom": "12:01", "dailyUntil": "13:00"}},
    {"time": {"dailyFrom": "12:01", "dailyUntil": "12:00"}},
    {"subjects": ["*"], "slices": ["2"]},
]


@pytest.mark.parametrize("conditions", HOLDS)
def test_conditions_that_hold(conditions: dict[str, Any]) -> None:
    assert decide(request(), with_conditions(**conditions)).allowed
    denied = decide(request(), PERMIT_ALL, with_conditions("DENY", **conditions))
    assert denied.reason_code is Reason.PROHIBITED


@pytest.mark.parametrize("conditions", FAILS)
def test_conditions_that_do_not_hold(conditions: dict[str, Any]) -> None:
    permitted = decide(request(), with_conditions(**conditions))
    assert permitted.reason_code is Reason.NOT_PERMITTED
    assert decide(request(), PERMIT_ALL, with_conditions("DENY", **conditions)).allowed


@pytest.mark.parametrize(("place", "condition"), [("slice", "slices"), ("tai", "areas")])
def test_what_is_not_known_permits_nothing_and_prohibits(place: str, condition: str) -> None:
    body = request()
    del body["environment"][place]
    conditions = {condition: ["*"]}
    assert not decide(body, with_conditions(**conditions)).allowed
    assert not decide(body, PERMIT_ALL, with_conditions("DENY", **conditions)).allowed


def test_a_capability_below_a_granted_one() -> None:
    body = request()
    resource(id=f"{TRANSLATION}/text", skillId=f"{TRANSLATION}/text")(body)
    assert decide(body, PERMIT_ALL).allowed


def test_obligations_of_all_permissions_are_to_be_met() -> None:
    """D9: one that nobody can meet denies."""
    short = PERMIT_ALL | {"obligations": [{"name": "max-token-seconds", "seconds": 5}]}
    shorter = {"id": "b", "effect": "PERMIT"} | {
        "obligations": [{"name": "max-token-seconds", "seconds": 3}]
    }
    allowed = decide(request(), short, shorter)
    assert allowed.allowed
    assert token_seconds(allowed.obligations, 60) == 3
    assert token_seconds([], 60) == 60
    assert token_seconds([Obligation(name="max-token-seconds", seconds=300)], 60) == 60
    asking = PERMIT_ALL | {"id": "ask", "obligations": [{"name": "ask-the-user"}]}
    assert decide(request(), short, asking).reason_code is Reason.OBLIGATION_UNMET


@pytest.mark.parametrize(
    "change",
    [
        {"id": "../x"},
        {"id": ""},
        {"effect": "ALLOW"},
        {"conditions": {"subject": ["agent:1"]}},
        {"conditions": {"subjects": []}},
        {"conditions": {"subjects": ["x"] * 65}},
        {"conditions": {"subjects": ["x" * 129]}},
        {"conditions": {"maxChainDepth": 8}},
        {"conditions": {"time": {"dailyFrom": "24:00"}}},
        {"conditions": {"time": {"notBefore": "2026-06-01T12:00:00"}}},
        {"obligations": [{"name": "max-token-seconds", "seconds": 0}]},
        {"obligations": [{"name": "x"}] * 9},
        {"description": "x" * 513},
        {"more": 1},
    ],
)
def test_a_rule_that_is_none(change: dict[str, Any]) -> None:
    """A misspelt condition must not make a rule wider."""
    with pytest.raises(ValidationError):
        PolicyRule.model_validate(PERMIT_ALL | change)
