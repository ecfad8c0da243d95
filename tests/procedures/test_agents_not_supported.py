"""A network that does not know agent containers: the UE notices and says so."""

from __future__ import annotations

import pytest
from one_ue import one_ue

from nfs.amf import dispatch
from nfs.amf.ue.context import Rm
from nfs.protocols.nas import UlNasTransport
from ue_sim.ue import os_agent
from ue_sim.ue.errors import AgentsNotSupported

CONTAINER = (Rm.REGISTERED, UlNasTransport)


async def test_it_gives_the_container_back() -> None:
    async with one_ue({"agent_container_type": 14}) as run:
        await run.ue.register()
        with pytest.raises(AgentsNotSupported, match="PAYLOAD_WAS_NOT_FORWARDED") as refused:
            await run.ue.register_agent()
        assert refused.value.cause == "AGENT_FEATURE_NOT_SUPPORTED"
        await run.ue.establish_session()


async def test_it_answers_with_5gmm_status(monkeypatch: pytest.MonkeyPatch) -> None:
    async with one_ue() as run:
        await run.ue.register()
        monkeypatch.delitem(dispatch.PROCEDURES, CONTAINER)
        with pytest.raises(AgentsNotSupported, match="5GMM STATUS"):
            await run.ue.register_agent()


async def test_it_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ignore(*_: object) -> None:
        """As if nothing had come."""

    monkeypatch.setattr(os_agent, "REGISTRATION_TIMEOUT", 0.05)
    monkeypatch.setitem(dispatch.PROCEDURES, CONTAINER, ignore)
    async with one_ue() as run:
        await run.ue.register()
        with pytest.raises(AgentsNotSupported, match="no answer in"):
            await run.ue.register_agent()


async def test_an_intent_after_a_move_to_such_a_network() -> None:
    async with one_ue({"agent_container_type": 14}) as run:
        await run.ue.register()
        with pytest.raises(AgentsNotSupported):
            await run.ue.say("where is my phone")
