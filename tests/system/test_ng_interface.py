"""The procedures of the NG interface itself, gNB and AMF (TS 38.413 clause 8.7)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from nfs.amf.app import Amf
from nfs.common.identities import Plmn
from nfs.protocols.ngap import (
    AMFConfigurationUpdate,
    AMFConfigurationUpdateAcknowledge,
    AMFConfigurationUpdateFailure,
    Cause,
    InitialUEMessage,
    NgapMessage,
    NGReset,
    NGResetAcknowledge,
    NGSetupFailure,
    OverloadStart,
    RANConfigurationUpdate,
    RANConfigurationUpdateFailure,
)
from nfs.testbed import Testbed, TestbedConfig
from tests.system.n2_peer import LOCATION, N2Peer, setup_request
from ue_sim import Gnb, GnbConfig, NgSetupError, UeConfig, UserEquipment
from ue_sim.gnb.errors import Overloaded

ONLY = ("nrf", "ausf", "udm", "upf", "smf", "amf", "amf-2")
SECOND = {"nf": "amf", "name": "second", "pointer": 1, "port": 7793, "n2": "memory://second"}


@pytest.fixture
async def testbed() -> AsyncIterator[Testbed]:
    async with Testbed(sockets=False, only=ONLY) as running:
        yield running


def amf_of(testbed: Testbed) -> Amf:
    amf = testbed.nfs["amf"]
    assert isinstance(amf, Amf)
    return amf


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)


async def oam(testbed: Testbed, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    amf = amf_of(testbed)
    answer = await amf.sbi.request(method, f"{amf.api_root}/namf-oam/v1/n2/{path}", json=body)
    return answer.json() if answer.content else None


@pytest.mark.parametrize(
    ("request_", "cause"),
    [
        (setup_request(plmn=Plmn("001", "01")), Cause("misc", "unknown-PLMN-or-SNPN")),
        (setup_request(sst=99), Cause("radioNetwork", "slice-not-supported")),
        (setup_request(tac=99), Cause("misc", "unspecified")),
    ],
    ids=["plmn", "slice", "tac"],
)
async def test_ng_setup_is_refused_with_a_cause_and_a_time(
    testbed: Testbed, request_: NgapMessage, cause: Cause
) -> None:
    peer = await N2Peer.connect(testbed.n2)
    await peer.send(request_)
    failure = await peer.expect(NGSetupFailure)
    assert (failure.cause, failure.time_to_wait) == (cause, "v10s")


async def test_ng_setup_again_starts_anew(testbed: Testbed) -> None:
    gnb = Gnb(GnbConfig())
    await gnb.start(testbed.n2)
    ue = UserEquipment(UeConfig(), gnb)
    await ue.register()
    await gnb.send(setup_request())
    await until(lambda: not amf_of(testbed).n2.ues)
    await gnb.stop()


async def test_ran_configuration_update(testbed: Testbed) -> None:
    gnb = Gnb(GnbConfig())
    await gnb.start(testbed.n2)
    await gnb.update_configuration(replace(gnb.config, name="renamed"))
    assert [str(g) for g in amf_of(testbed).n2.gnbs] == ["renamed"]
    with pytest.raises(NgSetupError, match="slice-not-supported"):
        await gnb.update_configuration(replace(gnb.config, slices=("77",)))
    assert gnb.config.slices == ("1",)
    await gnb.stop()
    peer = await N2Peer.set_up(testbed.n2)
    await peer.send(RANConfigurationUpdate(supported_tas=setup_request(tac=9).supported_tas))
    assert (await peer.expect(RANConfigurationUpdateFailure)).time_to_wait == "v10s"


async def test_amf_configuration_update(testbed: Testbed) -> None:
    gnb = Gnb(GnbConfig())
    await gnb.start(testbed.n2)
    change = {"relativeCapacity": 17, "slices": ["1", "2-00000a"]}
    said = await oam(testbed, "PATCH", "configuration", change)
    assert said == {"gnbs": {gnb.config.name: "acknowledged"}}
    assert gnb.amfs[0].capacity == 17
    assert [str(s) for s in gnb.amfs[0].plmn_support[0].slices] == ["1", "2-00000a"]
    await gnb.stop()


async def test_a_gnb_that_refuses_is_asked_once_more(testbed: Testbed) -> None:
    peer = await N2Peer.set_up(testbed.n2)
    change = asyncio.ensure_future(oam(testbed, "PATCH", "configuration", {"relativeCapacity": 1}))
    await peer.expect(AMFConfigurationUpdate)
    await peer.send(AMFConfigurationUpdateFailure(Cause("misc", "unspecified"), "v1s"))
    await peer.expect(AMFConfigurationUpdate)
    await peer.send(AMFConfigurationUpdateAcknowledge())
    assert list((await change)["gnbs"].values()) == ["acknowledged"]


async def test_ng_reset_by_the_amf_releases_every_ue(testbed: Testbed) -> None:
    gnb = Gnb(GnbConfig())
    await gnb.start(testbed.n2)
    ue = UserEquipment(UeConfig(), gnb)
    await ue.register()
    await oam(testbed, "POST", "resets", {"gnb": gnb.config.name})
    assert not gnb.ues
    assert not ue.modem.connected
    await until(lambda: not amf_of(testbed).n2.ues)
    await gnb.stop()


async def test_ng_reset_of_one_connection_leaves_the_others(testbed: Testbed) -> None:
    gnb = Gnb(GnbConfig())
    await gnb.start(testbed.n2)
    ues = [UserEquipment(UeConfig(f"imsi-99970000000000{i}"), gnb) for i in (1, 2)]
    for ue in ues:
        await ue.register()
    first = next(iter(gnb.ues.values()))
    part = ((first.amf_ue_ngap_id, None),)
    answer = await gnb.amfs[0].ask(NGReset(Cause("misc", "unspecified"), part))
    assert isinstance(answer, NGResetAcknowledge)
    assert answer.connections == part
    await until(lambda: len(amf_of(testbed).n2.ues) == 1)
    assert await ues[1].establish_session()
    await gnb.reset(Cause("misc", "unspecified"))
    await until(lambda: not amf_of(testbed).n2.ues)
    await gnb.stop()


async def test_an_operator_declares_overload(testbed: Testbed) -> None:
    gnb, late = Gnb(GnbConfig()), Gnb(GnbConfig(gnb_id=2))
    await gnb.start(testbed.n2)
    await oam(testbed, "PUT", "overload", {"action": "reject-rrc-cr-signalling"})
    await late.start(testbed.n2)
    for each in (gnb, late):
        await until(lambda each=each: each.amfs[0].overload)
        with pytest.raises(Overloaded):
            await UserEquipment(UeConfig(), each).register()
        assert not each.ues
    await oam(testbed, "DELETE", "overload")
    await until(lambda: gnb.amfs[0].overload is None)
    await UserEquipment(UeConfig(), gnb).register()
    await gnb.stop()
    await late.stop()


async def test_too_many_connections_are_overload() -> None:
    config = TestbedConfig(amf={"max_connections": 2})
    async with Testbed(config, sockets=False, only=ONLY) as testbed:
        peer = await N2Peer.set_up(testbed.n2)
        for ran_id in (1, 2):
            await peer.send(InitialUEMessage(ran_id, b"\x7e\x00", LOCATION, "mo-Signalling"))
        started = await peer.receive()
        while not isinstance(started, OverloadStart):
            started = await peer.receive()
        assert started.amf_overload_response == "reject-rrc-cr-signalling"
        await peer.send(NGReset(Cause("misc", "unspecified"), None))
        while (await peer.receive()).NAME != "OverloadStop":
            pass


async def test_an_amf_that_goes_leaves_its_ues_to_another_of_the_set() -> None:
    config = TestbedConfig(also={"amf-2": SECOND})
    async with Testbed(config, sockets=False, only=ONLY) as testbed:
        gnb = Gnb(GnbConfig())
        await gnb.start(testbed.n2, "memory://second")
        ue = UserEquipment(UeConfig(), gnb)
        gnb.amfs[1].capacity = 0
        await ue.register()
        first = gnb.amfs[0]
        assert next(iter(gnb.ues.values())).amf is first
        await oam(testbed, "POST", "removals", {"backupAmfName": "second"})
        await until(lambda: not ue.modem.connected)
        assert not first.available_guamis
        await ue.move_to(gnb)
        assert next(iter(gnb.ues.values())).amf is gnb.amfs[1]
        await gnb.stop()
