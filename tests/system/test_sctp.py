"""N2 over kernel SCTP. Where the kernel has none, ``test_uml.py`` runs these in user-mode-linux."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator

import pytest

from nfs.protocols.ngap import ErrorIndication, decode
from nfs.testbed import Testbed, TestbedConfig
from nfs.transports import connect, listen
from nfs.transports.base import Association
from nfs.transports.sctp import SctpAssociation
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment, attach


def _kernel_has_sctp() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132).close()
    except OSError:
        return False
    return True


pytestmark = [
    pytest.mark.sctp,
    pytest.mark.skipif(not _kernel_has_sctp(), reason="this kernel has no SCTP"),
]


@pytest.fixture
async def pair() -> AsyncIterator[tuple[Association, Association]]:
    listener = await listen("sctp://127.0.0.1:0")
    accepting = asyncio.ensure_future(listener.accept())
    near = await connect(listener.endpoint)
    far = await accepting
    assert far is not None
    yield near, far
    await near.close()
    await far.close()
    await listener.close()


async def test_streams_and_the_payload_protocol_identifier_arrive(
    pair: tuple[Association, Association],
) -> None:
    near, far = pair
    assert near.streams == far.streams == 8
    for stream in (0, 1, 7):
        await near.send(b"octets", stream)
        message = await far.receive()
        assert message is not None
        assert (message.payload, message.stream, message.ppid) == (b"octets", stream, 60)


async def test_a_large_message_arrives_whole(pair: tuple[Association, Association]) -> None:
    near, far = pair
    payload = bytes(range(256)) * 250
    sending = asyncio.ensure_future(near.send(payload, 1))
    message = await far.receive()
    await sending
    assert message is not None
    assert message.payload == payload


async def test_more_than_the_buffers_hold_waits_and_arrives_in_order(
    pair: tuple[Association, Association],
) -> None:
    near, far = pair

    async def send_all() -> None:
        for number in range(400):
            await near.send(number.to_bytes(2, "big") * 1000, 1)

    sending = asyncio.ensure_future(send_all())
    await asyncio.sleep(0.2)
    for number in range(400):
        message = await far.receive()
        assert message is not None
        assert message.payload[:2] == number.to_bytes(2, "big")
    await sending


async def test_the_end_of_an_association_is_seen(pair: tuple[Association, Association]) -> None:
    near, far = pair
    await near.close()
    assert await far.receive() is None
    with pytest.raises(ConnectionError):
        await far.send(b"nobody reads this", 1)


async def test_a_shutdown_is_graceful(
    pair: tuple[Association, Association],
) -> None:
    near, far = pair
    assert isinstance(near, SctpAssociation)
    assert isinstance(far, SctpAssociation)
    await far.send(b"nobody reads this", 1)
    for number in range(50):
        await near.send(number.to_bytes(2), 1)
    await near.close()
    for number in range(50):
        message = await far.receive()
        assert message is not None
        assert message.payload == number.to_bytes(2)
    assert await far.receive() is None
    assert far.end == "shut down"


async def test_an_abort_is_a_loss(pair: tuple[Association, Association]) -> None:
    near, far = pair
    assert isinstance(near, SctpAssociation)
    assert isinstance(far, SctpAssociation)
    await near.abort()
    assert await far.receive() is None
    assert far.end == "lost"


NEAR, FAR = ("10.99.0.1", "10.99.1.1"), ("10.99.0.2", "10.99.1.2")


@pytest.fixture
def addresses() -> Iterator[None]:
    """Two for each side, which only a machine of our own has."""
    if os.environ.get("INSIDE_UML") is None:
        pytest.skip("addresses are added in user-mode-linux only")
    for address in (*NEAR, *FAR):
        _ip("add", address)
    yield
    for address in (*NEAR, *FAR):
        _ip("del", address)


def _ip(verb: str, address: str) -> None:
    subprocess.run(["ip", "addr", verb, f"{address}/32", "dev", "lo"], check=False)


@pytest.mark.usefixtures("addresses")
async def test_an_address_that_fails_is_replaced_and_without_any_the_association_is_lost() -> None:
    quick = "heartbeat=100&rto-initial=100&rto-min=100&rto-max=200&path-retransmissions=1"
    listener = await listen(f"sctp://{','.join(FAR)}:0?{quick}&association-retransmissions=3")
    remote = f"{listener.endpoint}?local={','.join(NEAR)}&{quick}&association-retransmissions=3"
    accepting = asyncio.ensure_future(listener.accept())
    near = await connect(remote)
    far = await accepting
    assert isinstance(near, SctpAssociation)
    assert isinstance(far, SctpAssociation)
    assert (near.peer_addresses, far.peer_addresses) == (list(FAR), list(NEAR))
    _ip("del", FAR[0])
    for number in range(3):
        await near.send(number.to_bytes(2), 1)
        message = await far.receive()
        assert message is not None
        assert message.payload == number.to_bytes(2)
    _ip("del", FAR[1])
    assert await near.receive() is None
    assert near.end == "lost"
    await near.close()
    await far.abort()
    await listener.close()


async def test_phones_of_a_lost_association_are_idle_and_come_back() -> None:
    config = TestbedConfig(amf={"n2": "sctp://127.0.0.1:0"})
    async with Testbed(config, sockets=False) as testbed:
        gnb = Gnb(GnbConfig())
        await gnb.start(testbed.n2)
        ue = UserEquipment(UeConfig(), gnb)
        await ue.register()
        session = await ue.establish_session()
        association = gnb.amfs[0].association
        assert isinstance(association, SctpAssociation)
        await association.abort()
        await gnb.detach(gnb.amfs[0])
        await gnb.start(testbed.n2)
        ue.modem.camp_on(gnb)
        assert await ue.request_service(frozenset({session.pdu_session_id})) == frozenset()
        await ue.deregister()
        await gnb.stop()


async def test_nobody_listens() -> None:
    with pytest.raises(OSError, match=re.escape("sctp://127.0.0.1:9")):
        await connect("sctp://127.0.0.1:9")


async def test_a_phone_registers_and_asks_over_sctp() -> None:
    config = TestbedConfig(amf={"n2": "sctp://127.0.0.1:0"})
    async with Testbed(config, sockets=False) as testbed:
        assert testbed.n2.startswith("sctp://")
        async with attach(testbed.n2) as ue:
            assert (await ue.say("where is my phone")).status == "FULFILLED"


async def test_garbage_is_answered_and_others_are_served() -> None:
    config = TestbedConfig(amf={"n2": "sctp://127.0.0.1:0"})
    async with Testbed(config, sockets=False) as testbed:
        rogue = await connect(testbed.n2)
        await rogue.send(b"\xff" * 40)
        answer = await rogue.receive()
        assert answer is not None
        assert isinstance(decode(answer.payload), ErrorIndication)
        async with attach(testbed.n2) as ue:
            assert ue.sessions
        await rogue.close()


@pytest.mark.parametrize("xn", [False, True], ids=["N2", "Xn"])
async def test_handover(xn: bool) -> None:
    config = TestbedConfig(amf={"n2": "sctp://127.0.0.1:0"})
    async with Testbed(config, sockets=False) as testbed:
        first, second = Gnb(GnbConfig(gnb_id=1)), Gnb(GnbConfig(gnb_id=2))
        for gnb in (first, second):
            await gnb.start(testbed.n2)
        ue = UserEquipment(UeConfig(), first)
        await ue.register()
        await ue.establish_session()
        await ue.hand_over(second, xn=xn)
        async with asyncio.timeout(30):
            while first.ues:
                await asyncio.sleep(0.02)
        assert await ue.establish_session(), "NAS goes by the new gNB"
        await ue.deregister()
        for gnb in (first, second):
            await gnb.stop()
