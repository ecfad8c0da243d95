"""Of every kind that changes something, the undo call is in the store before the change (L25)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from core import Core
from one_nf import Fate, Killed, forget_leases, instance
from structlog.testing import capture_logs

from nfs.common.identities import Snssai
from nfs.common.models.iaf import IntentSubmission
from nfs.common.store import SqliteStore
from nfs.semantics.vocabulary import CAPABILITY_ROOT
from nfs.workflow import kinds
from nfs.workflow.lives.records import LIVE

INTENTS: dict[str, dict[str, Any]] = {
    "qos.assure": {"latency": 20},
    "privateline.create": {"endpointA": "bike"},
    "session.establish": {"dnn": "agents"},
    "energy.save": {},
    "location.geofence": {"area": "office"},
    "mobility.announce": {"area": "office"},
    "policy.set": {"subject": "agent", "effect": "DENY"},
    "network.diagnose": {"symptom": "slow"},
}
SCOPE = [CAPABILITY_ROOT + name for name in ("qos-assurance", "location")]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses, and no assurance: it changes nothing. Everybody may use the agents network."""

    async def subscribed(*_: object) -> tuple[str, Snssai]:
        return "agents", Snssai(1)

    monkeypatch.setattr("nfs.workflow.kinds.session_establish.subscribed", subscribed)
    monkeypatch.setattr("nfs.workflow.workflow.ASSURED", {})
    monkeypatch.setattr("nfs.workflow.execution.compensation.FIRST_PAUSE", 0.0)
    monkeypatch.setattr("nfs.workflow.lives.life.RETRY", 0.01)


def test_every_kind_that_changes_something_is_here() -> None:
    changing = {
        path.stem.replace("_", ".")
        for path in Path(kinds.__file__).parent.glob("*.py")
        if "undo_with(" in path.read_text("utf-8")
    }
    assert changing == INTENTS.keys()


@pytest.mark.parametrize("kind", INTENTS)
async def test_wherever_the_instance_is_killed_nothing_is_left(
    kind: str, make_request: Callable[..., IntentSubmission]
) -> None:
    """Around each change; ``test_life`` has the other points, which all kinds have."""
    intent = {"kind": kind, "slots": INTENTS[kind]}
    subscription = {"scope": SCOPE, "devices": {"bike": "imsi-999700000000002"}}
    request = make_request(text=None, intent=intent, subscription=subscription)
    with capture_logs():  # of dozens of dead instances
        alive = await _killed_and_taken_over(None, request)
        assert alive.statuses()[0] == ("result", "FULFILLED")
        for kill_at in range(alive.changed_at[0] - 1, alive.changed_at[-1] + 4):
            await _killed_and_taken_over(kill_at, request)


async def _killed_and_taken_over(kill_at: int | None, request: IntentSubmission) -> Core:
    store, fate = SqliteStore(), Fate(kill_at)
    core = Core(fate)
    async with instance(store, core, fate) as first:
        with suppress(Killed):
            first.intents.create(request)
            await first.until(first.at_rest)
    forget_leases(store)
    async with instance(store, core) as second:
        await second.until(second.at_rest)
        for record in second.intents.records.of(request.supi):
            if record.holds:
                second.intents.cancel(record.intent_id)
        await second.until(lambda: not list(store.scan(LIVE)))
    assert core.there == set()
    assert sorted(core.removed) == sorted(core.made)
    return core
