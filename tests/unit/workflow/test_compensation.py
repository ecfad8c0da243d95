"""Undo calls: the last change first, each until it is made or cannot be (L25)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import JsonValue

from nfs.common.sbi.problem import SbiProblem
from nfs.workflow.execution import UndoCall, undo


class Hosts:
    """Answers each tool with what is scripted for it, then with success."""

    def __init__(self, **problems: list[SbiProblem]) -> None:
        self.problems = problems
        self.calls: list[str] = []

    async def call(self, name: str, arguments: dict[str, JsonValue]) -> dict[str, Any]:
        self.calls.append(name)
        if problems := self.problems.get(name):
            raise problems.pop(0)
        return arguments


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nfs.workflow.execution.compensation.FIRST_PAUSE", 0.0)


def calls(*names: str) -> list[UndoCall]:
    return [UndoCall(tool=name, input={}) for name in names]


async def test_the_last_change_is_taken_back_first() -> None:
    hosts, left = Hosts(), calls("a", "b", "c")
    assert await undo(left, hosts, left.remove) == []
    assert hosts.calls == ["c", "b", "a"]
    assert left == []


async def test_a_host_that_is_busy_is_asked_again() -> None:
    hosts = Hosts(a=[SbiProblem(503, "NF_CONGESTION"), SbiProblem(504, "TARGET_NF_NOT_REACHABLE")])
    assert await undo(calls("a"), hosts, lambda _: None) == []
    assert hosts.calls == ["a", "a", "a"]


async def test_what_is_gone_already_is_undone() -> None:
    left = calls("a")
    hosts = Hosts(a=[SbiProblem(404, "FLOW_NOT_FOUND")])
    assert await undo(left, hosts, left.remove) == []
    assert left == []


@pytest.mark.parametrize(
    "problems",
    [
        [SbiProblem(400, "MANDATORY_IE_INCORRECT")],
        [SbiProblem(404, "TOOL_NOT_FOUND")],
        [SbiProblem(503, "NF_CONGESTION")] * 4,
    ],
)
async def test_what_cannot_be_undone_is_kept_and_keeps_no_other(
    problems: list[SbiProblem],
) -> None:
    left = calls("a", "b")
    hosts = Hosts(b=list(problems))
    assert await undo(left, hosts, left.remove) == calls("b")
    assert left == calls("b")
    assert hosts.calls[-1] == "a"
