"""Generic UE configuration update and notification (TS 24.501 clauses 5.4.4 and 5.6.3)."""

from __future__ import annotations

from one_ue import one_ue, operator, until

from nfs.protocols.nas import ConfigurationUpdateComplete, NotificationResponse


async def test_a_new_guti_is_acknowledged() -> None:
    async with one_ue() as run:
        await run.ue.register()
        former = run.ue.modem.guti
        assert former is not None
        assert await operator(run, "POST", "/configuration-updates", json={}) == 202
        await until(lambda: run.ue.modem.guti != former)
        await until(lambda: run.amf.contexts.of_tmsi(former.tmsi) is None)
        assert run.count(ConfigurationUpdateComplete.NAME) == 1
        await run.idle()
        await run.ue.request_service()


async def test_without_anything_to_acknowledge() -> None:
    async with one_ue() as run:
        await run.ue.register()
        commands = run.count("CONFIGURATION UPDATE COMMAND")
        await operator(run, "POST", "/configuration-updates", json={"newGuti": False})
        await until(lambda: run.count("CONFIGURATION UPDATE COMMAND") > commands)
        await run.ue.establish_session()
        assert run.count(ConfigurationUpdateComplete.NAME) == 0


async def test_t3555_repeats_and_both_gutis_stay_valid() -> None:
    async with one_ue({"timers": {"T3555": 0.01}}) as run:
        await run.ue.register()
        await until(lambda: run.count("CONFIGURATION UPDATE COMMAND") == 1)
        run.ue.modem.commands.clear()
        former = run.ue.modem.guti
        await operator(run, "POST", "/configuration-updates", json={})
        await until(lambda: run.count("CONFIGURATION UPDATE COMMAND") == 6)
        assert run.ue.modem.guti == former
        await run.idle()
        await run.ue.request_service()
        assert run.connected


async def test_what_the_ue_sends_beside_it_is_handled_after_it() -> None:
    async with one_ue({"timers": {"T3555": 0.02}}) as run:
        await run.ue.register()
        run.ue.modem.commands.clear()
        await operator(run, "POST", "/configuration-updates", json={})
        await run.ue.establish_session()
        assert run.count("5GMM STATUS") == 0


async def test_registration_is_requested() -> None:
    async with one_ue() as run:
        await run.ue.register()
        body = {"newGuti": False, "registrationRequested": True}
        await operator(run, "POST", "/configuration-updates", json=body)
        await until(lambda: run.count("REGISTRATION ACCEPT") == 2)
        assert run.count("AUTHENTICATION REQUEST") == 1


async def test_a_ue_that_has_answered_paging_gets_a_new_guti() -> None:
    """TS 33.501 clause 6.12.3."""
    async with one_ue() as run:
        await run.ue.register()
        former = run.ue.guti
        await run.idle()
        await operator(run, "POST", "/notifications")
        await until(lambda: run.ue.guti != former)


async def test_a_notification_brings_the_session_status() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.establish_session()
        run.ue.modem.session_status = frozenset
        await operator(run, "POST", "/notifications")
        await until(lambda: run.context.sessions == {})
        assert run.count(NotificationResponse.NAME) == 1


async def test_t3565_repeats_the_notification() -> None:
    async with one_ue({"timers": {"T3565": 0.01}}) as run:
        await run.ue.register()
        run.ue.modem.commands.clear()
        await operator(run, "POST", "/notifications")
        await until(lambda: run.count("NOTIFICATION") == 5)
        assert run.amf.registry.registered == 1
