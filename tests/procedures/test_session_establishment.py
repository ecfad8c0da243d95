"""UE-requested PDU session establishment (TS 23.502 clause 4.3.2.2.1, TS 24.501 clause 6.4.1)."""

from __future__ import annotations

from typing import Any

import pytest
from listening import at_smf, heard, smf_of
from one_ue import another_ue, one_ue, until

from nfs.protocols.nas import (
    PduSessionEstablishmentAccept,
    PduSessionEstablishmentReject,
    PduSessionType,
    RequestType,
    SmCause,
    SmStatus,
)
from nfs.protocols.ngap import NgapError
from nfs.smf.sm_context import UpCnxState
from nfs.testbed import Testbed
from ue_sim import NoAnswer, ProcedureRejected
from ue_sim.ue.sessions import Session
from ue_sim.ue.sessions.back_off import BackOff

IPV4, IPV6, IPV4V6 = PduSessionType.IPV4, PduSessionType.IPV6, PduSessionType.IPV4V6
V4_ONLY: dict[str, Any] = {"prefixes": {}}
V6_ONLY: dict[str, Any] = {"pools": {}}

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _global(session: Session) -> bool:
    """Whether it has an IPv6 address made of an advertised prefix."""
    return any(a.version == 6 and not a.is_link_local for a in session.interface.addresses)


async def test_sessions_of_all_ip_types_side_by_side() -> None:
    async with one_ue() as run:
        await run.ue.register()
        first = await run.ue.establish_session()
        second = await run.ue.establish_session(kind=IPV6)
        third = await run.ue.establish_session("agents", IPV4V6)
        assert (first.address, first.link_local) == ("10.45.0.2", None)
        assert (second.address, second.pdu_session_type) == (None, IPV6)
        assert second.link_local is not None
        assert second.link_local.startswith("fe80::")
        assert (third.address, third.dnn) == ("10.46.0.2", "agents")
        assert first.dns == ("8.8.8.8",)
        assert second.dns == ("2001:4860:4860::8888",)
        assert third.dns == first.dns + second.dns
        assert (first.mtu, first.s_nssai) == (1400, "1")
        prefixes = {(await at_smf(run, number)).address.ipv6_prefix for number in (2, 3)}
        assert {str(prefix) for prefix in prefixes} == {"2001:db8:45:1::/64", "2001:db8:46:1::/64"}
        await until(lambda: all(_global(session) for session in (second, third)))
        for session, gateway in ((first, "10.45.0.1"), (second, "2001:db8:45::1")):
            assert await session.interface.ping(gateway) > 0
        assert first.ambr is not None
        assert first.ambr.downlink_kbps * 1000 == (await at_smf(run)).ambr[0]


@pytest.mark.parametrize(
    ("smf", "asked", "given", "cause"),
    [
        (V4_ONLY, IPV4V6, IPV4, SmCause.PDU_SESSION_TYPE_IPV4_ONLY_ALLOWED),
        (V6_ONLY, IPV4V6, IPV6, SmCause.PDU_SESSION_TYPE_IPV6_ONLY_ALLOWED),
        (V4_ONLY, IPV6, None, SmCause.PDU_SESSION_TYPE_IPV4_ONLY_ALLOWED),
        (V6_ONLY, IPV4, None, SmCause.PDU_SESSION_TYPE_IPV6_ONLY_ALLOWED),
        ({}, PduSessionType.ETHERNET, None, SmCause.UNKNOWN_PDU_SESSION_TYPE),
        ({}, PduSessionType.UNSTRUCTURED, None, SmCause.UNKNOWN_PDU_SESSION_TYPE),
    ],
)
async def test_another_type_than_asked_for(
    smf: dict[str, Any], asked: PduSessionType, given: PduSessionType | None, cause: SmCause
) -> None:
    async with one_ue(smf=smf) as run:
        await run.ue.register()
        messages = heard(run)
        if given is None:
            with pytest.raises(ProcedureRejected, match=cause.name):
                await run.ue.establish_session(kind=asked)
            assert not run.context.sessions
            assert not len(smf_of(run).sessions)
        else:
            session = await run.ue.establish_session(kind=asked)
            assert session.pdu_session_type is given
        (answer,) = messages
        assert isinstance(answer, PduSessionEstablishmentAccept | PduSessionEstablishmentReject)
        assert answer.cause is cause


async def test_a_congested_dnn_is_left_alone_for_a_while() -> None:
    pools = {"internet": "10.45.0.0/30", "agents": "10.46.0.0/24"}
    async with one_ue(smf={"pools": pools, "back_off_seconds": 30}) as run:
        await run.ue.register()
        await run.ue.establish_session()
        with pytest.raises(ProcedureRejected, match="INSUFFICIENT_RESOURCES"):
            await run.ue.establish_session()
        with pytest.raises(BackOff, match="T3396"):
            await run.ue.establish_session()
        assert (await run.ue.establish_session("agents")).address == "10.46.0.2"


async def test_what_is_not_subscribed_or_not_offered_is_refused() -> None:
    async with one_ue(smf={"always_on_allowed": False}) as run:
        await run.ue.register()
        with pytest.raises(ProcedureRejected, match="NOT_SUPPORTED_OR_NOT_SUBSCRIBED"):
            await run.ue.establish_session("nowhere")
        messages = heard(run)
        with pytest.raises(ProcedureRejected, match="NOT_SUPPORTED_SSC_MODE"):
            await run.sessions.establish("internet", "1", ssc_mode=3)
        (reject,) = messages
        assert isinstance(reject, PduSessionEstablishmentReject)
        assert reject.allowed_ssc_modes == {1}
        session = await run.ue.establish_session(always_on=True)
        assert not session.always_on


async def test_always_on(core: Testbed) -> None:
    async with another_ue(core) as run:
        await run.ue.register()
        session = await run.ue.establish_session(always_on=True)
        assert session.always_on
        assert (await at_smf(run)).always_on
        await run.ue.establish_session()
        await run.idle()
        await until(lambda: run.context.sessions[1].up_active is False)
        await run.ue.request_service()  # for signalling only
        await until(lambda: run.context.sessions[1].up_active)
        assert (await at_smf(run, 1)).up_cnx_state is UpCnxState.ACTIVATED
        assert (await at_smf(run, 2)).up_cnx_state is UpCnxState.DEACTIVATED


async def test_an_identity_used_again_is_a_new_session(core: Testbed) -> None:
    """TS 24.501 clause 5.4.5.2.3: the UE has lost what it had."""
    async with another_ue(core) as run:
        await run.ue.register()
        before = await run.sessions.establish("internet", "1", 5)
        after = await run.sessions.establish("internet", "1", 5)
        assert before.address != after.address
        assert str((await at_smf(run, 5)).address.ipv4) == after.address
        assert len(smf_of(run).sessions) == 1


async def test_an_existing_session_goes_on(core: Testbed) -> None:
    async with another_ue(core) as run:
        await run.ue.register()
        before = await run.ue.establish_session()
        after = await run.sessions.establish(
            "internet", "1", 1, request_type=RequestType.EXISTING_PDU_SESSION
        )
        assert before.address == after.address
        await until(lambda: run.count("PDUSessionResourceSetupResponse") == 2)
        with pytest.raises(ProcedureRejected, match="PAYLOAD_WAS_NOT_FORWARDED"):
            await run.sessions.establish(
                "internet", "1", 2, request_type=RequestType.EXISTING_PDU_SESSION
            )


async def test_a_gnb_without_resources_ends_what_it_cannot_carry(
    core: Testbed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Step 14: the acceptance stays at the gNB, and the UE hears of the failure at once."""

    def full(*_: object) -> None:
        raise NgapError("no radio resources")

    async with another_ue(core) as run:
        await run.ue.register()
        monkeypatch.setattr("ue_sim.gnb.resources.set_up", full)
        with pytest.raises(ProcedureRejected, match="INSUFFICIENT_RESOURCES"):
            await run.ue.establish_session()
        await until(lambda: not len(smf_of(run).sessions) and not run.context.sessions)
        monkeypatch.undo()
        assert (await run.ue.establish_session()).address


async def test_a_ue_that_has_no_use_for_the_acceptance_any_more() -> None:
    """#47: it came after the last T3580; the network releases what it has set up."""
    async with one_ue(timers={"T3580": 0.05}, smf={"t3592": 0.05}) as run:
        await run.ue.register()
        messages = heard(run, answering=False)
        with pytest.raises(NoAnswer):
            await run.ue.establish_session()
        accept = next(m for m in messages if isinstance(m, PduSessionEstablishmentAccept))
        ids = accept.pdu_session_id, accept.pti
        await run.ue.modem.send_session_message(SmStatus(*ids, SmCause.PTI_MISMATCH))
        await until(lambda: not len(smf_of(run).sessions) and not run.context.sessions)
        assert run.count("PDUSessionResourceReleaseResponse") == 1
