"""PFCP at the UPF: associations, and requests that cannot be served."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable

import pytest
from up_function import SMF, UpFunction, session_request

from nfs.common import pfcp
from nfs.common.pfcp import PfcpEntity, PfcpNoAnswer
from nfs.protocols.pfcp import (
    PORT,
    AssociationReleaseRequest,
    AssociationSetupRequest,
    AssociationSetupResponse,
    Cause,
    FSeid,
    HeartbeatRequest,
    HeartbeatResponse,
    NodeId,
    Packet,
    SessionDeletionRequest,
    SessionDeletionResponse,
    SessionEstablishmentResponse,
    SessionModificationRequest,
    SessionModificationResponse,
    UpFunctionFeatures,
    VersionNotSupportedResponse,
    decode,
    encode,
)
from nfs.transports.datagram import DatagramEndpoint, memory_host, open_datagram


def test_an_association_set_up_again_has_no_sessions() -> None:
    upf = UpFunction()
    upf.establish(session_request())
    again = AssociationSetupRequest(node_id=NodeId(SMF[0]), recovery_time_stamp=2)
    answer = upf.ask(again)
    assert isinstance(answer, AssociationSetupResponse)
    assert answer.up_function_features is not None
    assert answer.up_function_features & UpFunctionFeatures.FTUP
    assert len(upf.user_plane.sessions) == 0


def test_without_an_association_there_are_no_sessions() -> None:
    upf = UpFunction()
    upf.establish(session_request())
    upf.ask(AssociationReleaseRequest(node_id=NodeId(SMF[0])))
    assert len(upf.user_plane.sessions) == 0
    refused = upf.ask(session_request(), 0)
    assert isinstance(refused, SessionEstablishmentResponse)
    assert refused.cause is Cause.NO_ESTABLISHED_PFCP_ASSOCIATION


def test_sessions_that_are_not_there() -> None:
    upf = UpFunction()
    changed = upf.ask(SessionModificationRequest(), 5)
    assert isinstance(changed, SessionModificationResponse)
    deleted = upf.ask(SessionDeletionRequest(), 5)
    assert isinstance(deleted, SessionDeletionResponse)
    assert changed.cause is deleted.cause is Cause.SESSION_CONTEXT_NOT_FOUND


def test_a_session_moves_to_another_smf() -> None:
    upf = UpFunction()
    seid, _ = upf.establish(session_request())
    other = FSeid(33, "192.0.2.44")
    upf.ask(SessionModificationRequest(cp_f_seid=other, node_id=NodeId("192.0.2.44")), seid)
    (session,) = upf.user_plane.sessions
    assert (session.cp_f_seid, session.cp_node) == (other, "192.0.2.44")


@pytest.fixture
async def wire() -> AsyncIterator[tuple[DatagramEndpoint, list[Packet]]]:
    """A peer that does what the test has it do."""
    came: list[Packet] = []
    end = await open_datagram(
        f"memory://{memory_host()}", PORT, lambda octets, _: came.append(decode(octets))
    )
    yield end, came
    await end.close()


@pytest.fixture
async def entity() -> AsyncIterator[PfcpEntity]:
    """It counts the requests that it answers."""
    numbers = itertools.count(1)
    made = PfcpEntity(
        lambda *_: (HeartbeatResponse(recovery_time_stamp=next(numbers)), None), lambda _: None
    )
    await made.start(f"memory://{memory_host()}")
    yield made
    await made.close()


async def test_a_repeated_request_gets_the_same_answer(
    wire: tuple[DatagramEndpoint, list[Packet]], entity: PfcpEntity
) -> None:
    """TS 29.244 clause 6.4."""
    end, came = wire
    for sequence in (7, 7, 8):
        heartbeat = Packet(HeartbeatRequest(recovery_time_stamp=1), sequence)
        end.send(encode(heartbeat), entity.address)
    await until(lambda: len(came) == 3)
    stamps = [getattr(packet.message, "recovery_time_stamp", 0) for packet in came]
    assert ([packet.sequence for packet in came], stamps) == ([7, 7, 8], [1, 1, 2])


async def test_another_version_and_octets_that_are_none(
    wire: tuple[DatagramEndpoint, list[Packet]], entity: PfcpEntity
) -> None:
    end, came = wire
    octets = encode(Packet(HeartbeatRequest(recovery_time_stamp=1), 7))
    end.send(b"nothing", entity.address)
    end.send(bytes((2 << 5,)) + octets[1:], entity.address)
    await until(lambda: len(came) == 1)
    assert came == [Packet(VersionNotSupportedResponse(), 7)]


async def test_a_request_without_an_answer_is_sent_n1_times(
    wire: tuple[DatagramEndpoint, list[Packet]],
    entity: PfcpEntity,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    end, came = wire
    monkeypatch.setattr(pfcp, "T1", 0.01)
    with pytest.raises(PfcpNoAnswer):
        await entity.request(
            end.address, HeartbeatRequest(recovery_time_stamp=1), HeartbeatResponse
        )
    assert len(came) == pfcp.N1
    assert len({packet.sequence for packet in came}) == 1


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0)
