"""analytics.query: what the functions of the network count, asked at this moment (TS 23.288).

Nothing is made up: how strong a signal is, no function of the core knows, and a forecast needs a
history that reaches back as far as it is to look ahead.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from nfs.semantics.intent import Metric, RefusalClass
from nfs.semantics.render import ask
from nfs.workflow.execution import Execution, Step
from nfs.workflow.forecast import TooLittleHistory, forecast
from nfs.workflow.meaning.areas import operators_map
from nfs.workflow.refusal import Question, Refusal
from nfs.workflow.times import seconds_until

HIGH, MEDIUM = 0.8, 0.5
"""Parts of what may be served at once, from which congestion is high, and medium."""
_NOW = (None, "now")


def steps(execution: Execution) -> list[Step]:
    """One step: the question to the functions that count. Raises Question, and Refusal
    TARGET_UNKNOWN for a device or place that is not known."""
    slots = execution.intent.slots
    if slots.metric is None:
        raise Question(ask(["metric"], execution.intent.language))
    if slots.metric is Metric.USAGE:
        supi = execution.target_supi()

        async def report_usage() -> None:
            _tell(execution, await _usage(execution, supi))

        return [Step("usage", "asking the SMF what the UPF has counted", report_usage)]
    where = _where(execution)
    answer = _ANSWERS[slots.metric]
    if slots.start_time not in _NOW and slots.metric is not Metric.COVERAGE:
        answer = _prediction

    async def report() -> None:
        _tell(execution, await answer(execution, where))

    return [Step("load", "asking the AMFs how many phones there are", report)]


def _tell(execution: Execution, facts: dict[str, JsonValue]) -> None:
    slots = execution.intent.slots
    metric = slots.metric.value if slots.metric is not None else ""
    execution.output |= {"metric": metric} | facts
    if slots.area is not None:
        execution.output["area"] = slots.area


def _where(execution: Execution) -> dict[str, JsonValue]:
    """The tracking areas and cells of the place; without one, everywhere."""
    name = execution.intent.slots.area
    if name is None:
        return {}
    area = operators_map().find(name)
    if area is None:
        raise Refusal(RefusalClass.TARGET_UNKNOWN, f"no place is called {name!r}")
    return {
        "tacs": list[JsonValue](sorted(area.tacs)),
        "cells": list[JsonValue](sorted(area.cells)),
    }


async def _loads(execution: Execution, where: dict[str, JsonValue]) -> list[dict[str, Any]]:
    return await execution.tool_everywhere("report-load", **where)


async def _congestion(execution: Execution, where: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """By what the AMFs say of themselves, against what they may serve; an AMF without a limit is
    congested when it has declared overload."""
    loads = await _loads(execution, where)
    parts = [
        load["connections"] / load["maxConnections"] for load in loads if "maxConnections" in load
    ]
    part = max(parts, default=0.0)
    overloaded = any(load["overloaded"] for load in loads)
    level = "high" if overloaded or part >= HIGH else "medium" if part >= MEDIUM else "low"
    facts: dict[str, JsonValue] = {"value": level, "overloaded": overloaded}
    if parts:
        facts["usedPercent"] = round(100 * part, 1)
    return facts | {"connected": sum(load["connected"] for load in loads)}


async def _load(execution: Execution, where: dict[str, JsonValue]) -> dict[str, JsonValue]:
    loads = await _loads(execution, where)
    connected = sum(load["connected"] for load in loads)
    facts: dict[str, JsonValue] = {
        "value": connected,
        "unit": "UE",
        "connected": connected,
        "registered": sum(load["registered"] for load in loads),
    }
    if not where:
        sessions = await execution.tool_everywhere("report-session-load")
        names = ("sessions", "guaranteedDownlinkKbps", "guaranteedUplinkKbps", "ambrDownlinkKbps")
        facts |= {name: sum(each[name] for each in sessions) for name in names}
    return facts


async def _coverage(execution: Execution, where: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The gNBs there; one that is connected with several AMFs counts once."""
    loads = await _loads(execution, where)
    nodes = {node["gnbId"]: node for load in loads for node in load["gnbs"]}
    return {
        "value": len(nodes),
        "unit": "gNB",
        "covered": bool(nodes),
        "gnbs": [nodes[gnb_id] for gnb_id in sorted(nodes)],
    }


async def _prediction(execution: Execution, where: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Connected phones at the start time. Raises Refusal INFEASIBLE for too little history."""
    start = execution.intent.slots.start_time
    ahead = 0 if start in _NOW else seconds_until(str(start), datetime.now().astimezone())
    histories = [load["history"] for load in await _loads(execution, where)]
    length = min(map(len, histories))
    values = [sum(each[-length:][i]["connected"] for each in histories) for i in range(length)]
    known = histories[0][-1]["at"] - histories[0][-length]["at"] if length else 0.0
    reason = f"too little history for a forecast: {known:.0f} s are known"
    if ahead > known:
        raise Refusal(RefusalClass.INFEASIBLE, reason, samples=length)
    try:
        found = forecast(values, max(1, round(ahead / known * (length - 1) if known else 1)))
    except TooLittleHistory:
        raise Refusal(RefusalClass.INFEASIBLE, reason, samples=length) from None
    return {
        "value": round(max(0.0, found.value), 1),
        "unit": "UE",
        "error": round(found.error, 2),
        "method": "damped trend",
        "samples": length,
    }


async def _usage(execution: Execution, supi: str) -> dict[str, JsonValue]:
    sessions = (await execution.tool("report-usage", supi=supi))["sessions"]
    uplink = sum(each["uplinkOctets"] for each in sessions)
    downlink = sum(each["downlinkOctets"] for each in sessions)
    return {
        "value": round((uplink + downlink) / 1e6, 6),
        "unit": "MB",
        "uplinkOctets": uplink,
        "downlinkOctets": downlink,
        "sessions": sessions,
    }


_ANSWERS: dict[
    Metric, Callable[[Execution, dict[str, JsonValue]], Awaitable[dict[str, JsonValue]]]
] = {
    Metric.CONGESTION: _congestion,
    Metric.LOAD: _load,
    Metric.COVERAGE: _coverage,
    Metric.PREDICTION: _prediction,
}
