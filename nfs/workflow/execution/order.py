"""The order of a plan's steps: each after those that give what it needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from graphlib import TopologicalSorter

from nfs.semantics.intent import RefusalClass
from nfs.workflow.execution.step import Step
from nfs.workflow.refusal import Refusal


def order(steps: Sequence[Step], facts: Collection[str]) -> TopologicalSorter[Step]:
    """The steps as a graph that is ready to be walked; ``facts`` hold before any step.

    Raises Refusal INFEASIBLE for a need that nothing gives. Two steps of one name (ValueError) and
    a cycle (graphlib.CycleError) are errors of the program.
    """
    names = [step.name for step in steps]
    if len(set(names)) < len(names):
        raise ValueError(f"two steps of one name: {names}")
    graph: TopologicalSorter[Step] = TopologicalSorter()
    for step in steps:
        graph.add(step)
        for need in sorted(step.needs):
            givers = [giver for giver in steps if need in giver.gives]
            if not givers and need not in facts:
                raise Refusal(RefusalClass.INFEASIBLE, f"nothing gives {need}", missing=need)
            graph.add(step, *givers)
    graph.prepare()
    return graph
