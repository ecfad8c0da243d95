"""Tools of the AMF (K4): what they do to a UE, and that it is taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from one_ue import OneUe, one_ue, until

from nfs.common.sbi.problem import SbiProblem
from nfs.common.tools import ToolConsumer
from ue_sim import Gnb, GnbConfig

AMF = {"registration_areas": ()}


async def use(run: OneUe, name: str, **given: Any) -> dict[str, Any]:
    tools = ToolConsumer(run.testbed.nfs["iaf"])
    return await tools.call(name, {"supi": run.ue.supi, "intentId": "i-1"} | given)


def area(run: OneUe) -> set[int]:
    return {tai.tac for tai in run.ue.modem.registration_area}


@asynccontextmanager
async def there(run: OneUe, tac: int) -> AsyncIterator[Gnb]:
    gnb = Gnb(GnbConfig(gnb_id=tac, tac=tac))
    await gnb.start(run.testbed.n2)
    yield gnb
    await gnb.stop()


async def test_an_announced_move_needs_no_registration() -> None:
    async with one_ue(AMF, agents=True) as run, there(run, 2) as second, there(run, 3) as third:
        await run.ue.register()
        assert area(run) == {1}
        assert await use(run, "announce-move", tacs=[2, 9]) == {"tacs": [2]}
        await until(lambda: area(run) == {1, 2})
        await run.idle()
        registrations = run.count("REGISTRATION REQUEST")
        await run.ue.reselect(second)
        assert not run.ue.modem.connected
        await run.ue.request_service()
        assert run.count("REGISTRATION REQUEST") == registrations
        await use(run, "withdraw-move")
        await until(lambda: area(run) == {2})
        await run.ue.reselect(third)
        assert run.count("REGISTRATION REQUEST") > registrations
        with pytest.raises(SbiProblem, match="NOTHING_TO_UNDO"):
            await use(run, "withdraw-move")
        with pytest.raises(SbiProblem, match="INFEASIBLE"):
            await use(run, "announce-move", tacs=[9])


@pytest.mark.slow
async def test_a_device_saves_power_and_is_as_before_afterwards() -> None:
    async with one_ue(agents=True) as run:
        await run.ue.register()
        usual = run.ue.modem.t3512_seconds
        saving = await use(run, "save-power")
        await until(lambda: run.ue.modem.t3512_seconds == saving["t3512Seconds"] > usual)
        assert not run.ue.modem.mico
        await run.idle()
        await use(run, "stop-saving-power")
        await until(lambda: run.ue.modem.t3512_seconds == usual)
        assert run.count("Paging") == 1


@pytest.mark.slow
async def test_a_device_in_mico_mode_is_not_called() -> None:
    async with one_ue(agents=True) as run:
        await run.ue.register()
        await use(run, "save-power", mico=True)
        await until(lambda: run.ue.modem.mico and run.context.mico)
        assert (await use(run, "get-reachability"))["reached"] == "AT_ONCE"
        await run.idle()
        assert (await use(run, "get-reachability"))["reached"] == "WHEN_IT_IS_BACK"
        await use(run, "stop-saving-power")
        await run.ue.request_service()
        await until(lambda: not run.ue.modem.mico and not run.context.mico)
        assert run.count("Paging") == 0
        await run.idle()
        assert (await use(run, "get-reachability"))["reached"] == "BY_PAGING"


async def test_reachability_says_nothing_of_where_it_is() -> None:
    async with one_ue(agents=True) as run:
        await run.ue.register()
        said = await use(run, "get-reachability")
        assert said.pop("lastSeen")
        assert said == {"rmState": "RM-REGISTERED", "cmState": "CM-CONNECTED", "reached": "AT_ONCE"}
        await run.ue.deregister()
        with pytest.raises(SbiProblem) as unknown:
            await use(run, "get-reachability")
        assert unknown.value.status == 404
