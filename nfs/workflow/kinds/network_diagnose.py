"""network.diagnose: looks at the device, its sessions and the way of its packets, and helps."""

from __future__ import annotations

from pydantic import JsonValue

from nfs.common.agents.task import DataItem
from nfs.common.models.smf_tools import FlowFigures, SessionInfo
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.intent import IntentStatus, RefusalClass
from nfs.workflow.diagnosis import ASK_FOR_QUALITY, FLOW_ADDED, Finding, Observed, diagnose, table
from nfs.workflow.dialogue.references import name_of
from nfs.workflow.execution import Execution, Step
from nfs.workflow.kinds.qos_assure import CAPABILITY
from nfs.workflow.refusal import Refusal
from nfs.workflow.sessions import measure, sessions_of

_UNKNOWN_DEVICE = "CONTEXT_NOT_FOUND"


def steps(execution: Execution) -> list[Step]:
    """Look at everything side by side, then conclude. Raises Refusal TARGET_UNKNOWN."""
    supi, observed = execution.target_supi(), Observed()

    async def look_at_device() -> None:
        await _look_at_device(execution, supi, observed)

    async def look_at_packets() -> None:
        sessions = await sessions_of(execution, supi)
        observed.sessions = [
            (session, await _measured(execution, supi, session)) for session in sessions
        ]

    async def look_at_intents() -> None:
        observed.not_kept = [
            name_of(record, execution.intent.language)
            for record in execution.requests.of(supi)
            if record.status is IntentStatus.DEGRADED
        ]

    async def conclude() -> None:
        findings = diagnose(observed, execution.intent.slots.symptom)
        execution.output["findings"] = [finding.to_json() for finding in findings]
        if findings:
            execution.output["remedy"] = await _remedy(execution, supi, findings[0], observed)

    looks = {"device": look_at_device, "packets": look_at_packets, "intents": look_at_intents}
    return [
        *(
            Step(name, f"looking at the {name}", look, gives=frozenset({f"{name}.seen"}))
            for name, look in looks.items()
        ),
        Step(
            "diagnosis",
            "finding the cause",
            conclude,
            needs=frozenset(f"{name}.seen" for name in looks),
        ),
    ]


async def _measured(execution: Execution, supi: str, session: SessionInfo) -> list[FlowFigures]:
    """Of an idle device nothing goes anywhere."""
    if not session.connected:
        return []
    return await measure(execution, supi, session, table()["measuredSeconds"])


async def _look_at_device(execution: Execution, supi: str, observed: Observed) -> None:
    """Whether its AMF has it, reaches it, and is not overloaded."""
    try:
        state = await execution.tools.call("get-reachability", {"supi": supi})
        load = await execution.tools.call("get-load", {"supi": supi})
    except SbiProblem as problem:
        if problem.cause != _UNKNOWN_DEVICE:
            reason = problem.detail or problem.cause
            raise Refusal(RefusalClass.EXECUTION, reason) from problem
        observed.registered = False
        return
    observed.registered = state.get("rmState") == "RM-REGISTERED"
    observed.reached = state.get("reached") != "WHEN_IT_IS_BACK"
    observed.last_seen = state.get("lastSeen")
    observed.overloaded = bool(load.get("overloaded"))


async def _remedy(
    execution: Execution, supi: str, finding: Finding, observed: Observed
) -> JsonValue:
    """What helps, by its name: done where it is a flow that the subscription allows, else said."""
    if finding.remedy != FLOW_ADDED:
        return finding.remedy
    if CAPABILITY not in execution.request.subscription.scope:
        return ASK_FOR_QUALITY
    of_dnn = [s for s, _ in observed.sessions or () if s.dnn == finding.facts["dnn"]]
    try:
        await _add_flow(execution, supi, of_dnn[0], observed)
    except Refusal:
        return ASK_FOR_QUALITY
    return FLOW_ADDED


async def _add_flow(
    execution: Execution, supi: str, session: SessionInfo, observed: Observed
) -> None:
    """With the rates that the traffic has need of now: they are not of the session's AMBR."""
    settings = table()["remedy"]
    flows = next(flows for s, flows in observed.sessions or () if s is session)
    share = 1 - max(f.dropped_percent for f in flows) / 100
    rates = {
        "downlinkThroughput": sum(f.downlink_mbps for f in flows),
        "uplinkThroughput": sum(f.uplink_mbps for f in flows),
    }
    demand: dict[str, JsonValue] = {
        name: round(max(rate / max(share, 0.1), settings["leastMbps"]), 3)
        for name, rate in rates.items()
    }
    demand |= {
        "supi": supi,
        "pduSessionId": session.pdu_session_id,
        "intentId": execution.intent_id,
        "durationSeconds": settings["seconds"],
    }
    execution.holds_seconds = settings["seconds"]
    added = execution.undo_with("release-qos-flow", supi=supi, intentId=execution.intent_id)
    try:
        result = await execution.invoke(CAPABILITY, DataItem(data=demand))
    except Refusal:
        await execution.take_back(added)
        raise
    execution.output["flow"] = {
        name: result.data[name]
        for name in ("qfi", "guaranteedDownlinkKbps", "guaranteedUplinkKbps")
        if name in result.data
    }
