"""The audit trail on real stores: nothing lost, nothing forked (O8)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nfs.common.audit import AuditTrail, ChainVerifier, Entry
from nfs.common.audit.trail import MAX_TEXT, PAGE
from nfs.common.models.audit import Outcome
from nfs.common.sbi.problem import SbiProblem
from nfs.common.signing import public_keys
from nfs.common.store import SqliteStore, StoreUnavailable, open_store

if TYPE_CHECKING:
    from tests.conftest import RedisServer


def trail(store: Any, instance: str = "i-1") -> AuditTrail:
    return AuditTrail(store, "AGW", instance)


def records(of: AuditTrail) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = of.page(after)
        found += page["records"]
        after = page.get("next")
    return found


def assert_chained(of: AuditTrail) -> list[dict[str, Any]]:
    chain, found = ChainVerifier(public_keys(of.keys.jwks)), records(of)
    assert [chain.check(record) for record in found] == [None] * len(found)
    return found


def note(of: AuditTrail, action: str) -> None:
    of.append(Entry(action, "nf:x"), Outcome.SUCCESS)


def test_a_record_has_what_the_source_says() -> None:
    """P3, P4, O8."""
    audit = trail(SqliteStore())
    with audit.action("agent.change-state", actor="nf:1", target="agent:2", aic="2") as entry:
        entry.before, entry.after = {"state": "A"}, {"state": "B"}
    (record,) = assert_chained(audit)
    assert record["logType"] == "audit"
    assert (record["aic"], record["sequence"]) == ("2", 1)
    assert record["resource"] == {"service.name": "AGW", "service.instance.id": "i-1"}
    assert record["timestamp"].endswith("+00:00")
    assert record["previousHash"] == "0" * 64
    assert record["integrity"].keys() == {"alg", "kid", "sig"}
    assert record["body"] == {
        "actor": "nf:1",
        "action": "agent.change-state",
        "target": "agent:2",
        "result": "success",
        "before": {"state": "A"},
        "after": {"state": "B"},
    }


@pytest.mark.parametrize(
    ("error", "result", "cause"),
    [
        (SbiProblem(403, "POLICY", "why"), "denied", "POLICY"),
        (SbiProblem(503, "AMC_UNAVAILABLE"), "failed", "AMC_UNAVAILABLE"),
        (KeyError("a bug"), "failed", "KeyError"),
    ],
)
def test_what_fails_is_recorded_too(error: Exception, result: str, cause: str) -> None:
    audit = trail(SqliteStore())
    with pytest.raises(type(error)), audit.action("agent.register"):
        raise error
    (record,) = assert_chained(audit)
    assert (record["body"]["result"], record["body"]["cause"]) == (result, cause)


def test_texts_of_others_are_bounded_data() -> None:
    audit = trail(SqliteStore())
    with audit.action("agent.register", actor="\ud800" * 2000, target='"}\n,{"') as entry:
        entry.after = {"none": None, "text": "é"}
    (record,) = assert_chained(audit)
    assert record["body"]["actor"] == "?" * MAX_TEXT
    assert record["body"]["target"] == '"}\n,{"'


@pytest.mark.parametrize("count", [0, 1, PAGE - 2, PAGE - 1, PAGE, 2 * PAGE + 7])
def test_all_pages_together_are_the_trail(count: int) -> None:
    audit = trail(SqliteStore())
    for number in range(count):
        note(audit, f"a{number}")
    assert len(audit.page(0)["records"]) <= PAGE
    assert [r["body"]["action"] for r in assert_chained(audit)] == [f"a{n}" for n in range(count)]
    assert audit.page(count + 1000) == {"records": []}


def test_the_trail_goes_on_after_a_restart(tmp_path: Path) -> None:
    for number in range(5):
        for _ in range(number):
            note(trail(open_store(tmp_path, "agw")), f"start-{number}")
    assert len(assert_chained(trail(open_store(tmp_path, "agw")))) == 10


def test_instances_on_one_file_make_one_chain(tmp_path: Path) -> None:
    first, second = (trail(open_store(tmp_path, "agw"), name) for name in ("i-1", "i-2"))
    for number in range(20):
        note(first if number % 3 else second, f"a{number}")
    assert [r["body"]["action"] for r in assert_chained(first)] == [f"a{n}" for n in range(20)]


def test_instances_on_one_redis_make_one_chain(redis_server: RedisServer) -> None:
    first, second = (trail(open_store(redis_server.url, "agw"), name) for name in ("i-1", "i-2"))
    for number in range(PAGE + 5):
        note(first if number % 3 else second, f"a{number}")
    assert len(assert_chained(second)) == PAGE + 5


def test_what_cannot_be_recorded_is_not_acknowledged(redis_server: RedisServer) -> None:
    """The store is away: the action ends with StoreUnavailable, whether it was done or refused."""
    audit = trail(open_store(redis_server.url, "agw"))
    note(audit, "before")
    redis_server.kill()
    with pytest.raises(StoreUnavailable), audit.action("agent.register"):
        pass
    with pytest.raises(StoreUnavailable), audit.action("agent.register"):
        raise SbiProblem(403, "POLICY")


def test_earlier_keys_stay(tmp_path: Path) -> None:
    """A15."""
    audit = trail(open_store(tmp_path, "agw"))
    note(audit, "with the first key")
    audit.keys.rotate()
    note(audit, "with the second key")
    again = trail(open_store(tmp_path, "agw"))
    note(again, "after a restart")
    used = [record["integrity"]["kid"] for record in assert_chained(again)]
    assert used[0] != used[1] == used[2]
    assert not any("d" in key for key in again.keys.jwks["keys"])
