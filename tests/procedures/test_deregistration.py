"""Deregistration by the UE and by the network (TS 24.501 clause 5.5.2)."""

from __future__ import annotations

import pytest
from one_ue import OneUe, one_ue, operator, until

from nfs.protocols.nas import (
    DeregistrationAcceptNw,
    DeregistrationAcceptUe,
    DeregistrationRequestUe,
    NasMessage,
)
from ue_sim.ue.mm_state import MmState
from ue_sim.ue.modem import Modem


def gone(run: OneUe) -> bool:
    sessions = run.testbed.nfs["smf"].sessions  # type: ignore[attr-defined]
    return run.amf.registry.registered == 0 and not list(sessions)


@pytest.mark.parametrize("idle", [False, True])
@pytest.mark.parametrize("switch_off", [False, True])
async def test_by_the_ue(idle: bool, switch_off: bool) -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.establish_session()
        if idle:
            await run.idle()
        await run.ue.deregister(switch_off=switch_off)
        await until(lambda: gone(run))
        assert run.ue.modem.state is MmState.DEREGISTERED
        assert run.count(DeregistrationAcceptUe.NAME) == (0 if switch_off else 1)


async def test_t3521_repeats_then_the_ue_deregisters_locally() -> None:
    async with one_ue(timers={"T3521": 0.01}) as run:
        await run.ue.register()
        sent: list[NasMessage] = []

        async def lost(message: NasMessage, _header: object = None) -> None:
            sent.append(message)

        run.ue.modem.send = lost  # type: ignore[method-assign]
        await run.ue.deregister()
        assert [type(m) for m in sent] == [DeregistrationRequestUe] * 5
        assert run.ue.modem.state is MmState.DEREGISTERED


@pytest.mark.parametrize("idle", [False, True])
async def test_by_an_operator(idle: bool) -> None:
    """A UE that is idle is paged for it."""
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.establish_session()
        if idle:
            await run.idle()
        assert await operator(run, "DELETE") == 202
        await until(lambda: run.ue.modem.state is MmState.DEREGISTERED)
        await until(lambda: gone(run))
        assert run.count(DeregistrationAcceptNw.NAME) == 1
        assert run.ue.sessions == []


async def test_re_registration_required() -> None:
    async with one_ue() as run:
        await run.ue.register()
        former = run.ue.guti
        await operator(run, "DELETE", params={"re_register": "true"})
        await until(lambda: run.ue.guti != former)
        await until(lambda: run.ue.modem.state is MmState.REGISTERED)


async def test_the_udm_withdraws_the_subscription() -> None:
    async with one_ue() as run:
        await run.ue.register()
        udm, supi = run.testbed.nfs["udm"], run.ue.supi
        uri = f"{run.amf.api_root}/namf-callback/v1/{supi}/dereg-notify"
        await udm.notify(uri, {"deregReason": "SUBSCRIPTION_WITHDRAWN"}, peer="AMF")
        await until(lambda: run.ue.modem.state is MmState.DEREGISTERED)
        await until(lambda: gone(run))


@pytest.mark.parametrize("camped", [True, False])
async def test_t3522_ends_the_registration_of_a_ue_that_does_not_answer(camped: bool) -> None:
    async with one_ue({"timers": {"T3522": 0.01, "T3513": 0.01}}) as run:
        await run.ue.register()
        if camped:
            run.ue.modem.commands.clear()
        else:
            await run.idle()
            run.gnb.camped.clear()
        await operator(run, "DELETE")
        await until(lambda: gone(run))
        assert run.amf.registry.context(run.ue.supi) is None or not run.amf.registry.registered
        assert run.count("DEREGISTRATION REQUEST (UE terminated)") == (5 if camped else 0)


async def test_both_sides_deregister_at_once() -> None:
    """5.5.2.3.5: the UE's request is accepted."""
    async with one_ue({"timers": {"T3522": 5}}) as run:
        await run.ue.register()
        run.ue.modem.commands.clear()
        await operator(run, "DELETE")
        await until(lambda: run.count("DEREGISTRATION REQUEST (UE terminated)") == 1)
        await run.ue.deregister()
        await until(lambda: gone(run))
        assert run.count(DeregistrationAcceptUe.NAME) == 1


async def test_a_deregistration_that_anybody_could_have_sent_changes_nothing() -> None:

    async with one_ue() as run:
        await run.ue.register()
        stranger = Modem(run.ue.config, run.gnb)
        guti = run.ue.modem.guti
        assert guti is not None
        await stranger.send(DeregistrationRequestUe(1, 0, guti))
        await stranger.expect(DeregistrationAcceptUe)
        assert run.amf.registry.registered == 1
