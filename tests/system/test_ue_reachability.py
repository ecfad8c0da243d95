"""The agent of a UE in the gateway's directory follows the UE's registration and connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from nfs.agw.app import Agw
from nfs.common.models.agw import AgentState, CmState
from nfs.testbed import Testbed
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.02)


async def test_l13_l15_the_directory_follows_the_ue() -> None:
    """Connected, idle when its gNB is gone, connected again, withdrawn when it deregisters; the
    AIC is the same all the time."""
    async with Testbed(sockets=False) as testbed:
        agw = testbed.nfs["agw"]
        assert isinstance(agw, Agw)
        first, second = Gnb(GnbConfig(gnb_id=1)), Gnb(GnbConfig(gnb_id=2))
        await first.start(testbed.n2)
        await second.start(testbed.n2)
        ue = UserEquipment(UeConfig(), first)
        await ue.register()
        await ue.establish_session()
        await ue.register_agent()
        aic = ue.aic
        assert aic is not None

        def is_now(state: AgentState, cm_state: CmState | None) -> bool:
            known = agw.directory.get(aic)
            assert known is not None
            return (known.state, known.cm_state) == (state, cm_state)

        await first.stop()
        await until(lambda: is_now(AgentState.REGISTERED, CmState.IDLE))
        await ue.move_to(second)
        await until(lambda: is_now(AgentState.REGISTERED, CmState.CONNECTED))
        await ue.deregister()
        await until(lambda: is_now(AgentState.SUSPENDED, None))
        await ue.register()
        await ue.register_agent()
        await until(lambda: is_now(AgentState.REGISTERED, CmState.CONNECTED))
        assert ue.aic == aic
        await ue.deregister()
        await second.stop()
