"""The anomaly detection agent: ``/capability/anomaly-detection`` by the modified z-score.

Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993: 0.6745 (x - median) / MAD, out of
the ordinary above 3.5; where the MAD is 0, the mean absolute deviation takes its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import fmean, median

from nfs.agents.core_agent import IN_THE_NETWORK, CoreAgent
from nfs.common.agents.identity import AgentDescription
from nfs.common.agents.task import DataItem, Task, TaskRejected

THRESHOLD = 3.5
FEWEST = 4
"""Values; of fewer, none can be called out of the ordinary."""
MOST = 5_000

_MAD_PART = 0.6745
"""The third quartile of the standard normal distribution: MAD / 0.6745 estimates its deviation."""
_MEAN_PART = 1.2533
"""Likewise for the mean absolute deviation: the root of pi / 2."""
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d{1,15}(?:[.,]\d{1,15})?(?![\w.]*\w)")


@dataclass(frozen=True, slots=True)
class Anomaly:
    """``position`` from 1; ``score``: the modified z-score."""

    position: int
    value: float
    score: float


def detect(values: list[float]) -> list[Anomaly]:
    """Values out of the ordinary, in their order."""
    middle = median(values)
    distances = [abs(value - middle) for value in values]
    unit = median(distances) / _MAD_PART or fmean(distances) * _MEAN_PART
    if not unit:
        return []
    scores = ((value - middle) / unit for value in values)
    return [
        Anomaly(position, values[position - 1], round(score, 2))
        for position, score in enumerate(scores, 1)
        if abs(score) > THRESHOLD
    ]


def numbers(text: str) -> list[float]:
    """The numbers of a text, with decimal points or, where spaces or ; part them, commas."""
    if re.search(r"\d,\s", text) or re.search(r"\d,\d+,\d", text):
        text = text.replace(",", " ")
    return [float(found.replace(",", ".")) for found in _NUMBER.findall(text)]


class AnomalyDetectionAgent(CoreAgent):
    description = AgentDescription(
        template="core.anomaly",
        instance="anomaly",
        name="Anomaly detection",
        description=(
            "Finds values out of the ordinary in a series of numbers by the modified z-score. It "
            "knows nothing of trends, seasons or what the numbers mean."
        ),
        capabilities=("/capability/anomaly-detection",),
        entity_meta=IN_THE_NETWORK | {"model": "modified z-score"},
    )
    sample = DataItem(text="3.1 3.0 3.2 9.8 3.1")

    def perform(self, task: Task) -> list[DataItem]:
        values = numbers(task.text)
        if not FEWEST <= len(values) <= MOST:
            raise TaskRejected(f"{FEWEST} to {MOST} numbers are needed, {len(values)} were given")
        found = detect(values)
        told = ", ".join(f"{each.value:g} (number {each.position})" for each in found)
        text = f"Out of the ordinary: {told}." if found else "Nothing is out of the ordinary."
        anomalies = [
            {"position": each.position, "value": each.value, "score": each.score} for each in found
        ]
        facts = {"values": len(values), "anomalies": anomalies, "threshold": THRESHOLD}
        return [DataItem(text=text), DataItem(data=facts)]
