"""`agentnf ue say` without a text, at a terminal."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
from collections.abc import Iterator

import pytest

from nfs.cli.ue.conversation import _typed


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """What is written to it is typed."""
    controller, terminal = pty.openpty()
    with os.fdopen(terminal, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield controller
    os.close(controller)


async def test_lines_are_read_until_ctrl_d(keyboard: int) -> None:
    os.write(keyboard, b"where am I\n\nstop that\n\x04")
    assert [line async for line in _typed()] == ["where am I", "stop that"]


async def test_who_waits_for_a_line_can_be_stopped(keyboard: int) -> None:
    lines = _typed()
    waiting = asyncio.ensure_future(anext(lines))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    os.write(keyboard, b"later\n")
    assert await anext(_typed()) == "later"
