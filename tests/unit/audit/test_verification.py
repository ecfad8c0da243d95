"""What is done to an audit trail afterwards is found, and where (O8)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from nfs.common.audit import AuditTrail, ChainVerifier, Entry, Fault
from nfs.common.audit.record import signed
from nfs.common.models.audit import Outcome
from nfs.common.signing import SigningKeys, public_keys
from nfs.common.store import SqliteStore

Trail = list[Any]


@pytest.fixture(scope="module")
def audit() -> AuditTrail:
    audit = AuditTrail(SqliteStore(), "AMC", "i-1")
    for number in range(6):
        audit.append(Entry(f"a{number}", "nf:x"), Outcome.DENIED, "POLICY")
    return audit


def first_fault(audit: AuditTrail, trail: Trail) -> Fault | None:
    chain = ChainVerifier(public_keys(audit.keys.jwks))
    return next((fault for record in trail if (fault := chain.check(record))), None)


def altered(trail: Trail) -> None:
    trail[2]["body"]["result"] = "success"


def added_to(trail: Trail) -> None:
    trail[2]["body"]["detail"] = "he was allowed to"


def left_out(trail: Trail) -> None:
    del trail[2]


def swapped(trail: Trail) -> None:
    trail[2], trail[3] = trail[3], trail[2]


def renumbered(trail: Trail) -> None:
    trail[2]["sequence"] = 4


def doubled(trail: Trail) -> None:
    trail.insert(2, trail[1])


def signed_by_another(trail: Trail) -> None:
    bare = {name: value for name, value in trail[2].items() if name != "integrity"}
    forger = SigningKeys(SqliteStore(), "audit")
    trail[2], _ = signed(bare, forger)


def signed_as_another(trail: Trail) -> None:
    kid = trail[2]["integrity"]["kid"]
    signed_by_another(trail)
    trail[2]["integrity"]["kid"] = kid


def unsigned(trail: Trail) -> None:
    trail[2]["integrity"]["sig"] = ""


def none_algorithm(trail: Trail) -> None:
    trail[2]["integrity"]["alg"] = "none"


def malformed(trail: Trail) -> None:
    trail[2] = ["a record?"]


def without_integrity(trail: Trail) -> None:
    del trail[2]["integrity"]


def deep(trail: Trail) -> None:
    value: Any = 1
    for _ in range(500):
        value = [value]
    trail[2]["body"]["after"] = value


@pytest.mark.parametrize(
    "spoil",
    [
        altered,
        added_to,
        left_out,
        swapped,
        renumbered,
        doubled,
        signed_by_another,
        signed_as_another,
        unsigned,
        none_algorithm,
        malformed,
        without_integrity,
        deep,
    ],
)
def test_the_first_bad_record_is_named(audit: AuditTrail, spoil: Callable[[Trail], None]) -> None:
    trail = copy.deepcopy(audit.page(0)["records"])
    assert first_fault(audit, trail) is None
    spoil(trail)
    fault = first_fault(audit, trail)
    assert fault is not None
    assert fault.sequence == 3
    assert fault.reason


def test_one_who_has_the_key_cannot_rewrite_a_record_alone(audit: AuditTrail) -> None:
    """The next record names the one that was there."""
    trail = copy.deepcopy(audit.page(0)["records"])
    bare = {name: value for name, value in trail[2].items() if name != "integrity"}
    trail[2], _ = signed(bare | {"body": bare["body"] | {"result": "success"}}, audit.keys)
    fault = first_fault(audit, trail)
    assert fault == Fault(4, "it does not follow the record before it")


@pytest.mark.parametrize("jwks", [None, [], {"keys": 5}, {"keys": [{}]}, {"keys": ["x"]}])
def test_what_is_no_key_set(jwks: object) -> None:
    with pytest.raises(ValueError):
        public_keys(jwks)
