"""GTP-U path monitoring at the UPF (TS 23.501 clause 5.33.3.3), and impairments of N3."""

from __future__ import annotations

import asyncio

import pytest
from up_function import GNB, UpFunction, reports, session_request, to_n3

from nfs.protocols import gtpu
from nfs.protocols.gtpu import EchoRequest, EchoResponse
from nfs.protocols.pfcp import (
    Cause,
    CreateSrr,
    PacketDelays,
    QosMonitoringControl,
    RemoveSrr,
    ReportingFrequency,
    RequestedQosMonitoring,
    SessionModificationRequest,
    SessionModificationResponse,
)
from nfs.upf.actions import Action, ToN3
from nfs.upf.impairment import MAX_QUEUED, Link, N3Impairment
from nfs.upf.path_monitoring import ANSWER_TIME, REPORTED_ROUNDS

ROUND_TRIP = RequestedQosMonitoring.RP | RequestedQosMonitoring.GTPUPM


def monitoring(
    threshold: int = 0, frequency: ReportingFrequency = ReportingFrequency.EVETT
) -> SessionModificationRequest:
    control = QosMonitoringControl(
        qfis=(1,),
        requested=ROUND_TRIP,
        frequency=frequency,
        thresholds=PacketDelays(round_trip=threshold),
    )
    return SessionModificationRequest(create_srrs=(CreateSrr(srr_id=1, qos_monitoring=(control,)),))


def monitored(
    request: SessionModificationRequest,
) -> tuple[UpFunction, int, SessionModificationResponse]:
    upf = UpFunction()
    seid, _ = upf.establish(session_request(marking=46 << 10 | 0xFC))
    answer = upf.ask(request, seid)
    assert isinstance(answer, SessionModificationResponse)
    return upf, seid, answer


def probe(upf: UpFunction) -> tuple[int, list[Action]]:
    """Sequence number of the echo request that goes out, and everything that does."""
    actions = upf.user_plane.paths.probe(upf.now)
    (echo,) = to_n3(actions)
    assert isinstance(echo, EchoRequest)
    return echo.sequence, actions


def measured(actions: list[Action]) -> list[PacketDelays]:
    found = [r for each in reports(actions) for r in each.session_reports]
    return [q.measurement for each in found for q in each.qos_monitoring_reports]


def answer(upf: UpFunction, sequence: int) -> None:
    assert upf.user_plane.from_n3(gtpu.encode(EchoResponse(sequence)), GNB, upf.now) == []


def told(upf: UpFunction) -> list[PacketDelays]:
    """What the next report says of what is known by now."""
    found: list[PacketDelays] = []
    for _ in range(REPORTED_ROUNDS):
        found += measured(upf.user_plane.paths.probe(upf.now))
    return found


def test_round_trips_are_reported_in_order_and_lost_ones_too() -> None:
    upf, seid, accepted = monitored(monitoring())
    assert accepted.cause is Cause.REQUEST_ACCEPTED
    first, actions = probe(upf)
    (sent,) = actions
    assert isinstance(sent, ToN3)
    assert (sent.to, sent.tos) == (GNB, 46 << 2), "as the packets of the flow"
    upf.now += 0.0201
    answer(upf, first)
    answer(upf, first)
    assert told(upf) == [PacketDelays(round_trip=21)]
    upf.now += ANSWER_TIME + 0.1
    assert told(upf) == [PacketDelays(failed=True)] * REPORTED_ROUNDS
    upf.now += ANSWER_TIME + 0.1
    assert told(upf) == [PacketDelays(failed=True)] * REPORTED_ROUNDS
    upf.ask(SessionModificationRequest(remove_srrs=(RemoveSrr(srr_id=1),)), seid)
    assert upf.user_plane.paths.probe(upf.now) == []


def test_the_one_before_comes_first() -> None:
    upf, *_ = monitored(monitoring())
    probe(upf)
    upf.now += 0.01
    second, _ = probe(upf)
    upf.now += 0.0045
    answer(upf, second)
    assert told(upf) == []
    upf.now += ANSWER_TIME - 0.01
    assert told(upf) == [PacketDelays(failed=True), PacketDelays(round_trip=5)]


def test_what_is_below_the_threshold_is_not_told() -> None:
    for delay, expected in ((0.004, []), (0.0115, [PacketDelays(round_trip=12)])):
        upf, *_ = monitored(monitoring(threshold=10))
        sequence, _ = probe(upf)
        upf.now += delay
        answer(upf, sequence)
        assert told(upf) == expected


def test_what_cannot_be_measured_is_refused() -> None:
    *_, refused = monitored(monitoring(frequency=ReportingFrequency.PERIO))
    assert refused.cause is Cause.SERVICE_NOT_SUPPORTED


async def arrivals(impairment: N3Impairment, *sent: tuple[str, int]) -> list[str]:
    """Names in the order in which they arrive, of datagrams with names and markings."""
    link, came = Link(), list[str]()
    link.impairment = impairment
    for name, tos in sent:
        link.send(1000, tos, lambda name=name: came.append(name))  # type: ignore[misc]
    async with asyncio.timeout(30):
        while len(came) < len(sent) and impairment.loss_percent < 100:
            await asyncio.sleep(0.001)
    return came


@pytest.mark.parametrize(
    ("impairment", "came"),
    [
        (N3Impairment(), ["first", "second", "urgent"]),
        (N3Impairment(delay_ms=1), ["first", "second", "urgent"]),
        (N3Impairment(rate_kbps=8000), ["first", "urgent", "second"]),
        (N3Impairment(loss_percent=100), []),
    ],
)
async def test_an_impaired_link(impairment: N3Impairment, came: list[str]) -> None:
    sent = ("first", 0), ("second", 0), ("urgent", 184)
    assert await arrivals(impairment, *sent) == came


async def test_a_link_that_is_good_again_is_at_once() -> None:
    link, came = Link(), list[int]()
    link.impairment = N3Impairment(delay_ms=1, rate_kbps=8000)
    link.send(1000, 0, lambda: came.append(1))
    link.impairment = N3Impairment()
    async with asyncio.timeout(30):
        while not came:
            await asyncio.sleep(0.001)
    await asyncio.sleep(0)
    link.send(1000, 0, lambda: came.append(2))
    assert came == [1, 2]


async def test_a_full_link_still_takes_what_is_more_urgent() -> None:
    link, came = Link(), list[str]()
    link.impairment = N3Impairment(rate_kbps=80_000)
    for _ in range(MAX_QUEUED + 10):
        link.send(1000, 0, lambda: came.append("ordinary"))
    link.send(1000, 184, lambda: came.append("urgent"))
    async with asyncio.timeout(5):
        while "urgent" not in came:
            await asyncio.sleep(0.001)
    assert came == ["ordinary", "urgent"]
