"""User packets through UE, gNB and UPF, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from ipaddress import ip_address, ip_network

import pytest

from nfs.protocols.ip import datagram
from nfs.protocols.nas import PduSessionType
from nfs.protocols.pfcp import ApplyAction
from nfs.smf.app import Smf
from nfs.smf.n4 import n4
from nfs.testbed import Testbed, TestbedConfig
from nfs.upf.app import Upf
from ue_sim import Gnb, GnbConfig, ProcedureRejected, UeConfig, UserEquipment, attach
from ue_sim.ue.sessions import Session

GATEWAY = "10.45.0.1"


@pytest.fixture
async def testbed() -> AsyncIterator[Testbed]:
    async with Testbed(sockets=False) as running:
        yield running


def upf_of(testbed: Testbed) -> Upf:
    upf = testbed.nfs["upf"]
    assert isinstance(upf, Upf)
    return upf


def session_of(ue: UserEquipment) -> Session:
    session = ue.session(1)
    assert session is not None
    return session


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)


async def test_ping_and_udp_in_the_flow_that_the_qos_rules_say(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        session = session_of(ue)
        assert await session.ping(GATEWAY) > 0
        with session.interface.udp() as socket:
            socket.send(b"hello", (GATEWAY, 7))
            assert await socket.receive() == (b"hello", (GATEWAY, 7))
        assert session.interface.flows_in == {1: 2}
        assured = await ue.say("I need my cloud game below 20 ms for the next half hour")
        assert assured.status == "FULFILLED"
        await session.ping(GATEWAY)
        assert session.interface.flows_in == {1: 2, 2: 1}
        assert session.interface.flows_out == {1: 2, 2: 1}
        with pytest.raises(TimeoutError):
            await session.ping("10.45.0.99", 0.05)
    smf, upf = testbed.nfs["smf"], upf_of(testbed)
    assert isinstance(smf, Smf)
    await until(lambda: not len(upf.sessions))
    sent = smf.metrics.registry.get_sample_value(
        "fivegs_smffunction_n4_usage_octets_total", {"direction": "uplink"}
    )
    assert sent == 3 * 84 + 33, "three echo requests that left the UPF, and a datagram"


async def test_a_packet_for_an_idle_ue_waits_while_it_is_paged(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        session, upf = session_of(ue), upf_of(testbed)
        assert session.address is not None
        await ue.go_idle()
        (at_upf,) = upf.sessions
        assert at_upf.fars[1].action & ApplyAction.BUFF, "before the gNB lets the UE go"
        ends = ip_address(GATEWAY), ip_address(session.address)
        with session.interface.udp(5000) as socket:
            for data in (b"first", b"second"):
                upf._from_n6(datagram(*ends, (9, 5000), data))
            assert len(at_upf.buffered) == 2
            assert (await socket.receive())[0] == b"first"
            assert (await socket.receive())[0] == b"second"
        assert ue.modem.connected
        names = [r.name for r in testbed.platform.trace]
        assert names.count("SESSION REPORT REQUEST") == 1
        assert "Paging" in names
        await ue.go_idle()
        assert await session.ping(GATEWAY) > 0, "an idle UE comes back for its own packets"


@pytest.mark.parametrize("kind", [PduSessionType.IPV6, PduSessionType.IPV4V6])
async def test_the_prefix_of_a_session_is_advertised(
    testbed: Testbed, kind: PduSessionType
) -> None:
    async with attach(testbed.n2) as ue:
        session = await ue.establish_session("internet", kind)
        await asyncio.wait_for(session.interface.advertised.wait(), 30)
        assert session.interface.own_address(6) in ip_network("2001:db8:45::/48")
        assert await session.ping("2001:db8:45::1") > 0


async def test_two_ues_reach_each_other(testbed: Testbed) -> None:
    async with attach(testbed.n2) as one:
        gnb = one.modem.access.cell
        other = UserEquipment(UeConfig("imsi-999700000000002"), gnb)
        await other.register()
        theirs = await other.establish_session()
        assert theirs.address is not None
        with theirs.interface.udp(4000) as receiver, session_of(one).interface.udp(4001) as sender:
            sender.send(b"to you", (theirs.address, 4000))
            data, source = await receiver.receive()
        assert (data, source[1]) == (b"to you", 4001)
        assert await session_of(one).ping(theirs.address) > 0
        await other.deregister()


async def test_a_upf_that_was_started_again_is_provisioned_again(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        session, upf, smf = session_of(ue), upf_of(testbed), testbed.nfs["smf"]
        assert isinstance(smf, Smf)
        await session.ping(GATEWAY)
        for at_upf in list(upf.sessions):  # it has forgotten all
            upf.sessions.remove(at_upf)
        upf.n4.associations.clear()
        upf.n4.recovery_time_stamp += 1
        (node,) = smf.n4.nodes.values()
        node.heard(upf.n4.recovery_time_stamp)
        await until(lambda: len(upf.sessions) == 1)
        assert await session.ping(GATEWAY) > 0


async def test_without_a_upf_the_session_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(n4, "ASSOCIATION_WAIT", 0.05)
    config = TestbedConfig(smf={"upfs": [{"n4": "memory://127.99.0.1"}]})
    async with Testbed(config, sockets=False) as testbed:
        smf = testbed.nfs["smf"]
        assert isinstance(smf, Smf)
        with pytest.raises(ProcedureRejected) as refused:
            async with attach(testbed.n2):
                pass
        assert refused.value.cause == "NETWORK_FAILURE"


async def test_a_dnn_that_no_upf_serves_is_refused(testbed: Testbed) -> None:
    (upf,) = testbed.nfs["smf"].config.upfs  # type: ignore[attr-defined]
    config = TestbedConfig(smf={"upfs": [{"n4": upf.n4, "dnns": ["agents"]}]})
    async with Testbed(config, sockets=False) as other:
        with pytest.raises(ProcedureRejected) as refused:
            async with attach(other.n2):
                pass
        assert refused.value.cause == "INSUFFICIENT_RESOURCES"


@pytest.mark.parametrize("xn", [True, False])
async def test_packets_follow_a_handover(testbed: Testbed, xn: bool) -> None:
    other = Gnb(GnbConfig(gnb_id=2))
    await other.start(testbed.n2)
    async with attach(testbed.n2) as ue:
        session, upf = session_of(ue), upf_of(testbed)
        await session.ping(GATEWAY)
        (at_upf,) = upf.sessions
        before = at_upf.fars[1].outer_header
        await ue.hand_over(other, xn=xn)
        await until(lambda: at_upf.fars[1].outer_header != before)
        assert await session.ping(GATEWAY) > 0
        ends = [r for r in testbed.platform.trace if r.name == "END MARKER"]
        assert [int.from_bytes(r.octets[4:8]) for r in ends] == [before.teid if before else 0]
    await other.stop()


async def test_a_tunnel_that_the_gnb_has_lost_is_set_up_again(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        session, upf = session_of(ue), upf_of(testbed)
        assert session.address is not None
        (at_upf,) = upf.sessions
        gnb = ue.modem.access.cell
        assert isinstance(gnb, Gnb)
        (connection,) = gnb.ues.values()
        gnb.user_plane.release(connection, 1)
        ends = ip_address(GATEWAY), ip_address(session.address)
        upf._from_n6(datagram(*ends, (9, 5000), b"lost"))
        await until(lambda: bool(at_upf.fars[1].action & ApplyAction.BUFF))
        with session.interface.udp(5000) as socket:
            upf._from_n6(datagram(*ends, (9, 5000), b"kept"))
            assert (await socket.receive())[0] == b"kept"
        assert await session.ping(GATEWAY) > 0
    assert "ERROR INDICATION" in [r.name for r in testbed.platform.trace]
