"""NAS COUNTs that come to their end, at both sides (TS 24.501 clause 4.4.3.1)."""

from __future__ import annotations

import pytest
from one_ue import OneUe, one_ue, operator, until

from nfs.protocols.nas import AuthenticationRequest, SecurityModeComplete
from nfs.protocols.nas.security import MAX_COUNT, RENEWAL_MARGIN, NasSecurityContext
from nfs.protocols.ngap import UEContextModificationRequest
from ue_sim import ProcedureRejected


def securities(run: OneUe) -> tuple[NasSecurityContext, NasSecurityContext]:
    network, ue = run.context.security, run.ue.modem.security
    assert network is not None
    assert ue is not None
    return network, ue


async def set_counts(run: OneUe, uplink: int, downlink: int) -> None:
    """Once nothing is on its way any more."""

    def settled() -> bool:
        network, ue = securities(run)
        uplinks = network.uplink_count == ue.uplink_count
        return uplinks and network.downlink_count == ue.downlink_count > 2

    await until(settled)
    for security in securities(run):
        security.uplink_count, security.downlink_count = uplink, downlink


@pytest.mark.parametrize("uplink", [True, False])
async def test_new_keys_come_in_time(uplink: bool) -> None:
    """Whichever of the two COUNTs is nearly exhausted; sessions go on, the gNB has a new key."""
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.establish_session()
        former = securities(run)[0]
        nearly = MAX_COUNT - RENEWAL_MARGIN
        await set_counts(run, *((nearly, 9) if uplink else (9, nearly)))
        challenges = run.count(AuthenticationRequest.NAME)
        completions = run.count(SecurityModeComplete.NAME)
        await run.ue.establish_session()
        await until(lambda: run.count(SecurityModeComplete.NAME) == completions + 1)
        await until(lambda: run.count(UEContextModificationRequest.NAME) == 1)
        network, ue = securities(run)
        assert run.count(AuthenticationRequest.NAME) == challenges + 1
        assert network.k_amf == ue.k_amf != former.k_amf
        assert network.ng_ksi == ue.ng_ksi != former.ng_ksi
        assert max(network.uplink_count, network.downlink_count) < 16
        await run.ue.establish_session()
        await run.idle()
        await run.ue.request_service()
        assert run.connected


async def test_a_ue_without_counts_lets_go_of_its_keys() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await set_counts(run, MAX_COUNT + 1, 9)
        with pytest.raises(ProcedureRejected) as exhausted:
            await run.ue.establish_session()
        assert exhausted.value.cause == "NAS_COUNT_EXHAUSTED"
        assert not run.ue.modem.connected
        await run.ue.register()
        await run.ue.establish_session()


async def test_a_network_without_counts_releases_the_connection() -> None:
    async with one_ue() as run:
        await run.ue.register()
        await set_counts(run, 9, MAX_COUNT + 1)
        await operator(run, "POST", "/configuration-updates", json={})
        await until(lambda: not run.connected)
        await run.ue.register()
        await run.ue.establish_session()


async def test_keys_survive_idle_mode_and_count_on() -> None:
    async with one_ue() as run:
        await run.ue.register()
        k_amf, before = securities(run)[0].k_amf, securities(run)[0].uplink_count
        await run.idle()
        await run.ue.request_service()
        network, ue = securities(run)
        assert network.k_amf == ue.k_amf == k_amf
        assert network.uplink_count == ue.uplink_count > before
        assert run.count(AuthenticationRequest.NAME) == 1
