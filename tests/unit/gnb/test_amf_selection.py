"""Which AMF a gNB sends a UE to, and on which streams (TS 23.501 clause 6.3.5, TS 38.412)."""

from __future__ import annotations

import random

import pytest

from nfs.common.identities import Guami, Plmn
from nfs.protocols.ngap import FiveGSTmsi, NGReset, NGSetupRequest, UEContextReleaseComplete
from nfs.protocols.ngap.values import Cause
from nfs.transports.memory import MemoryAssociation
from ue_sim import GnbConfig
from ue_sim.gnb.amf import AmfConnection
from ue_sim.gnb.amf_selection import select_amf

PLMN = Plmn("999", "70")


def amf(set_id: int, pointer: int, capacity: int = 255) -> AmfConnection:
    connection = AmfConnection(MemoryAssociation(f"{set_id}-{pointer}"), None)
    connection.guamis = (Guami(PLMN, 2, set_id, pointer),)
    connection.capacity = capacity
    return connection


def tmsi(set_id: int, pointer: int) -> FiveGSTmsi:
    return FiveGSTmsi(set_id, pointer, 1)


FIRST, SECOND, ELSEWHERE = amf(1, 0), amf(1, 1), amf(2, 0)
ALL = (FIRST, SECOND, ELSEWHERE)


def test_the_amf_that_the_tmsi_names() -> None:
    for known in ALL:
        guami = known.guamis[0]
        assert select_amf(ALL, tmsi(guami.set_id, guami.pointer)) is known


def test_another_of_the_set_when_that_one_is_gone() -> None:
    assert select_amf((SECOND, ELSEWHERE), tmsi(1, 0)) is SECOND
    leaving = amf(1, 0)
    leaving.unavailable = set(leaving.guamis)
    assert select_amf((leaving, SECOND, ELSEWHERE), tmsi(1, 0)) is SECOND


def test_by_relative_capacity_for_those_that_nobody_knows() -> None:
    big, small, closed = amf(1, 0, 200), amf(1, 1, 50), amf(1, 2, 0)
    chance = random.Random(1)
    chosen = [select_amf((big, small, closed), None, chance) for _ in range(1000)]
    assert 750 < chosen.count(big) < 850
    assert closed not in chosen
    assert select_amf((closed,), None) is closed, "rather than none"


def test_one_that_is_overloaded_is_asked_last() -> None:
    busy, calm = amf(1, 0, 255), amf(1, 1, 1)
    busy.overload = "reject-rrc-cr-signalling"
    assert {select_amf((busy, calm), None) for _ in range(50)} == {calm}
    assert select_amf((busy,), None) is busy
    assert select_amf((busy, calm), tmsi(1, 0)) is busy, "it has the context"


def test_none() -> None:
    with pytest.raises(ConnectionError):
        select_amf((), tmsi(1, 0))


async def test_stream_0_is_for_the_interface_and_each_ue_has_one_of_the_others() -> None:
    ours, theirs = MemoryAssociation.pair("streams")
    connection = AmfConnection(ours, None)
    config = GnbConfig()

    async def stream_of(ran_id: int | None) -> int:
        message = (
            NGSetupRequest(config.global_id, config.supported_tas)
            if ran_id is None
            else UEContextReleaseComplete(1, ran_id)
        )
        await connection.send(message, ran_id)
        received = await theirs.receive()
        assert received is not None
        return received.stream

    assert await stream_of(None) == 0
    streams = {ran_id: await stream_of(ran_id) for ran_id in range(1, 50)}
    assert 0 not in streams.values()
    assert len(set(streams.values())) > 4
    assert {ran_id: await stream_of(ran_id) for ran_id in streams} == streams
    await connection.send(NGReset(Cause("misc", "unspecified"), None))
    received = await theirs.receive()
    assert received is not None
    assert received.stream == 0
