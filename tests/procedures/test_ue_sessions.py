"""5GSM at the UE against a network of which each answer is written here (TS 24.501 clause 6)."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

import pytest

from nfs.common.identities import Snssai
from nfs.protocols.nas import (
    MATCH_ALL,
    AlwaysOnIndication,
    Component,
    ComponentType,
    DlNasTransport,
    MmCause,
    MmStatus,
    Option,
    PacketFilter,
    PacketFilterDirection,
    PayloadContainerType,
    PduAddress,
    PduSessionEstablishmentAccept,
    PduSessionEstablishmentReject,
    PduSessionEstablishmentRequest,
    PduSessionModificationCommand,
    PduSessionModificationCommandReject,
    PduSessionModificationComplete,
    PduSessionModificationReject,
    PduSessionModificationRequest,
    PduSessionReleaseCommand,
    PduSessionReleaseComplete,
    PduSessionReleaseReject,
    PduSessionReleaseRequest,
    PduSessionType,
    ProtocolConfigurationOptions,
    QosFlowDescription,
    QosFlowOperation,
    QosRule,
    QosRuleOperation,
    SessionAmbr,
    SmCause,
    SmMessage,
    SmStatus,
    encode,
)
from ue_sim.ue.errors import NoAnswer, ProcedureRejected
from ue_sim.ue.sessions import Session, Sessions, SessionState, SmTimers, new_flow
from ue_sim.ue.sessions.back_off import BackOff, BackOffTimers

AMBR = SessionAmbr(1000, 1000)
BOTH = PacketFilterDirection.BIDIRECTIONAL
DEFAULT = QosRule(1, QosRuleOperation.CREATE, True, (PacketFilter(1, BOTH, MATCH_ALL),), 255, 1)
FLOW = QosFlowDescription(1, QosFlowOperation.CREATE, 9)
HTTPS = (Component(ComponentType.SINGLE_REMOTE_PORT, b"\x01\xbb"),)
AT_ONCE = SmTimers(0.01, 0.01, 0.01, retransmissions=2)


class Network:
    """Takes what the UE sends; ``answer`` says what comes back for it, if anything."""

    def __init__(self) -> None:
        self.on_session_message: Callable[[bytes], None] = lambda _: None
        self.on_not_forwarded: Callable[[DlNasTransport | MmStatus], None] = lambda _: None
        self.session_status: Callable[[], frozenset[int]] = frozenset
        self.on_session_status: Callable[[frozenset[int]], None] = lambda _: None
        self.answer: Callable[[SmMessage], SmMessage | None] = self.willing
        self.taken: list[SmMessage] = []
        self.transports: list[dict[str, object]] = []
        self._new = asyncio.Event()

    async def send_session_message(self, message: SmMessage, **transport: object) -> None:
        self.taken.append(message)
        self.transports.append(transport)
        self._new.set()
        answer = self.answer(message)
        if answer is not None:
            self.say(answer)

    def say(self, message: SmMessage) -> None:
        self.on_session_message(encode(message))

    async def takes(self, kind: type[SmMessage]) -> SmMessage:
        """The next message of the UE, which is of ``kind``."""
        while not any(isinstance(m, kind) for m in self.taken):
            self._new.clear()
            await asyncio.wait_for(self._new.wait(), 30)
        return next(m for m in self.taken if isinstance(m, kind))

    def willing(self, message: SmMessage) -> SmMessage | None:
        ids = message.pdu_session_id, message.pti
        match message:
            case PduSessionEstablishmentRequest(pdu_session_type=kind):
                return accept(*ids, kind or PduSessionType.IPV4)
            case PduSessionReleaseRequest():
                return PduSessionReleaseCommand(*ids, SmCause.REGULAR_DEACTIVATION)
        return None


def accept(
    session_id: int, pti: int, kind: PduSessionType = PduSessionType.IPV4
) -> PduSessionEstablishmentAccept:
    return PduSessionEstablishmentAccept(
        session_id,
        pti,
        kind,
        1,
        (DEFAULT,),
        AMBR,
        pdu_address=PduAddress(
            kind,
            None if kind is PduSessionType.IPV6 else "10.45.0.2",
            None if kind is PduSessionType.IPV4 else b"\0\0\0\0\0\0\0\7",
        ),
        s_nssai=Snssai(1),
        always_on=AlwaysOnIndication.REQUIRED,
        qos_flow_descriptions=(FLOW,),
        epco=ProtocolConfigurationOptions(
            ((Option.DNS_IPV4, b"\x08\x08\x08\x08"), (Option.MTU_IPV4, b"\x05\x78"))
        ),
        dnn="internet",
    )


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def sessions(network: Network) -> Sessions:
    return Sessions(network, AT_ONCE)


async def established(sessions: Sessions) -> Session:
    return await sessions.establish("internet", "1")


async def test_what_the_network_gives_is_the_sessions(sessions: Sessions) -> None:
    session = await sessions.establish(pdu_type=PduSessionType.IPV4V6, always_on=True)
    assert (session.pdu_session_id, session.dnn, session.s_nssai) == (1, "internet", "1")
    assert (session.address, session.link_local) == ("10.45.0.2", "fe80::7")
    assert (session.dns, session.mtu) == (("8.8.8.8",), 1400)
    assert session.state is SessionState.ACTIVE
    assert sessions.always_on == {1}
    assert session.to_json()["qosFlows"] == [{"qfi": 1, "fiveQi": 9}]


async def test_sessions_get_the_lowest_free_identity_and_there_are_fifteen(
    sessions: Sessions, network: Network
) -> None:
    for number in range(1, 16):
        assert (await established(sessions)).pdu_session_id == number
    with pytest.raises(ProcedureRejected, match="MAXIMUM_NUMBER"):
        await established(sessions)
    await sessions.release(7)
    assert (await established(sessions)).pdu_session_id == 7
    asked = [m for m in network.taken if isinstance(m, PduSessionEstablishmentRequest)]
    assert len({m.pti for m in asked}) == len(asked)


async def test_t3580_the_request_is_repeated_and_then_given_up(
    sessions: Sessions, network: Network
) -> None:
    network.answer = lambda _: None
    with pytest.raises(NoAnswer):
        await established(sessions)
    assert len(network.taken) == 3
    assert len(set(map(encode, network.taken))) == 1
    assert not list(sessions)


@pytest.mark.parametrize("lost", [1, 2])
async def test_t3580_a_late_answer_is_in_time(
    sessions: Sessions, network: Network, lost: int
) -> None:
    network.answer = lambda m: network.willing(m) if len(network.taken) > lost else None
    assert (await established(sessions)).address == "10.45.0.2"


@pytest.mark.parametrize(
    ("cause", "seconds", "waits"),
    [
        (SmCause.INSUFFICIENT_RESOURCES, 60.0, "T3396"),
        (SmCause.INSUFFICIENT_RESOURCES, math.inf, "T3396"),
        (SmCause.INSUFFICIENT_RESOURCES, 0.0, None),
        (SmCause.INSUFFICIENT_RESOURCES, None, None),
        (SmCause.INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE_AND_DNN, 60.0, "T3584"),
        (SmCause.INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE, 60.0, "T3585"),
        (SmCause.MISSING_OR_UNKNOWN_DNN, 60.0, "T3396"),
        (SmCause.NETWORK_FAILURE, 60.0, None),
    ],
)
async def test_back_off_after_a_refusal(
    sessions: Sessions, network: Network, cause: SmCause, seconds: float | None, waits: str | None
) -> None:
    network.answer = lambda m: PduSessionEstablishmentReject(
        m.pdu_session_id, m.pti, cause, seconds
    )
    with pytest.raises(ProcedureRejected, match=cause.name):
        await established(sessions)
    network.answer = network.willing
    if waits is None:
        await established(sessions)
        return
    with pytest.raises(BackOff) as kept:
        await established(sessions)
    assert kept.value.timer == waits
    assert len(network.taken) == 1
    if waits != "T3585":
        await sessions.establish("agents", "1")  # another DNN is not concerned


def test_a_back_off_timer_expires() -> None:
    clock = [0.0]
    timers = BackOffTimers(lambda: clock[0])
    timers.refused(SmCause.INSUFFICIENT_RESOURCES, "internet", "1", 30.0)
    clock[0] = 29.0
    with pytest.raises(BackOff):
        timers.check("establishment", "internet", "2")
    clock[0] = 31.0
    timers.check("establishment", "internet", "1")


async def test_what_the_amf_does_not_forward_ends_the_procedure(
    sessions: Sessions, network: Network
) -> None:
    def give_back(message: SmMessage) -> None:
        cause = MmCause.DNN_NOT_SUPPORTED_OR_NOT_SUBSCRIBED_IN_THE_SLICE
        network.on_not_forwarded(
            DlNasTransport(PayloadContainerType.N1_SM, encode(message), cause=cause)
        )

    network.answer = give_back
    with pytest.raises(ProcedureRejected, match="DNN_NOT_SUPPORTED"):
        await established(sessions)


async def test_an_amf_says_so_with_5gmm_status(sessions: Sessions, network: Network) -> None:
    """As Open5GS' does; a status of another cause is not about the session."""

    def report(_message: SmMessage) -> None:
        for cause in (MmCause.CONGESTION, MmCause.DNN_NOT_SUPPORTED_OR_NOT_SUBSCRIBED_IN_THE_SLICE):
            network.on_not_forwarded(MmStatus(cause))

    network.answer = report
    with pytest.raises(ProcedureRejected, match="DNN_NOT_SUPPORTED"):
        await established(sessions)


async def test_an_amf_may_keep_the_ue_off_too(sessions: Sessions, network: Network) -> None:
    def congested(message: SmMessage) -> None:
        network.on_not_forwarded(
            DlNasTransport(
                PayloadContainerType.N1_SM,
                encode(message),
                cause=MmCause.CONGESTION,
                back_off_timer_seconds=60.0,
            )
        )

    network.answer = congested
    with pytest.raises(ProcedureRejected, match="CONGESTION"):
        await established(sessions)
    with pytest.raises(BackOff, match="T3396"):
        await established(sessions)


async def test_a_flow_that_is_not_described_has_its_qfi_as_5qi(
    sessions: Sessions, network: Network
) -> None:
    def plain(message: SmMessage) -> SmMessage:
        rule = QosRule(1, QosRuleOperation.CREATE, True, DEFAULT.packet_filters, 255, 9)
        ids = message.pdu_session_id, message.pti
        return PduSessionEstablishmentAccept(*ids, PduSessionType.IPV4, 1, (rule,), AMBR)

    network.answer = plain
    session = await established(sessions)
    assert session.to_json()["qosFlows"] == [{"qfi": 9, "fiveQi": 9}]


async def test_qos_that_makes_no_sense_is_released_again(
    sessions: Sessions, network: Network
) -> None:
    def two_defaults(message: SmMessage) -> SmMessage | None:
        if not isinstance(message, PduSessionEstablishmentRequest):
            return network.willing(message)
        ids = message.pdu_session_id, message.pti
        second = QosRule(2, QosRuleOperation.CREATE, True, DEFAULT.packet_filters, 7, 1)
        return PduSessionEstablishmentAccept(*ids, PduSessionType.IPV4, 1, (DEFAULT, second), AMBR)

    network.answer = two_defaults
    with pytest.raises(ProcedureRejected, match="SEMANTIC_ERROR"):
        await established(sessions)
    release = await network.takes(PduSessionReleaseRequest)
    assert isinstance(release, PduSessionReleaseRequest)
    assert release.cause is SmCause.SEMANTIC_ERROR_IN_THE_QOS_OPERATION
    assert not list(sessions)


async def test_the_network_modifies_and_repeats_itself(
    sessions: Sessions, network: Network
) -> None:
    session = await established(sessions)
    (rule,), (flow,) = new_flow(80, HTTPS)
    rule = QosRule(2, rule.operation, False, rule.packet_filters, 7, 2)
    flow = QosFlowDescription(2, flow.operation, 80)
    command = PduSessionModificationCommand(
        1, 0, session_ambr=AMBR, qos_rules=(rule,), qos_flow_descriptions=(flow,)
    )
    for _ in range(2):
        network.taken.clear()
        network.say(command)
        assert await network.takes(PduSessionModificationComplete) == (
            PduSessionModificationComplete(1, 0)
        )
        assert {f.qfi: f.five_qi for f in session.flows.values()} == {1: 9, 2: 80}


async def test_a_command_right_behind_the_acceptance(sessions: Sessions, network: Network) -> None:
    def both(message: SmMessage) -> SmMessage | None:
        if isinstance(message, PduSessionEstablishmentRequest):
            network.say(accept(message.pdu_session_id, message.pti))
            return PduSessionModificationCommand(message.pdu_session_id, 0, always_on=0)
        return None

    network.answer = both
    session = await established(sessions)
    await network.takes(PduSessionModificationComplete)
    assert not session.always_on


async def test_a_command_that_makes_no_sense_is_rejected(
    sessions: Sessions, network: Network
) -> None:
    session = await established(sessions)
    gone = QosRule(1, QosRuleOperation.DELETE)
    network.say(PduSessionModificationCommand(1, 0, qos_rules=(gone,)))
    cause = SmCause.SEMANTIC_ERROR_IN_THE_QOS_OPERATION
    assert await network.takes(PduSessionModificationCommandReject) == (
        PduSessionModificationCommandReject(1, 0, cause)
    )
    assert session.qos.rules == {1: DEFAULT}


async def test_the_ue_asks_for_a_flow(sessions: Sessions, network: Network) -> None:
    session = await established(sessions)

    def grant(message: SmMessage) -> SmMessage | None:
        if not isinstance(message, PduSessionModificationRequest):
            return None
        (rule,) = message.requested_qos_rules or ()
        granted = QosRule(2, rule.operation, False, rule.packet_filters, 128, 2)
        return PduSessionModificationCommand(
            1,
            message.pti,
            qos_rules=(granted,),
            qos_flow_descriptions=(QosFlowDescription(2, QosFlowOperation.CREATE, 7),),
        )

    network.answer = grant
    await sessions.modify(1, *new_flow(7, HTTPS))
    assert session.flows[2].five_qi == 7
    assert session.state is SessionState.ACTIVE
    complete = await network.takes(PduSessionModificationComplete)
    network.taken.clear()  # it was lost: the network repeats the command
    network.say(PduSessionModificationCommand(1, complete.pti))
    assert await network.takes(PduSessionModificationComplete) == complete


async def test_t3581_and_refusal_leave_the_session_as_it_is(
    sessions: Sessions, network: Network
) -> None:
    session = await established(sessions)
    network.answer = lambda _: None
    with pytest.raises(NoAnswer):
        await sessions.modify(1, always_on=True)
    network.answer = lambda m: PduSessionModificationReject(
        1, m.pti, SmCause.SERVICE_OPTION_NOT_SUPPORTED
    )
    with pytest.raises(ProcedureRejected, match="SERVICE_OPTION_NOT_SUPPORTED"):
        await sessions.modify(1, *new_flow(1, HTTPS))
    assert session.state is SessionState.ACTIVE
    with pytest.raises(ProcedureRejected, match="DOES_NOT_EXIST"):
        await sessions.modify(2)


async def test_a_modification_of_the_network_goes_before_the_ues_own(
    sessions: Sessions, network: Network
) -> None:
    await established(sessions)
    asked = []

    def busy_at_first(message: SmMessage) -> SmMessage | None:
        if isinstance(message, PduSessionModificationRequest):
            asked.append(message.pti)
            pti = 0 if len(asked) == 1 else message.pti
            return PduSessionModificationCommand(1, pti, always_on=len(asked) - 1)
        return None

    network.answer = busy_at_first
    session = await sessions.modify(1, always_on=True)
    assert len(set(asked)) == 2
    assert session.always_on


async def test_the_ue_releases(sessions: Sessions) -> None:
    session = await established(sessions)
    await sessions.release(1)
    assert session.state is SessionState.INACTIVE
    assert not list(sessions)


async def test_t3582_without_an_answer_the_session_is_gone(
    sessions: Sessions, network: Network
) -> None:
    await established(sessions)
    network.answer = lambda _: None
    await sessions.release(1)
    assert not list(sessions)


async def test_a_refused_release_ends_the_session_too(sessions: Sessions, network: Network) -> None:
    await established(sessions)
    cause = SmCause.INVALID_PDU_SESSION_IDENTITY
    network.answer = lambda m: PduSessionReleaseReject(1, m.pti, cause)
    with pytest.raises(ProcedureRejected, match="INVALID_PDU_SESSION_IDENTITY"):
        await sessions.release(1)
    assert not list(sessions)


async def test_the_network_releases_and_keeps_the_ue_off(
    sessions: Sessions, network: Network
) -> None:
    session = await established(sessions)
    network.say(PduSessionReleaseCommand(1, 0, SmCause.INSUFFICIENT_RESOURCES, 60.0))
    assert await network.takes(PduSessionReleaseComplete) == PduSessionReleaseComplete(1, 0)
    assert session.state is SessionState.INACTIVE
    with pytest.raises(BackOff, match="T3396"):
        await established(sessions)


async def test_a_release_ends_what_the_ue_asks_for(sessions: Sessions, network: Network) -> None:
    await established(sessions)

    def release(message: SmMessage) -> SmMessage | None:
        if isinstance(message, PduSessionModificationRequest):
            return PduSessionReleaseCommand(1, 0, SmCause.REGULAR_DEACTIVATION)
        return None

    network.answer = release
    with pytest.raises(ProcedureRejected, match="SESSION_RELEASED"):
        await sessions.modify(1, always_on=True)


async def test_reactivation_requested_is_a_new_establishment(
    sessions: Sessions, network: Network
) -> None:
    await established(sessions)
    network.taken.clear()
    network.say(PduSessionReleaseCommand(1, 0, SmCause.REACTIVATION_REQUESTED))
    again = await network.takes(PduSessionEstablishmentRequest)
    assert again.pdu_session_id == 1
    assert isinstance(network.taken[0], PduSessionReleaseComplete)


async def test_sessions_that_the_network_has_not_are_gone(
    sessions: Sessions, network: Network
) -> None:
    await established(sessions)
    await established(sessions)
    network.on_session_status(frozenset({2}))
    assert network.session_status() == {2}


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        (accept(1, 77), SmCause.PTI_MISMATCH),
        (PduSessionModificationReject(1, 77, SmCause(31)), SmCause.PTI_MISMATCH),
        (PduSessionModificationCommand(1, 77), SmCause.PTI_MISMATCH),
        (PduSessionReleaseCommand(1, 77, SmCause(36)), SmCause.PTI_MISMATCH),
        (PduSessionModificationCommand(9, 0), SmCause.INVALID_PDU_SESSION_IDENTITY),
        (PduSessionReleaseCommand(9, 0, SmCause(36)), SmCause.INVALID_PDU_SESSION_IDENTITY),
        (
            PduSessionReleaseRequest(1, 7),
            SmCause.MESSAGE_TYPE_NON_EXISTENT_OR_NOT_IMPLEMENTED,
        ),
    ],
)
async def test_what_is_not_expected_is_answered_with_a_status(
    sessions: Sessions, network: Network, message: SmMessage, cause: SmCause
) -> None:
    session = await established(sessions)
    network.say(message)
    expected = SmStatus(message.pdu_session_id, message.pti, cause)
    assert await network.takes(SmStatus) == expected
    assert session.state is SessionState.ACTIVE
