"""AN release and service request (TS 23.502 clauses 4.2.6 and 4.2.3.2, TS 24.501 clause 5.6.1)."""

from __future__ import annotations

import asyncio

import pytest
from one_ue import OneUe, one_ue, until

from nfs.protocols.nas import MmCause, ServiceReject, ServiceRequest, Tmsi5gS
from nfs.smf.app import Smf
from nfs.smf.sm_context import UpCnxState, sm_context_ref
from ue_sim import ProcedureRejected
from ue_sim.ue.mm_state import MmState
from ue_sim.ue.modem import Modem


def user_plane(run: OneUe) -> UpCnxState:
    smf = run.testbed.nfs["smf"]
    assert isinstance(smf, Smf)
    ref = sm_context_ref(run.ue.supi, 1)
    return next(s.up_cnx_state for s in smf.sessions if s.ref == ref)


@pytest.mark.parametrize("ciphering", [0, 2])
async def test_an_idle_ue_keeps_its_session_and_comes_back(ciphering: int) -> None:
    async with one_ue({"ciphering_order": [ciphering]}) as run:
        await run.ue.register()
        session = await run.ue.establish_session()
        await until(lambda: user_plane(run) is UpCnxState.ACTIVATED)
        guti = run.ue.guti
        await run.idle()
        await until(lambda: user_plane(run) is UpCnxState.DEACTIVATED)
        assert run.context.sessions[1].up_active is False
        assert await run.ue.request_service(frozenset({1})) == frozenset()
        assert run.ue.modem.state is MmState.REGISTERED
        await until(lambda: user_plane(run) is UpCnxState.ACTIVATED)
        assert run.connected
        assert (run.ue.guti, run.ue.sessions[0]["address"]) == (guti, session.address)
        assert run.count("AUTHENTICATION REQUEST") == 1, "the security context was to be kept"


async def test_signalling_only_leaves_the_user_plane_as_it_was() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.establish_session()
        await until(lambda: user_plane(run) is UpCnxState.ACTIVATED)
        await run.idle()
        await run.ue.request_service()
        assert run.connected
        assert user_plane(run) is UpCnxState.DEACTIVATED


async def test_a_session_that_the_ue_has_lost_is_released() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.establish_session()
        await run.idle()
        run.ue.modem.session_status = frozenset
        await run.ue.request_service()
        assert run.context.sessions == {}
        smf = run.testbed.nfs["smf"]
        assert isinstance(smf, Smf)
        assert not list(smf.sessions)


async def test_a_session_that_the_network_has_lost_is_not_reactivated() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.establish_session()
        await run.idle()
        run.context.sessions.clear()
        assert await run.ue.request_service(frozenset({1})) == frozenset({1})
        assert run.ue.sessions == [], "the PDU session status said so"


async def test_more_user_plane_over_a_connection() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.establish_session()
        await run.idle()
        await run.ue.request_service()
        assert await run.ue.request_service(frozenset({1})) == frozenset()
        await until(lambda: user_plane(run) is UpCnxState.ACTIVATED)
        assert run.count("InitialUEMessage") == 2


async def test_a_ue_whose_context_is_gone_registers_anew() -> None:
    """SERVICE REJECT #9: initial registration, and no sessions any more."""
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.establish_session()
        await run.idle()
        run.amf.contexts.free(run.context.guti.tmsi)  # type: ignore[union-attr]
        run.amf.registry.forget(run.context)
        await run.ue.request_service(frozenset({1}))
        assert run.ue.modem.state is MmState.REGISTERED
        assert run.ue.sessions == []
        assert run.count("REGISTRATION REQUEST") >= 2


async def test_a_service_request_that_anybody_could_have_sent_changes_nothing() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.idle()
        guti = run.ue.modem.guti
        assert guti is not None
        stranger = Modem(run.ue.config, run.gnb)
        stranger.guti = guti
        tmsi = Tmsi5gS(guti.guami.set_id, guti.guami.pointer, guti.tmsi)
        await stranger.send(ServiceRequest(0, 0, tmsi))
        refused = await stranger.expect(ServiceReject)
        assert refused.cause is MmCause.UE_IDENTITY_CANNOT_BE_DERIVED_BY_THE_NETWORK
        await run.ue.request_service()
        assert run.count("AUTHENTICATION REQUEST") == 1


async def test_a_tracking_area_that_is_not_served_any_more() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.idle()
        run.amf.config = run.amf.config.model_copy(update={"tacs": (7,)})
        with pytest.raises(ProcedureRejected, match="TRACKING_AREA_NOT_ALLOWED"):
            await run.ue.request_service()
        assert run.ue.modem.state is MmState.DEREGISTERED


async def test_t3517_ends_a_service_request_that_nobody_answers() -> None:
    async with one_ue(timers={"T3517": 0.05}) as run:
        await run.ue.register()
        await run.idle()

        async def lost(*_: object) -> None:
            """The AMF does not get what the gNB sends."""

        run.gnb.amfs[0].send = lost  # type: ignore[method-assign]
        with pytest.raises(ProcedureRejected, match="TIMER_EXPIRED"):
            await run.ue.request_service()
        assert run.ue.modem.state is MmState.REGISTERED
        assert not run.ue.modem.connected


async def test_a_lower_layer_that_fails_leaves_the_ue_registered_and_idle() -> None:
    """TS 24.501 clause 5.6.1.7 b: the phone tries again when its gNB has an AMF again."""
    async with one_ue() as run:
        await run.ue.register()
        await run.idle()
        amfs, run.gnb.amfs = run.gnb.amfs, []
        with pytest.raises(ConnectionError):
            await run.ue.request_service()
        assert (run.ue.modem.state, run.ue.modem.connected) == (MmState.REGISTERED, False)
        with pytest.raises(ConnectionError):
            await run.ue.deregister()
        assert run.ue.modem.state is MmState.DEREGISTERED
        with pytest.raises(ConnectionError):
            await run.ue.register()
        assert run.ue.modem.state is MmState.DEREGISTERED
        run.gnb.amfs = amfs
        await run.ue.register()


async def test_a_service_request_that_nobody_waits_for_any_more() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.idle()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await run.ue.request_service()
        assert (run.ue.modem.state, run.ue.modem.connected) == (MmState.REGISTERED, False)
        await run.ue.request_service()
