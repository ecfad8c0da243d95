"""PDU session release (TS 23.502 clause 4.3.4, TS 24.501 clauses 6.3.3 and 6.4.3)."""

from __future__ import annotations

import asyncio

import pytest
from listening import at_smf, heard, smf_of
from one_ue import OneUe, another_ue, one_ue, until

from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import PduSessionReleaseCommand, SmCause
from nfs.smf.modification import add_flow
from nfs.smf.release import release_session
from nfs.smf.sm_context import State
from nfs.testbed import Testbed
from ue_sim.ue.sessions.back_off import BackOff

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def with_session(run: OneUe) -> None:
    await run.ue.register()
    await run.ue.establish_session()


def gone(run: OneUe) -> bool:
    return not run.ue.sessions and not run.context.sessions and not len(smf_of(run).sessions)


async def test_the_ue_releases(core: Testbed) -> None:
    async with another_ue(core) as run:
        await with_session(run)
        await run.ue.release_session(1)
        await until(lambda: gone(run))
        assert run.count("PDUSessionResourceReleaseResponse") == 1
        assert (await run.ue.establish_session()).pdu_session_id == 1


async def test_an_operator_releases_and_keeps_the_ue_off(core: Testbed) -> None:
    async with another_ue(core) as run:
        await with_session(run)
        smf, nrf = smf_of(run), run.testbed.nfs["nrf"]
        root = f"{smf.api_root}/nsmf-oam/v1/sm-contexts"
        (listed,) = (await nrf.sbi.request("GET", root)).json()["smContexts"]
        assert listed["ipv4"] == run.ue.sessions[0]["address"]
        order = {"cause": "INSUFFICIENT_RESOURCES", "backOffSeconds": 60}
        answer = await nrf.sbi.request("POST", f"{root}/{listed['ref']}/release", json=order)
        assert answer.status == 202
        await until(lambda: gone(run))
        with pytest.raises(BackOff, match="T3396"):
            await run.ue.establish_session()


async def test_reactivation_requested_makes_a_new_session(core: Testbed) -> None:
    async with another_ue(core) as run:
        await with_session(run)
        before = run.ue.sessions[0]["address"]
        await release_session(smf_of(run), await at_smf(run), SmCause.REACTIVATION_REQUESTED)
        await until(lambda: bool(run.ue.sessions) and run.ue.sessions[0]["address"] is not None)
        assert run.ue.sessions[0]["address"] != before
        assert (await at_smf(run)).state is State.ACTIVE


async def test_an_idle_ue_is_let_alone_and_learns_of_it_when_it_is_back(core: Testbed) -> None:
    async with another_ue(core) as run:
        await with_session(run)
        await run.idle()
        await until(lambda: run.context.sessions[1].up_active is False)
        await release_session(smf_of(run), await at_smf(run), SmCause.REGULAR_DEACTIVATION)
        assert run.count("Paging") == 0
        assert not run.context.sessions
        assert run.ue.sessions
        await run.ue.request_service()
        assert gone(run)


async def test_t3592_a_silent_ue_is_released_without_it() -> None:
    async with one_ue(smf={"t3592": 0.02}) as run:
        await with_session(run)
        messages = heard(run, answering=False)
        await release_session(smf_of(run), await at_smf(run), SmCause.REGULAR_DEACTIVATION)
        assert messages == [PduSessionReleaseCommand(1, 0, SmCause.REGULAR_DEACTIVATION)] * 5
        assert run.count("PDUSessionResourceReleaseCommand") == 1
        assert not run.context.sessions


async def test_the_ues_release_ends_a_modification(core: Testbed) -> None:
    async with another_ue(core) as run:
        await with_session(run)
        session = await at_smf(run)
        heard(run, answering=False)
        modification = asyncio.ensure_future(add_flow(smf_of(run), session, 7, None))
        await until(lambda: session.state is State.MODIFICATION_PENDING)
        release = asyncio.ensure_future(run.ue.release_session(1))
        with pytest.raises(SbiProblem, match="the UE releases"):
            await modification
        await until(lambda: session.state is State.INACTIVE_PENDING)
        release.cancel()


async def test_deregistration_releases_at_the_smf(core: Testbed) -> None:
    async with another_ue(core) as run:
        await with_session(run)
        smf = smf_of(run)
        await run.ue.deregister()
        await until(lambda: not len(smf.sessions))
