"""PDU session modification (TS 23.502 clause 4.3.3.2, TS 24.501 clauses 6.3.2 and 6.4.2)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from listening import at_smf, heard, smf_of
from one_ue import OneUe, another_ue, one_ue, until

from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import (
    Component,
    ComponentType,
    PduSessionModificationCommandReject,
    PduSessionModificationReject,
    QosFlowDescription,
    QosFlowOperation,
    QosRule,
    QosRuleOperation,
    SmCause,
    SmStatus,
)
from nfs.smf.modification import add_flow, release_flow
from nfs.smf.sm_context import State
from nfs.smf.update import receive_n1
from nfs.testbed import Testbed
from ue_sim import ProcedureRejected
from ue_sim.ue.sessions import new_flow

pytestmark = pytest.mark.asyncio(loop_scope="module")

HTTPS = (Component(ComponentType.SINGLE_REMOTE_PORT, b"\x01\xbb"),)
ONE = (Component(ComponentType.PROTOCOL_IDENTIFIER_NEXT_HEADER, b"\x01"),)


async def five_qis(run: OneUe) -> list[int]:
    """At the SMF, when no procedure is under way."""
    session = await at_smf(run)
    async with session.procedure:
        return [flow.five_qi for flow in session.flows.values()]


async def with_session(run: OneUe) -> None:
    await run.ue.register()
    await run.ue.establish_session()


async def test_the_ue_asks_for_a_flow_changes_it_and_gives_it_back(core: Testbed) -> None:
    async with another_ue(core) as run:
        await with_session(run)
        session = await run.ue.modify_session(1, *new_flow(7, HTTPS))
        assert [f.five_qi for f in session.flows.values()] == [9, 7]
        assert await five_qis(run) == [9, 7]
        assert session.qos.rules == (await at_smf(run)).rules
        filters = new_flow(7, ONE)[0][0].packet_filters
        more = QosRule(2, QosRuleOperation.MODIFY_AND_ADD_FILTERS, packet_filters=filters)
        await run.ue.modify_session(1, (more,))
        assert [f.id for f in session.qos.rules[2].packet_filters] == [0, 1]
        better = QosFlowDescription(2, QosFlowOperation.MODIFY, 6)
        await run.ue.modify_session(1, None, (better,))
        assert await five_qis(run) == [9, 6]
        assert session.flows[2].five_qi == 6
        await run.ue.modify_session(1, (QosRule(2, QosRuleOperation.DELETE),))
        assert await five_qis(run) == [9]
        assert list(session.flows) == list(session.qos.rules) == [1]


_CREATE, _DELETE = QosRuleOperation.CREATE, QosRuleOperation.DELETE
_NEW_RULE = new_flow(7, HTTPS)[0][0]
_TWICE = (Component(ComponentType.SINGLE_REMOTE_PORT, b"\0\x50"),) * 2


MAY_NOT: list[tuple[int, Any, Any]] = [
    (33, *new_flow(1, HTTPS)),
    (83, (QosRule(1, _DELETE),), None),
    (83, (QosRule(9, _DELETE),), None),
    (83, (_NEW_RULE,), None),  # of a flow that is not there
    (83, None, (QosFlowDescription(1, QosFlowOperation.MODIFY, 7),)),
    (84, (QosRule(2, _CREATE, False, _NEW_RULE.packet_filters, 1, 1),), None),
    (84, (QosRule(0, _CREATE, True, _NEW_RULE.packet_filters, 1, 1),), None),
    (84, (QosRule(0, _CREATE, False, (), 1, 1),), None),
    (84, None, (QosFlowDescription(5, QosFlowOperation.CREATE, 7),)),
    (45, *new_flow(7, _TWICE)),
    (44, *new_flow(7, (Component(ComponentType.REMOTE_PORT_RANGE, b"\2\0\1\0"),))),
]
"""Cause, QoS rules and QoS flow descriptions."""


async def test_what_the_ue_may_not_ask(core: Testbed) -> None:
    async with another_ue(core) as run:
        await with_session(run)
        for cause, rules, flows in MAY_NOT:
            with pytest.raises(ProcedureRejected, match=SmCause(cause).name):
                await run.ue.modify_session(1, rules, flows)
            assert await five_qis(run) == [9], (cause, rules, flows)


async def test_rules_that_cannot_be_read_are_refused(core: Testbed) -> None:
    async with another_ue(core) as run:
        await with_session(run)
        messages = heard(run)
        session = await at_smf(run)
        updated = await receive_n1(smf_of(run), session, bytes.fromhex("2e0109c97a0003020008"))
        cause = SmCause.SYNTACTICAL_ERROR_IN_THE_QOS_OPERATION
        assert updated.n1 == PduSessionModificationReject(1, 9, cause)
        assert not messages


async def test_t3591_a_silent_ue_keeps_what_it_has() -> None:
    async with one_ue(smf={"t3591": 0.02}) as run:
        await with_session(run)
        messages = heard(run, answering=False)
        session = await at_smf(run)
        with pytest.raises(SbiProblem, match="UE_NOT_RESPONDING"):
            await add_flow(smf_of(run), session, 7, None)
        assert len(messages) == 5
        assert len(set(messages)) == 1
        assert run.count("PDUSessionResourceModifyRequest") == 1, "the gNB is asked once"
        assert await five_qis(run) == [9]
        assert session.state is State.ACTIVE


async def test_a_ue_that_rejects_or_cannot_make_sense_keeps_what_it_has(core: Testbed) -> None:
    async with another_ue(core) as run:
        await with_session(run)
        messages = heard(run, answering=False)
        session = await at_smf(run)
        for answer in (
            PduSessionModificationCommandReject(1, 0, SmCause.SEMANTIC_ERROR_IN_THE_QOS_OPERATION),
            SmStatus(1, 0, SmCause.MESSAGE_TYPE_NOT_COMPATIBLE_WITH_THE_PROTOCOL_STATE),
        ):
            messages.clear()
            wanted = asyncio.ensure_future(add_flow(smf_of(run), session, 7, None))
            await until(lambda: bool(messages))
            await run.ue.modem.send_session_message(answer)
            with pytest.raises(SbiProblem):
                await wanted
            assert await five_qis(run) == [9]


async def test_collision_the_networks_modification_goes_first(core: Testbed) -> None:
    async with another_ue(core, {"T3581": 0.2}) as run:
        await with_session(run)
        session, smf = await at_smf(run), smf_of(run)
        network = asyncio.ensure_future(add_flow(smf, session, 7, None))
        async with asyncio.timeout(30):
            while session.state is not State.MODIFICATION_PENDING:
                await asyncio.sleep(0)
        await run.ue.modify_session(1, *new_flow(8, HTTPS))
        flow = await network
        assert sorted(await five_qis(run)) == [7, 8, 9]
        await release_flow(smf, session, flow)
        assert sorted(f.five_qi or 0 for f in run.sessions.find(1).flows.values()) == [8, 9]  # type: ignore[union-attr]


UNEXPECTED: list[tuple[str, SmCause | None]] = [
    ("2e0109cc", SmCause.PTI_MISMATCH),
    ("2e0109d4", SmCause.PTI_MISMATCH),
    ("2e0100cc", SmCause.MESSAGE_TYPE_NOT_COMPATIBLE_WITH_THE_PROTOCOL_STATE),
    ("2e0109c1ffff", SmCause.PTI_MISMATCH),
    ("2e0100c9", SmCause.INVALID_PTI_VALUE),
    ("2e0109c2", SmCause.MESSAGE_TYPE_NON_EXISTENT_OR_NOT_IMPLEMENTED),
    ("2e0209d1", SmCause.INVALID_PDU_SESSION_IDENTITY),
    ("2e01ffd1", None),
    ("2e0009d1", None),
    ("2e01", None),
    ("2e0109d6", None),
]
"""Octets, and the cause of the 5GSM STATUS that answers them."""


async def test_what_is_not_expected_at_the_smf(core: Testbed) -> None:
    async with another_ue(core) as run:
        await with_session(run)
        session = await at_smf(run)
        for message, cause in UNEXPECTED:
            octets = bytes.fromhex(message)
            updated = await receive_n1(smf_of(run), session, octets)
            expected = None if cause is None else SmStatus(octets[1], octets[2], cause)
            assert updated.n1 == expected, message
            assert session.state is State.ACTIVE, message
