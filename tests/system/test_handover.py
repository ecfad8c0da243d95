"""A UE goes from gNB to gNB with its connection: N2 handover, Xn path switch (TS 23.502 4.9.1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from nfs.amf.app import Amf
from nfs.amf.ue.ue import Ue
from nfs.protocols.crypto import kdf
from nfs.protocols.ngap import (
    Cause,
    ErrorIndication,
    GtpTunnel,
    HandoverPreparationFailure,
    HandoverRequired,
    PathSwitchRequest,
    PathSwitchRequestFailure,
    PathSwitchRequestTransfer,
    PduSessionItem,
    TargetGnb,
)
from nfs.smf.app import Smf
from nfs.testbed import Testbed
from tests.system.n2_peer import LOCATION, N2Peer, setup_request
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment
from ue_sim.gnb.errors import HandoverFailed
from ue_sim.gnb.handover import cancel, prepare

GATEWAY = "10.45.0.1"
GAME = "I need my cloud game below 20 ms for the next half hour"


class Lab:
    """Two gNBs at one AMF, and a UE with a session and an agent at the first."""

    def __init__(self, testbed: Testbed) -> None:
        self.testbed = testbed
        self.first = Gnb(GnbConfig(gnb_id=1, name="first"))
        self.second = Gnb(GnbConfig(gnb_id=2, name="second", n3_address="127.0.0.2"))
        self.ue = UserEquipment(UeConfig(), self.first)

    async def start(self) -> None:
        for gnb in (self.first, self.second):
            await gnb.start(self.testbed.n2)
        await self.ue.register()
        self.session = await self.ue.establish_session()
        await self.ue.register_agent()

    @property
    def at_amf(self) -> Ue:
        amf = self.testbed.nfs["amf"]
        assert isinstance(amf, Amf)
        ue = amf.registry.get(self.ue.supi)
        assert ue is not None
        return ue

    @property
    def n3_address(self) -> str | None:
        """Where the SMF has the downlink go."""
        smf = self.testbed.nfs["smf"]
        assert isinstance(smf, Smf)
        tunnel = next(iter(smf.sessions)).downlink_tunnel
        return tunnel.address if tunnel else None


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    async with Testbed(sockets=False) as testbed:
        lab = Lab(testbed)
        await lab.start()
        yield lab
        for gnb in (lab.first, lab.second):
            await gnb.stop()


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("xn", [False, True], ids=["N2", "Xn"])
async def test_agent_and_session_go_along(lab: Lab, xn: bool) -> None:
    before = lab.ue.modem.last_octets
    k_amf = lab.at_amf.context.security.k_amf  # type: ignore[union-attr]
    first_nh = lab.at_amf.next_hops.nh  # type: ignore[union-attr]
    await lab.ue.hand_over(lab.second, xn=xn)
    await until(lambda: str(lab.at_amf.gnb) == "second" and not lab.first.ues)
    assert lab.ue.modem.last_octets == before, "not one NAS message"
    await until(lambda: lab.n3_address == lab.second.user_plane.address)
    assert await lab.session.ping(GATEWAY) > 0
    connection = next(iter(lab.second.ues.values()))
    assert connection.next_hop is not None
    assert (connection.next_hop.ncc, connection.next_hop.nh) == (2, kdf.nh(k_amf, first_nh))
    said = await lab.ue.say(GAME)
    assert said.status == "FULFILLED"
    await lab.ue.hand_over(lab.first, xn=xn)
    await until(lambda: str(lab.at_amf.gnb) == "first" and not lab.second.ues)
    assert await lab.session.ping(GATEWAY) > 0
    assert (await lab.ue.say("where am I")).status == "FULFILLED"
    await lab.ue.deregister()


@pytest.mark.parametrize("xn", [False, True], ids=["N2", "Xn"])
async def test_an_intent_under_way_is_answered_at_the_new_gnb(lab: Lab, xn: bool) -> None:
    said = asyncio.ensure_future(lab.ue.say("translate 'where is the station' into German"))
    while lab.at_amf.agent_work.under_way == 0 and not lab.at_amf.agent_work.intents:
        await asyncio.sleep(0)
    await lab.ue.hand_over(lab.second, xn=xn)
    assert (await said).result_text == "Wo ist der Bahnhof?"
    await until(lambda: str(lab.at_amf.gnb) == "second")


async def test_a_target_that_is_full_refuses_and_the_ue_stays(lab: Lab) -> None:
    lab.second.admits_handovers = False
    with pytest.raises(HandoverFailed, match="no-radio-resources"):
        await lab.ue.hand_over(lab.second)
    assert not lab.second.ues
    assert (await lab.ue.say("where am I")).status == "FULFILLED"
    assert lab.n3_address == lab.first.user_plane.address
    assert await lab.session.ping(GATEWAY) > 0


async def test_an_unknown_target(lab: Lab) -> None:
    with pytest.raises(HandoverFailed, match="unknown-targetID"):
        await lab.ue.hand_over(Gnb(GnbConfig(gnb_id=77)))
    assert (await lab.ue.say("where am I")).status == "FULFILLED"


async def test_a_handover_that_is_cancelled_leaves_nothing_at_the_target(lab: Lab) -> None:
    connection = next(iter(lab.first.ues.values()))
    await prepare(connection, lab.second)
    assert lab.second.ues
    await cancel(connection, Cause("radioNetwork", "handover-cancelled"))
    await until(lambda: not lab.second.ues)
    assert (await lab.ue.say("where am I")).status == "FULFILLED"
    await lab.ue.hand_over(lab.second)
    await until(lambda: str(lab.at_amf.gnb) == "second")


async def test_a_target_that_is_lost_before_the_ue_comes(lab: Lab) -> None:
    connection = next(iter(lab.first.ues.values()))
    await prepare(connection, lab.second)
    await lab.second.stop()
    await cancel(connection, Cause("radioNetwork", "handover-cancelled"))
    assert (await lab.ue.say("where am I")).status == "FULFILLED"


async def test_requests_that_make_no_sense(lab: Lab) -> None:
    """Path switch of a UE that is not there, handover before there is a context, of another UE."""
    peer = await N2Peer.set_up(lab.testbed.n2, gnb_id=9)
    tunnel = PathSwitchRequestTransfer(GtpTunnel("127.0.0.9", 1), (1,)).encode()
    items = (PduSessionItem(1, tunnel),)
    await peer.send(PathSwitchRequest(5, 4711, LOCATION, None, items))
    failure = await peer.expect(PathSwitchRequestFailure)
    assert [i.pdu_session_id for i in failure.released] == [1]
    target = TargetGnb(setup_request().global_ran_node_id, LOCATION.tai)
    reason = Cause("radioNetwork", "unspecified")
    ids = lab.at_amf.amf_ue_ngap_id, lab.at_amf.ran_ue_ngap_id
    await peer.send(HandoverRequired(*ids, "intra5gs", reason, target, items, b"\x00"))
    refused = await peer.receive()
    assert isinstance(refused, HandoverPreparationFailure | ErrorIndication)
    assert (await lab.ue.say("where am I")).status == "FULFILLED"
    sessions = (PduSessionItem(77, tunnel),)
    await peer.send(PathSwitchRequest(5, ids[0], LOCATION, None, sessions))
    assert (await peer.expect(PathSwitchRequestFailure)).released[0].pdu_session_id == 77
    assert str(lab.at_amf.gnb) == "first"
