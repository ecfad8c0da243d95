"""N2 over framed TCP and over memory."""

from __future__ import annotations

import pytest

from nfs.transports import connect, listen
from nfs.transports.base import Message
from nfs.transports.endpoints import Endpoint
from nfs.transports.framing import MAX_PAYLOAD, FrameDecoder, FramingError, encode_frame
from nfs.transports.probe import choose_n2, probe
from nfs.transports.sctp_parameters import SctpParameters


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


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("tcp://127.0.0.1", Endpoint("tcp", ("127.0.0.1",), 38412)),
        ("memory://amf-1", Endpoint("memory", ("amf-1",), 38412)),
        ("tcp://amf.lab:0?local=10.0.0.1", Endpoint("tcp", ("amf.lab",), 0, ("10.0.0.1",))),
        ("sctp://[::1],10.0.0.5:38413", Endpoint("sctp", ("::1", "10.0.0.5"), 38413)),
        (
            "sctp://10.0.0.5:1?local=10.0.0.1,10.1.0.1&heartbeat=5000&rto-max=1000",
            Endpoint(
                *("sctp", ("10.0.0.5",), 1, ("10.0.0.1", "10.1.0.1")),
                SctpParameters(heartbeat=5000, rto_max=1000),
            ),
        ),
    ],
)
def test_end_points_say_where_and_how(url: str, endpoint: Endpoint) -> None:
    assert Endpoint.parse(url) == endpoint


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("udp://127.0.0.1", "not an N2 end point"),
        ("tcp://", "not an N2 end point"),
        ("sctp://a,,b", "not an N2 end point"),
        ("sctp://a:66666", "66666 is no port"),
        ("tcp://a,b", "for sctp:// only"),
        ("sctp://a?heart-beat=1", "heart-beat=1 is not known here; known: local, streams"),
        ("sctp://a?heartbeat=fast", "heartbeat=fast"),
        ("tcp://a?heartbeat=1", "known: local$"),
    ],
)
def test_what_is_no_end_point_is_refused(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Endpoint.parse(url)
