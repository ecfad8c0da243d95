"""N2 over kernel SCTP. Where the kernel has none, ``test_uml.py`` runs these in user-mode-linux."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator

import pytest

from nfs.protocols.ngap import ErrorIndication, decode
from nfs.testbed import Testbed, TestbedConfig
from nfs.transports import connect, listen
from nfs.transports.base import Association
from ue_sim import attach


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
