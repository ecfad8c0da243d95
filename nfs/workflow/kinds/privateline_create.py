"""privateline.create: a line between two devices of the subscription, with a guaranteed rate.

Each end gets a QoS flow of its own for the packets of the other end; between the flows the UPF
switches them itself. Other packets stay out: a UE cannot send with another one's address.
"""

from __future__ import annotations

from functools import partial

from pydantic import JsonValue

from nfs.common.models.smf_tools import FlowFigures, SessionInfo
from nfs.semantics.intent import AchievedTarget, RefusalClass
from nfs.semantics.render import ask
from nfs.workflow.execution import Execution, Step
from nfs.workflow.refusal import Gone, Question, Refusal
from nfs.workflow.sessions import better, measure, sessions_of

USUAL_MBPS = 1.0
"""Of a line for which no rate is asked."""
MEASURED_SECONDS = 0.5
"""Of each look at an end."""
_ASKING = "this device"


def steps(execution: Execution) -> list[Step]:
    """Find both sessions, then a flow at each end, side by side.

    Raises Question, and Refusal INFEASIBLE or TARGET_UNKNOWN.
    """
    ends = _ends(execution)
    sessions: dict[str, SessionInfo] = {}
    added: list[dict[str, int]] = []
    demand = _demand(execution)

    async def find_sessions() -> None:
        first, second = ends.values()
        pair = _pair(await sessions_of(execution, first), await sessions_of(execution, second))
        sessions.update(zip((first, second), pair, strict=True))

    async def add_flow(supi: str, peer: str) -> None:
        execution.undo_with("release-qos-flow", supi=supi, intentId=execution.intent_id)
        flow = await execution.tool(
            "add-qos-flow",
            supi=supi,
            pduSessionId=sessions[supi].pdu_session_id,
            intentId=execution.intent_id,
            remoteAddress=sessions[peer].ipv4,
            **demand,
        )
        added.append(flow)

    async def conclude() -> None:
        execution.output |= dict(zip(("endpointA", "endpointB"), ends, strict=True))
        execution.output["fiveQi"] = added[0]["fiveQi"]
        latency = sum(flow["packetDelayBudgetMs"] for flow in added)
        execution.achieved += [
            AchievedTarget(target_name="latency", value=latency, unit="ms"),
            _rate(execution),
        ]

    first, second = ends.values()
    found, at_both = frozenset({"sessions.found"}), frozenset({"flow.first", "flow.second"})
    return [
        Step("sessions", "finding both PDU sessions", find_sessions, gives=found),
        Step(
            "first end",
            "adding a QoS flow at one end",
            partial(add_flow, first, second),
            needs=found,
            gives=frozenset({"flow.first"}),
        ),
        Step(
            "second end",
            "adding a QoS flow at the other end",
            partial(add_flow, second, first),
            needs=found,
            gives=frozenset({"flow.second"}),
        ),
        Step("line", "putting the line into service", conclude, needs=at_both),
    ]


def _ends(execution: Execution) -> dict[str, str]:
    """Two names and the SUPIs behind them; an end that is not named is the asking device."""
    slots = execution.intent.slots
    named = [name for name in (slots.endpoint_a or slots.target, slots.endpoint_b) if name]
    if not named:
        raise Question(ask(["endpointA"], execution.intent.language), "endpointA")
    ends = {} if named[1:] else {_ASKING: execution.request.supi}
    for name in named:
        ends[name] = execution.device(name)
    if len(set(ends.values())) < 2:
        raise Refusal(RefusalClass.INFEASIBLE, "both ends are the same device")
    return ends


def _demand(execution: Execution) -> dict[str, JsonValue]:
    """Of each flow: its rate in both directions, and its half of the latency."""
    rate = _rate(execution).value
    demand: dict[str, JsonValue] = {"downlinkThroughput": rate, "uplinkThroughput": rate}
    if execution.intent.slots.latency is not None:
        demand["latency"] = execution.intent.slots.latency / 2
    return demand | better(execution)


def _rate(execution: Execution) -> AchievedTarget:
    slots = execution.intent.slots
    rate = slots.downlink_throughput or slots.uplink_throughput or USUAL_MBPS
    return AchievedTarget(target_name="downlinkThroughput", value=rate, unit="Mbit/s")


def _pair(first: list[SessionInfo], second: list[SessionInfo]) -> tuple[SessionInfo, SessionInfo]:
    """In one data network: others have no way to each other."""
    for one in first:
        for other in second:
            if one.dnn == other.dnn and one.ipv4 and other.ipv4:
                return one, other
    reason = "the two devices have no PDU sessions in one data network"
    raise Refusal(RefusalClass.INFEASIBLE, reason)


async def assure(execution: Execution) -> list[AchievedTarget]:
    """What the line gets by now, measured at both ends. Raises Gone, and Refusal when
    nobody can say."""
    first, second = [await _figures(execution, supi) for supi in _ends(execution).values()]
    delays = (first.delay_ms, second.delay_ms)
    passed = (1 - first.loss_percent / 100) * (1 - second.loss_percent / 100)
    measured = [
        AchievedTarget(target_name="packetLoss", value=round(100 * (1 - passed), 6), unit="percent")
    ]
    if None not in delays:
        latency = sum(delay for delay in delays if delay is not None)
        measured.append(AchievedTarget(target_name="latency", value=latency, unit="ms"))
    if passed == 1:
        measured.append(_rate(execution))
    return measured


async def _figures(execution: Execution, supi: str) -> FlowFigures:
    for session in await sessions_of(execution, supi):
        qfis = [f.qfi for f in session.qos_flows if f.intent_id == execution.intent_id]
        if qfis:
            figures = await measure(execution, supi, session, MEASURED_SECONDS)
            if found := [each for each in figures if each.qfi in qfis]:
                return found[0]
    raise Gone("the connection of an end of the line has ended")
