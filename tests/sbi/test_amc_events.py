"""Gateways are told what happens to identities, and find out what they missed (A7, A16)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from agent_requests import TRANSLATION, core_request, register, ue_request
from amc_requests import IDENTITIES, ask, enrol, revoke, set_state
from identity_core import AGW, AMC, IdentityCore

from nfs.agw.app import Agw
from nfs.agw.config import AgwConfig
from nfs.amc.identity import event_log, subscriptions
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem

ROOT = f"{AMC}/namc-identity/v1"
URI = f"{AGW}/nagw-callback/v1/identity-events"
AGENTS = "/nagw-registration/v1/agents"


@pytest.fixture
async def core() -> AsyncIterator[IdentityCore]:
    async with IdentityCore() as core:
        yield core


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "FIRST_RETRY", 0.01)
    monkeypatch.setattr(subscriptions, "LAST_RETRY", 0.05)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)


async def subscribe(core: IdentityCore, nf: NetworkFunction | None = None, **changes: Any) -> Any:
    """As the gateway, unless another NF is given."""
    body = {"gatewayId": "agw-1", "notificationUri": URI} | changes
    answer = await (nf or core.agw).sbi.request("POST", f"{ROOT}/subscriptions", json=body)
    assert answer.status == 201
    granted = answer.json()
    location = answer.headers["location"]
    assert location == f"{ROOT}/subscriptions/{granted['subscriptionId']}"
    return granted


async def changes(core: IdentityCore, since: int) -> Any:
    answer = await ask(core, "GET", f"{ROOT}/changes", params={"since": str(since)})
    return answer.json()


async def bind(core: IdentityCore, body: dict[str, Any], agw: Agw | None = None) -> dict[str, Any]:
    answer = await (agw or core.agw).sbi.request(
        "POST", (agw or core.agw).api_root + AGENTS, json=body
    )
    bound: dict[str, Any] = answer.json()
    return bound


def subscribed(core: IdentityCore) -> bool:
    """The gateway is, and knows how far the log goes."""
    there = core.stored("amc", "identity-subscriptions")
    return bool(there) and bool(core.stored("agw-1", "identity-cursors"))


def read_so_far(core: IdentityCore) -> int:
    seq: int = core.stored("agw-1", "identity-cursors")["identity-cursors/amc"]["seq"]
    return seq


def known(core: IdentityCore, aic: str) -> str:
    agent = core.agw.directory.get(aic)
    return agent.state.value if agent else "GONE"


def notifications(core: IdentityCore) -> int:
    named = f"POST {URI.removeprefix(AGW)}"
    return sum(record.name == named and record.source == "AMC" for record in core.trace)


async def test_a_notification_says_what_happened(core: IdentityCore) -> None:
    """{event, aic, state, reason, time}, and where it stands in the log."""
    aic, _ = await enrol(core, ue_request())
    await set_state(core, aic, "SUSPENDED", "stolen")
    await set_state(core, aic, "ACTIVE")
    await revoke(core, aic, 1)
    await ask(core, "DELETE", f"{IDENTITIES}/{aic}")
    told = await changes(core, 0)
    assert told["lastSeq"] == 4
    assert [(e["seq"], e["event"], e["state"], e["reason"]) for e in told["changes"]] == [
        (1, "SUSPENDED", "SUSPENDED", "stolen"),
        (2, "RESUMED", "ACTIVE", ""),
        (3, "REVOKED", "SUSPENDED", "keyCompromise"),
        (4, "RETIRED", "RETIRED", ""),
    ]
    assert {e["aic"] for e in told["changes"]} == {aic}
    assert all(e["time"] and e["logId"] == told["logId"] for e in told["changes"])
    assert [e["seq"] for e in (await changes(core, 3))["changes"]] == [4]
    assert (await changes(core, 4))["changes"] == []


async def test_the_log_is_bounded(core: IdentityCore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_log, "KEPT_EVENTS", 3)
    monkeypatch.setattr(event_log, "MAX_PAGE", 2)
    aic, _ = await enrol(core, ue_request())
    for _ in range(3):
        await set_state(core, aic, "SUSPENDED")
        await set_state(core, aic, "ACTIVE")
    assert len(core.stored("amc", "identity-events")) == 3
    first = await changes(core, 3)
    assert ([e["seq"] for e in first["changes"]], first["lastSeq"]) == ([4, 5], 6)
    for since in (0, 2, 7):
        with pytest.raises(SbiProblem, match="410 CHANGES_GONE"):
            await changes(core, since)
    with pytest.raises(SbiProblem, match="400 MANDATORY_QUERY_PARAM_INCORRECT"):
        await changes(core, -1)


async def test_a_subscription_is_renewed_and_ended(core: IdentityCore) -> None:
    first = await subscribe(core)
    second = await subscribe(core)
    assert first["subscriptionId"] == second["subscriptionId"]
    other = await subscribe(core, notificationUri=URI + "/2")
    assert other["subscriptionId"] != first["subscriptionId"]
    url = f"{ROOT}/subscriptions/{other['subscriptionId']}"
    assert (await ask(core, "DELETE", url)).status == 204
    with pytest.raises(SbiProblem, match="404 SUBSCRIPTION_NOT_FOUND"):
        await ask(core, "DELETE", url)


@pytest.mark.parametrize(
    "uri",
    [
        "ftp://h/nagw-callback/v1/x",
        "http://h/namc-identity/v1/identities",
        "http://user@h/nagw-callback/v1/x",
        "http://h/nagw-callback/v1/x?y",
        "http://h/nagw-callback/" + "x" * 2048,
        "",
    ],
)
async def test_an_address_that_is_not_notified(core: IdentityCore, uri: str) -> None:
    with pytest.raises(SbiProblem, match="400 MANDATORY_IE_INCORRECT"):
        await subscribe(core, notificationUri=uri)


async def test_who_may_not_subscribe(core: IdentityCore, monkeypatch: pytest.MonkeyPatch) -> None:
    for gateway in ("agw-9", "agw-2"):
        with pytest.raises(SbiProblem, match="403 POLICY"):
            await subscribe(core, gatewayId=gateway)
    with pytest.raises(SbiProblem, match="403 POLICY"):
        await subscribe(core, core.amc)
    await subscribe(core)
    monkeypatch.setattr(subscriptions, "MAX_SUBSCRIPTIONS", 1)
    await subscribe(core)
    with pytest.raises(SbiProblem, match="403 TOO_MANY_SUBSCRIPTIONS"):
        await subscribe(core, notificationUri=URI + "/2")


async def test_the_gateway_follows(core: IdentityCore) -> None:
    """A7: suspended, resumed, revoked, retired at the AMC is so at the gateway."""
    await until(lambda: subscribed(core))
    aic = (await bind(core, core_request()))["aic"]
    before = notifications(core)
    await set_state(core, aic, "SUSPENDED")
    await until(lambda: known(core, aic) == "SUSPENDED")
    await set_state(core, aic, "ACTIVE")
    await until(lambda: known(core, aic) == "REGISTERED")
    await revoke(core, aic)
    await until(lambda: known(core, aic) == "SUSPENDED")
    await ask(core, "DELETE", f"{IDENTITIES}/{aic}")
    await until(lambda: known(core, aic) == "GONE")
    assert notifications(core) - before == 4, "it was told, and did not have to ask"
    bodies = [record["body"] for record in core.stored("agw-1", "audit").values()]
    followed = [b for b in bodies if b["action"] == "agent.follow-identity"]
    assert len(followed) == 4
    assert {b["target"] for b in followed} == {f"agent:{aic}"}


async def test_only_the_amc_ends_its_suspension(core: IdentityCore) -> None:
    await until(lambda: subscribed(core))
    aic = (await bind(core, core_request()))["aic"]
    own = f"{AGW}{AGENTS}/{aic}/state"
    await set_state(core, aic, "SUSPENDED")
    await until(lambda: known(core, aic) == "SUSPENDED")
    with pytest.raises(SbiProblem, match="403 IDENTITY_NOT_ACTIVE"):
        await ask(core, "PATCH", own, json={"state": "REGISTERED"})
    await set_state(core, aic, "ACTIVE")
    await until(lambda: known(core, aic) == "REGISTERED")
    # An agent that had itself suspended before is so afterwards.
    await ask(core, "PATCH", own, json={"state": "SUSPENDED"})
    await set_state(core, aic, "SUSPENDED")
    await set_state(core, aic, "ACTIVE")
    last = (await changes(core, 0))["lastSeq"]
    await until(
        lambda: core.stored("agw-1", "identity-cursors")["identity-cursors/amc"]["seq"] == last
    )
    assert known(core, aic) == "SUSPENDED"


async def test_credentials_before_a_revocation_are_refused_after_it(core: IdentityCore) -> None:
    """D7: also when the agent is active again."""
    await until(lambda: subscribed(core))
    await bind(core, core_request())
    body = ue_request()
    ue = await bind(core, body)
    await revoke(core, ue["aic"])
    await until(lambda: known(core, ue["aic"]) == "SUSPENDED")
    await set_state(core, ue["aic"], "ACTIVE")
    await until(lambda: known(core, ue["aic"]) == "REGISTERED")

    async def resolve(token: str) -> int:
        url = f"{AGW}/nagw-routing/v1/resolutions"
        headers = {"Agent-Credential": token}
        answer = await core.agw.sbi.request(
            "POST", url, json={"capability": TRANSLATION}, headers=headers
        )
        return answer.status

    with pytest.raises(SbiProblem, match="401 CREDENTIAL_INVALID"):
        await resolve(ue["token"])
    assert await resolve((await bind(core, body))["token"]) == 200


async def test_a_gateway_that_was_away_catches_up(core: IdentityCore) -> None:
    """Nobody reaches it for longer than the AMC tries; its next renewal tells it."""
    await until(lambda: subscribed(core))
    suspended, retired = [
        (await bind(core, core_request(instance=name)))["aic"] for name in ("a", "b")
    ]
    app = core.local.pop(core.agw.authority)
    await set_state(core, suspended, "SUSPENDED")
    await ask(core, "DELETE", f"{IDENTITIES}/{retired}")
    await until(lambda: not core.amc.subscriptions.busy)
    assert (known(core, suspended), known(core, retired)) == ("REGISTERED", "REGISTERED")
    core.local[core.agw.authority] = app
    core.agw.identity_events.renew()
    await until(lambda: known(core, suspended) == "SUSPENDED")
    await until(lambda: known(core, retired) == "GONE")


async def test_a_gateway_that_was_away_for_a_moment_is_told_again(core: IdentityCore) -> None:
    await until(lambda: subscribed(core))
    aic = (await bind(core, core_request()))["aic"]
    app = core.local.pop(core.agw.authority)
    before = notifications(core)
    await set_state(core, aic, "SUSPENDED")
    await until(lambda: notifications(core) > before)
    core.local[core.agw.authority] = app
    await until(lambda: known(core, aic) == "SUSPENDED")


async def test_what_the_log_no_longer_has_is_read_from_the_list(
    core: IdentityCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_log, "KEPT_EVENTS", 2)
    monkeypatch.setattr("nfs.agw.identity.events.PAGE", 2)
    await until(lambda: subscribed(core))
    codes = [(await bind(core, core_request(instance=f"a-{n}")))["aic"] for n in range(5)]
    app = core.local.pop(core.agw.authority)
    for aic in codes[:4]:
        await set_state(core, aic, "SUSPENDED")
    await until(lambda: not core.amc.subscriptions.busy)
    core.local[core.agw.authority] = app
    core.agw.identity_events.renew()
    await until(lambda: [known(core, a) for a in codes] == ["SUSPENDED"] * 4 + ["REGISTERED"])


async def test_a_gateway_that_the_amc_forgot_subscribes_again(core: IdentityCore) -> None:
    granted = await subscribe(core)
    url = f"{ROOT}/subscriptions/{granted['subscriptionId']}"
    await ask(core, "DELETE", url)
    aic = (await bind(core, core_request()))["aic"]
    core.agw.identity_events.renew()
    await until(lambda: core.stored("amc", "identity-subscriptions"))
    await set_state(core, aic, "SUSPENDED")
    await until(lambda: known(core, aic) == "SUSPENDED")


async def test_a_forged_notification_changes_nothing(core: IdentityCore) -> None:
    """A gateway believes what it reads at the AMC only."""
    await until(lambda: subscribed(core))
    aic = (await bind(core, core_request()))["aic"]
    event = {
        "logId": "forged",
        "seq": 9,
        "event": "RETIRED",
        "aic": aic,
        "state": "RETIRED",
        "reason": "",
        "time": "2026-01-01T00:00:00Z",
        "change": 99,
        "credentialsFrom": 4e9,
        "validUntil": 4_000_000_000,
    }
    for log_id in ("forged", (await changes(core, 0))["logId"]):
        answer = await ask(core, "POST", URI, json=event | {"logId": log_id})
        assert answer.status == 204
    assert known(core, aic) == "REGISTERED"
    with pytest.raises(SbiProblem, match="401 TOKEN_MISSING"):
        await core.amc.sbi.request("POST", URI, json=event, authorize=False)
    with pytest.raises(SbiProblem, match="400 MANDATORY_IE"):
        await ask(core, "POST", URI, json={"event": "RETIRED"})


async def test_a_gateway_learns_at_its_first_start_what_happened_before() -> None:
    async with IdentityCore() as core:
        await until(lambda: subscribed(core))
        aic, _ = await enrol(core, ue_request())
        await set_state(core, aic, "SUSPENDED")
        late = Agw(AgwConfig(port=7726, gateway_id="agw-2", registrar="2"), core)
        await late.start()
        await until(lambda: late.identity_states.get(aic))
        await late.stop()


async def test_registrations_are_not_delayed_by_an_amc_that_is_away() -> None:
    """The gateway starts without an AMC, and follows it as soon as there is one."""
    async with IdentityCore() as core:
        await core.amc.stop()
        app = core.local.pop(core.amc.authority)
        late = Agw(AgwConfig(port=7726, gateway_id="agw-2", registrar="2"), core)
        await late.start()
        core.local[core.amc.authority] = app
        await core.amc.start()
        late.identity_events.renew()
        await until(lambda: len(core.stored("amc", "identity-subscriptions")) == 2)
        await register(core.agw, core_request())
        await late.stop()
