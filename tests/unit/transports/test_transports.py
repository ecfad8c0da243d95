"""N2 over framed TCP and over memory."""

from __future__ import annotations

import pytest

from nfs.transports import connect, listen
from nfs.transports.base import Message
from nfs.transports.framing import MAX_PAYLOAD, FrameDecoder, FramingError, encode_frame
from nfs.transports.probe import choose_n2, probe


def test_frames_split_anywhere_come_out_whole() -> None:
    octets = encode_frame(b"first", stream=3) + encode_frame(b"") + encode_frame(b"last")
    whole = [Message(b"first", 3), Message(b""), Message(b"last")]
    for cut in range(len(octets) + 1):
        decoder = FrameDecoder()
        assert decoder.feed(octets[:cut]) + decoder.feed(octets[cut:]) == whole


def test_a_frame_too_large_ends_the_association() -> None:
    with pytest.raises(FramingError):
        FrameDecoder().feed((MAX_PAYLOAD + 1).to_bytes(4) + bytes(8))


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:0", "memory://transports"])
async def test_messages_arrive_with_their_streams_until_closed(url: str) -> None:
    listener = await listen(url)
    ours = await connect(listener.endpoint)
    theirs = await listener.accept()
    assert theirs is not None
    await ours.send(b"hello", 2)
    assert await theirs.receive() == Message(b"hello", 2)
    await theirs.send(b"there")
    assert await ours.receive() == Message(b"there")
    await ours.close()
    assert await theirs.receive() is None
    await theirs.close()
    await listener.close()
    assert await listener.accept() is None


async def test_nobody_listens() -> None:
    with pytest.raises(OSError):
        await connect("memory://nobody")


def test_doctor_says_which_transport_and_why() -> None:
    scheme, why = choose_n2(probe())
    assert scheme in ("sctp", "tcp")
    assert why
