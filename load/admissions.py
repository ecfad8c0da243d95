"""What it costs to know whether there is room for a guaranteed rate, by how many are in effect.

Notes so many intents as in effect, each of a subscriber of its own, and asks for room for one more:
where there is room, and where somebody must make way. Writes load/results/admissions.json and
prints a table; times are of the processor.

Run: .venv/bin/python load/admissions.py [--checks 300]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from measurement import RESULTS, write
from rich.console import Console
from rich.table import Table

from nfs.common.models.iaf import AgentSubscription, IntentSubmission
from nfs.common.percentiles import percentiles
from nfs.semantics.intent import IntentStatus, OperatorIntent, Slots
from nfs.semantics.vocabulary import Kind
from nfs.workflow.admission import Guarantees, make_room
from nfs.workflow.execution import UndoCall
from nfs.workflow.lives.records import IntentRecord
from nfs.workflow.policies import Policies

IN_EFFECT = (0, 150, 1500, 15_000)
SLOT = "downlinkThroughput"
EACH = 0.1
"""Mbit/s of those in effect; the one more wants ten times that, of a higher class."""


def intent(number: int, rate: float, intent_class: str) -> IntentRecord:
    return IntentRecord(
        intent_id=f"intent-{number}",
        owner="benchmark",
        created_at=datetime.now(UTC),
        status=IntentStatus.FULFILLED,
        request=IntentSubmission(
            supi=f"imsi-9997000{number:08d}",
            intent={},
            subscription=AgentSubscription(intent_class=intent_class),
            notification_uri="http://127.0.0.1:7713/notify",
        ),
        intent=OperatorIntent(kind=Kind.QOS_ASSURE, slots=Slots(downlink_throughput=rate)),
        undo_calls=[UndoCall(tool="release-qos-flow", input={})],
    )


def measure(in_effect: int, checks: int) -> dict[str, Any]:
    """Microseconds of a check, and of noting how an intent stands."""
    policies = Policies.load()
    classes = policies.priorities.classes
    least, most = (f(classes, key=lambda c: classes[c].priority) for f in (min, max))
    guarantees = Guarantees(policies.operator.capacity)
    for number in range(in_effect):
        guarantees.note(intent(number, EACH, least))
    wanted = intent(in_effect, 10 * EACH, most)
    assert wanted.intent is not None

    def asked(capacity: float) -> Callable[[], object]:
        operator = policies.operator.model_copy(update={"capacity": {SLOT: capacity}})
        bounded = policies.model_copy(update={"operator": operator})
        return lambda: make_room(wanted.intent, wanted, guarantees, bounded)

    result = {
        "inEffect": in_effect,
        "roomUs": _times(asked(in_effect * EACH + 100), checks),
        "noteUs": _times(lambda: guarantees.note(wanted), checks),
    }
    guarantees.forget(wanted.intent_id)
    if in_effect:
        result["makeWayUs"] = _times(asked(in_effect * EACH), checks)
    return result


def _times(work: Callable[[], object], count: int) -> dict[str, float]:
    times = []
    for _ in range(count):
        began = time.process_time_ns()
        work()
        times.append((time.process_time_ns() - began) / 1000)
    return percentiles(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checks", type=int, default=300)
    options = parser.parse_args()
    rows = [measure(in_effect, options.checks) for in_effect in IN_EFFECT]
    write(RESULTS / "admissions.json", {"checks": options.checks, "rows": rows})
    names = ("roomUs", "makeWayUs", "noteUs")
    titles = ("in effect", "room, us", "make way, us", "note, us")
    table = Table(*titles, title="A guaranteed rate admitted: p50 (p99)")
    for row in rows:
        cells = (row.get(name) for name in names)
        told = (f"{c['p50']:.0f} ({c['p99']:.0f})" if c else "" for c in cells)
        table.add_row(str(row["inEffect"]), *told)
    Console().print(table)


if __name__ == "__main__":
    main()
