"""Registration in all its kinds (TS 24.501 clause 5.5.1, TS 23.502 clause 4.2.2.2)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from one_ue import OneUe, one_ue, until

from nfs.amf.timers import IMPLICIT_DEREGISTRATION, MOBILE_REACHABLE
from nfs.protocols.nas import (
    AuthenticationRequest,
    IdentityRequest,
    MmStatus,
    RegistrationAccept,
    RegistrationComplete,
    RegistrationReject,
    RegistrationRequest,
    RegistrationType,
)
from ue_sim import Gnb, GnbConfig, ProcedureRejected, UeConfig, UserEquipment
from ue_sim.ue.errors import BackOff
from ue_sim.ue.mm_state import MmState
from ue_sim.ue.modem import Modem
from ue_sim.ue.registration import register, update_registration
from ue_sim.ue.security_mode import capability


async def test_a_mobility_update_gives_a_new_guti_under_the_same_keys() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.establish_session()
        former = run.ue.modem.guti
        assert former is not None
        await run.idle()
        other = Gnb(GnbConfig(gnb_id=2))
        await other.start(run.testbed.n2)
        await run.ue.move_to(other)
        assert run.ue.guti != str(former)
        assert run.count("AUTHENTICATION REQUEST") == 1
        assert [s["pduSessionId"] for s in run.ue.sessions] == [1]
        await until(lambda: run.amf.contexts.of_tmsi(former.tmsi) is None)
        await other.stop()


async def test_user_plane_comes_back_with_a_mobility_update() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.establish_session()
        await run.idle()
        kind = RegistrationType.MOBILITY_UPDATING
        accept = await update_registration(run.ue.modem, kind, frozenset({1}))
        assert accept.reactivation_result == frozenset()
        assert accept.pdu_session_status == frozenset({1})
        await until(lambda: run.context.sessions[1].up_active)


async def test_t3512_makes_an_idle_ue_register_periodically() -> None:
    async with one_ue(timers={"T3512": 0.05}) as run:
        await run.ue.register()
        await run.idle()
        await until(lambda: run.count("InitialUEMessage") >= 3)
        await until(lambda: not run.connected)
        assert run.context.guti is not None
        assert run.count("AUTHENTICATION REQUEST") == 1


async def test_a_ue_that_stays_silent_is_deregistered_implicitly() -> None:
    timers = {MOBILE_REACHABLE: 0.02, IMPLICIT_DEREGISTRATION: 0.02}
    async with one_ue({"timers": timers}) as run:
        await run.ue.register()
        await run.ue.establish_session()
        await run.idle()
        await until(lambda: run.amf.registry.context(run.ue.supi) is None)
        assert not list(run.testbed.nfs["smf"].sessions)  # type: ignore[attr-defined]
        await run.ue.request_service()
        assert run.ue.modem.state is MmState.REGISTERED, "#9: it was to register anew"


async def test_initial_registration_ends_the_sessions_of_the_life_before() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.establish_session()
        await run.idle()
        await run.ue.register()
        assert run.context.sessions == {}
        assert run.ue.sessions == []


async def send_registration(modem: Modem, **more: Any) -> None:
    identity = more.pop("identity", modem.suci)
    kind = (RegistrationType.INITIAL, True)
    request = RegistrationRequest(kind, 7, identity, ue_security_capability=capability(modem))
    await modem.send(request)


async def test_a_guti_that_nobody_knows_leads_to_identification() -> None:
    async with one_ue() as run:
        await run.ue.register()
        guti = run.ue.modem.guti
        await run.ue.deregister()
        stranger = Modem(run.ue.config, run.gnb)
        await send_registration(stranger, identity=guti)
        assert (await stranger.expect(IdentityRequest)).identity_type == 1


async def test_t3570_identification_is_repeated_then_given_up() -> None:
    async with one_ue({"timers": {"T3570": 0.01}}) as run:
        await run.ue.register()
        guti = run.ue.modem.guti
        await run.ue.deregister()
        stranger = Modem(run.ue.config, run.gnb)
        await send_registration(stranger, identity=guti)
        await until(lambda: run.count("IDENTITY REQUEST") == 5)
        await until(lambda: not run.amf.n2.ues)


async def test_a_request_sent_twice_does_not_begin_twice() -> None:
    """5.5.1.2.8 e: before the accept, the same request once more is ignored."""
    async with one_ue() as run:
        modem = Modem(run.ue.config, run.gnb)
        await send_registration(modem)
        await modem.expect(AuthenticationRequest)
        await send_registration(modem)
        with pytest.raises(ProcedureRejected, match="TIMER_EXPIRED"):
            await modem.expect(AuthenticationRequest, MmStatus, seconds=0.1)


async def test_another_request_supersedes_the_first() -> None:
    async with one_ue() as run:
        modem = Modem(run.ue.config, run.gnb)
        await send_registration(modem)
        await modem.expect(AuthenticationRequest)
        other = Modem(UeConfig("imsi-999700000000002"), run.gnb)
        await send_registration(modem, identity=other.suci)
        await modem.expect(AuthenticationRequest)


def without(kind: type[Any], modem: Modem) -> None:
    """The UE does not send what it ought to."""
    send = modem.send

    async def some(message: Any, header: Any = None) -> None:
        if not isinstance(message, kind):
            await send(message, header)

    modem.send = some  # type: ignore[method-assign]


async def test_t3550_accept_is_repeated_and_the_ue_stays_registered() -> None:
    """5.5.1.2.8 c: both 5G-GUTIs are valid until the new one is acknowledged."""
    async with one_ue({"timers": {"T3550": 0.02}}) as run:
        await run.ue.register()
        former = run.ue.modem.guti
        assert former is not None
        await run.idle()
        without(RegistrationComplete, run.ue.modem)
        accepts = run.count("REGISTRATION ACCEPT")
        await update_registration(run.ue.modem)
        await until(lambda: run.count("REGISTRATION ACCEPT") == accepts + 5)
        newest = run.ue.modem.guti
        assert newest not in (None, former)
        for guti in (former, newest):
            assert guti is not None
            assert run.amf.contexts.of_tmsi(guti.tmsi) is not None
        assert run.count("InitialContextSetupRequest") == 2, "the gNB is asked once"


async def test_a_request_repeated_after_the_accept_is_accepted_again() -> None:
    """5.5.1.2.8 d: T3550 does not count it."""
    async with one_ue({"timers": {"T3550": 30}}) as run:
        await run.ue.register()
        await run.idle()
        modem = run.ue.modem
        sent: list[Any] = []
        send = modem.send

        async def note(message: Any, header: Any = None) -> None:
            sent.append(message)
            if not isinstance(message, RegistrationComplete):
                await send(message, header)

        modem.send = note  # type: ignore[method-assign]
        await update_registration(modem)
        accepts = run.count("REGISTRATION ACCEPT")
        await send(sent[0])
        await until(lambda: run.count("REGISTRATION ACCEPT") == accepts + 1)
        await send(RegistrationComplete())
        await run.ue.establish_session()


async def test_one_subscriber_at_two_gnbs() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.establish_session()
        other_gnb = Gnb(GnbConfig(gnb_id=2))
        await other_gnb.start(run.testbed.n2)
        twin = UserEquipment(run.ue.config, other_gnb)
        twin.modem.usim = run.ue.modem.usim
        await twin.register()
        await until(lambda: not run.ue.modem.connected)
        assert run.connected
        await until(lambda: len(run.amf.n2.ues) == 1)
        assert run.context.sessions == {}
        await other_gnb.stop()


def subscriber(tmp_path: Path, **more: Any) -> dict[str, Any]:
    keys = {"k": "465B5CE8B199B49FAA5F0A2EE238A6BC", "opc": "E8ED289DEBA952E4283B54E88E6183CA"}
    entry = {"supi": "imsi-999700000000001"} | keys | more
    file = tmp_path / "subscribers.yaml"
    file.write_text(yaml.safe_dump({"subscribers": [entry]}))
    return {"subscribers": str(file)}


async def test_slices_are_told(tmp_path: Path) -> None:
    slices = {"1": ["internet"], "2-00000a": ["internet"]}
    udm = subscriber(tmp_path, slices=slices)
    async with one_ue({"slices": ["1", "2-00000a"]}, udm=udm, gnb={"slices": ("1",)}) as run:
        accept = await registered(run, ("1", "2-00000a", "7"))
        assert [str(s) for s in accept.allowed_nssai or ()] == ["1"]
        assert [str(s) for s in accept.configured_nssai or ()] == ["1", "2-00000a"]
        rejected = [(str(r.s_nssai), int(r.cause)) for r in accept.rejected_nssai or ()]
        assert rejected == [("2-00000a", 1), ("7", 0)]


async def registered(run: OneUe, nssai: tuple[str, ...]) -> RegistrationAccept:
    run.ue.modem.config = replace(run.ue.config, requested_nssai=nssai)
    return await register(run.ue.modem)


async def test_no_slice_is_left() -> None:
    async with one_ue() as run:
        modem, rejects = run.ue.modem, []
        note(modem, RegistrationReject, rejects)
        with pytest.raises(ProcedureRejected, match="NO_NETWORK_SLICES_AVAILABLE"):
            await registered(run, ("9",))
        assert [str(r.s_nssai) for r in rejects[0].rejected_nssai] == ["9"]
        assert modem.state is MmState.DEREGISTERED


def note(modem: Modem, kind: type[Any], found: list[Any]) -> None:
    sort = modem._sort

    def noted(message: Any) -> None:
        if isinstance(message, kind):
            found.append(message)
        sort(message)

    modem._sort = noted  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("tacs", "cause"),
    [([1], "TRACKING_AREA_NOT_ALLOWED"), ([1, 2], "NO_SUITABLE_CELLS_IN_TRACKING_AREA")],
)
async def test_a_tracking_area_that_the_subscription_forbids(
    tmp_path: Path, tacs: list[int], cause: str
) -> None:
    udm = subscriber(tmp_path, forbidden_tacs=[1])
    async with one_ue({"tacs": tacs}, udm=udm) as run:
        with pytest.raises(ProcedureRejected, match=cause):
            await run.ue.register()
        assert not run.amf.registry.registered
        store = run.testbed.nfs["udm"].store  # type: ignore[attr-defined]
        await until(lambda: store.get("amf-registrations", run.ue.supi) is None)


@pytest.mark.parametrize(
    ("restriction", "told"),
    [({"not_allowed_tacs": [1]}, (False, [1])), ({"allowed_tacs": [2, 3]}, (True, [2, 3]))],
)
async def test_registered_but_not_served_in_a_non_allowed_area(
    tmp_path: Path, restriction: dict[str, list[int]], told: tuple[bool, list[int]]
) -> None:
    async with one_ue(udm=subscriber(tmp_path, **restriction)) as run:
        area = (await registered(run, ("1",))).service_area_list
        assert area is not None
        assert (area.allowed, [tai.tac for tai in area.tais]) == told
        await run.idle()
        with pytest.raises(ProcedureRejected, match="RESTRICTED_SERVICE_AREA"):
            await run.ue.request_service()
        assert run.ue.modem.state is MmState.REGISTERED


async def test_congestion_makes_the_ue_wait_for_t3346() -> None:
    async with one_ue({"t3346_seconds": 2}) as run:
        udm = run.testbed.nfs["udm"]
        local = udm.sbi._local
        app = local.pop(udm.authority)
        with pytest.raises(ProcedureRejected) as refused:
            await run.ue.register()
        assert refused.value.cause == "CONGESTION"
        assert isinstance(refused.value, BackOff)
        assert refused.value.seconds == 2
        local[udm.authority] = app
        with pytest.raises(BackOff):
            await run.ue.register()
        assert run.count("REGISTRATION REQUEST") == 1, "T3346 runs"
        run.ue.modem.t3346.stop()
        await run.ue.register()


async def test_t3510_t3511_and_t3502_between_attempts() -> None:
    timers = {"T3510": 0.01, "T3511": 0.01, "T3502": 0.01}
    async with one_ue(timers=timers) as run:
        tried: list[object] = []
        association = run.gnb.amfs[0]
        send: Callable[..., Awaitable[None]] = association.send

        async def lossy(*message: Any) -> None:
            tried.append(message)
            if len(tried) > 6:
                await send(*message)

        association.send = lossy  # type: ignore[method-assign]
        registering = asyncio.ensure_future(run.ue.register(persistently=True))
        await until(lambda: len(tried) > 6)
        run.ue.modem.config = replace(run.ue.config, timers=timers | {"T3510": 15.0})
        await registering
        assert run.ue.modem.state is MmState.REGISTERED


@pytest.mark.parametrize("kind", [RegistrationType.INITIAL, RegistrationType.MOBILITY_UPDATING])
@pytest.mark.parametrize("ciphering", [0, 2])
async def test_a_network_that_has_lost_the_keys_makes_new_ones(
    kind: RegistrationType, ciphering: int
) -> None:
    """The UE's answers are readable for it, whatever the old keys would have made of them."""
    async with one_ue({"ciphering_order": [ciphering]}) as run:
        await run.ue.register()
        await run.idle()
        assert run.context.guti is not None
        run.amf.contexts.free(run.context.guti.tmsi)
        run.amf.registry.forget(run.context)
        await update_registration(run.ue.modem, kind)
        assert run.count("IDENTITY REQUEST") == 1
        assert run.count("AUTHENTICATION REQUEST") == 2
        await run.ue.establish_session()


async def test_keys_are_used_again_after_deregistration() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.deregister()
        await run.ue.register()
        assert run.count("AUTHENTICATION REQUEST") == 1
        await run.ue.establish_session()


async def test_a_home_network_that_cannot_confirm_now_does_not_bar_the_usim() -> None:
    """AUTHENTICATION REJECT is for a UE that answered wrongly (TS 24.501 clause 5.4.1.3.5)."""
    async with one_ue() as run:
        ausf = run.testbed.nfs["ausf"]
        local = ausf.sbi._local
        answer = run.ue.modem.usim.authenticate

        def answer_an_ausf_that_goes_away(*challenge: Any) -> Any:
            local.pop(ausf.authority, None)
            return answer(*challenge)

        run.ue.modem.usim.authenticate = answer_an_ausf_that_goes_away
        app = local[ausf.authority]
        with pytest.raises(ProcedureRejected, match="CONGESTION"):
            await run.ue.register()
        assert run.count("AUTHENTICATION REJECT") == 0
        local[ausf.authority] = app
        run.ue.modem.usim.authenticate = answer
        run.ue.modem.t3346.stop()
        await run.ue.register()
