"""ARP: an agent moves to another gateway, or is at several, under one AIC (C10, E1, E2, N1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import AsyncMock

import pytest
from agent_requests import (
    AGENTS,
    TRANSLATION,
    core_request,
)
from arp_core import ArpCore, root, unknown, until

from nfs.agw.app import Agw
from nfs.agw.arp import migration
from nfs.agw.config import AgwConfig
from nfs.common.sbi.problem import SbiProblem


@pytest.fixture
async def core() -> AsyncIterator[ArpCore]:
    async with ArpCore() as core:
        yield core


async def second_gateway(core: ArpCore) -> Agw:
    gateway = Agw(AgwConfig(port=7726, gateway_id="agw-2", registrar="2"), core)
    await gateway.start()
    return gateway


async def register_at(gateway: Agw, body: dict[str, Any]) -> dict[str, Any]:
    answer = await gateway.sbi.request("POST", gateway.api_root + AGENTS, json=body)
    bind: dict[str, Any] = answer.json()
    return bind


async def test_an_agent_moves_and_keeps_its_code(core: ArpCore) -> None:
    """C10, E1, E2: the AMC has the new gateway, the old one withdraws the agent."""
    bind = await core.bind(core_request())
    other = await second_gateway(core)
    moved = await register_at(other, core_request(gateway_id="agw-2", movesFrom="agw-1"))
    assert moved["aic"] == bind["aic"]
    assert (moved["gatewayId"], moved["acs"]["entityMeta"]["gatewayId"]) == ("agw-2", "agw-2")
    identity = await core.identity(bind["aic"])
    assert (identity["gatewayId"], identity["gateways"]) == ("agw-2", ["agw-2"])
    await until(lambda: len(core.agw.directory) == 0)
    assert core.stored("agw-1", "agents") == {}
    assert await core.discovered(capability=TRANSLATION) == []
    assert (await core.identity(bind["aic"]))["state"] == "ACTIVE"
    await until(lambda: core.stored("agw-2", migration.MOVES) == {})
    back = await core.bind(core_request(movesFrom="agw-2"))
    assert back["aic"] == bind["aic"]
    await until(lambda: len(other.directory) == 0)
    assert await core.discovered(capability=TRANSLATION) == [bind["aic"]]
    await other.stop()


async def test_an_agent_at_two_gateways_has_one_code(core: ArpCore) -> None:
    """N1, E2: it leaves neither, and neither is told that it has."""
    bind = await core.bind(core_request())
    other = await second_gateway(core)
    same = await register_at(other, core_request(gateway_id="agw-2"))
    assert same["aic"] == bind["aic"]
    assert (await core.identity(bind["aic"]))["gateways"] == ["agw-1", "agw-2"]
    for gateway in (core.agw, other):
        assert [agent.aic for agent in gateway.directory.offering(TRANSLATION)] == [bind["aic"]]
        path = f"/nagw-registration/v1/agents/{bind['aic']}/departure"
        with pytest.raises(SbiProblem, match="409 AGENT_NOT_MOVED"):
            await core.agw.sbi.request("POST", gateway.api_root + path)
    await other.stop()


async def test_a_gateway_that_is_away_hears_of_a_move_later(
    core: ArpCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "RETRY", 0.05)
    bind = await core.bind(core_request())
    app = core.local.pop(core.agw.authority)
    other = await second_gateway(core)
    await register_at(other, core_request(gateway_id="agw-2", movesFrom="agw-1"))
    await other.stop()
    assert list(core.stored("agw-2", migration.MOVES)) == [f"{migration.MOVES}/{bind['aic']}"]
    core.local[core.agw.authority] = app
    assert core.agw.directory.get(bind["aic"]) is not None
    monkeypatch.setattr(core, "store", lambda name: core._stores[name])
    again = await second_gateway(core)
    await until(lambda: len(core.agw.directory) == 0)
    await until(lambda: core.stored("agw-2", migration.MOVES) == {})
    await again.stop()


async def test_an_agent_does_not_move_from_where_it_stays(core: ArpCore) -> None:
    with pytest.raises(SbiProblem, match="400 INVALID_AGENT_DESCRIPTION"):
        await core.bind(core_request(movesFrom="agw-1"))
    assert len(core.agw.directory) == 0


async def test_nobody_is_sent_away_by_a_rumour(core: ArpCore) -> None:
    """Only the AMC is believed."""
    bind = await core.bind(core_request())
    with pytest.raises(SbiProblem, match="409 AGENT_NOT_MOVED"):
        await core.ask("POST", f"{root(bind['aic'])}/departure")
    with pytest.raises(SbiProblem, match="404 AGENT_NOT_FOUND"):
        await core.ask("POST", f"{root(unknown())}/departure")
    assert await core.discovered(capability=TRANSLATION) == [bind["aic"]]


async def test_a_move_that_fails_leaves_the_agent_where_it_is(
    core: ArpCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    bind = await core.bind(core_request())
    other = await second_gateway(core)
    lost = SbiProblem(503, "AMC_UNAVAILABLE", "no answer")
    monkeypatch.setattr(other.amc, "confirm", AsyncMock(side_effect=lost))
    with pytest.raises(SbiProblem, match="503 AMC_UNAVAILABLE"):
        await register_at(other, core_request(gateway_id="agw-2", movesFrom="agw-1"))
    await until(lambda: core.stored("agw-2", migration.MOVES) == {})
    assert len(other.directory) == 0
    assert await core.discovered(capability=TRANSLATION) == [bind["aic"]]
    await other.stop()
