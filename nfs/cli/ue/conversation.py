"""What `agentnf ue say` does with a phone that is attached: its user talks with the network."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nfs.semantics.intent import OperatorResult
    from ue_sim import SayResult, UserEquipment

PROMPT = "> "


async def converse(
    ue: UserEquipment, texts: Sequence[str] | None, tell: Callable[[str], None]
) -> list[SayResult]:
    """Say the ``texts`` in order, or else what is typed until Ctrl-D; what comes back is told.

    Reports on earlier intents are told as they come.
    """

    def report(result: OperatorResult) -> None:
        tell(f"[{ue.agent.tell(result)}]")

    def progress(percent: int, text: str) -> None:
        if texts is None:
            tell(f"  {percent:3} %  {text}")

    ue.agent.on_report = report
    results = []
    async for text in _typed() if texts is None else _given(texts):
        result = await ue.say(text, on_progress=progress)
        results.append(result)
        if texts is not None and len(texts) > 1:
            tell(f"{PROMPT}{text}")
        tell(result.result_text)
    return results


async def _given(texts: Sequence[str]) -> AsyncIterator[str]:
    for text in texts:
        yield text


async def _typed() -> AsyncIterator[str]:
    """Lines of the standard input that are not blank; the network may speak meanwhile."""
    read = _at_terminal if sys.stdin.isatty() else _from_file
    while line := await read():
        if line.strip():
            yield line.rstrip("\n")


async def _from_file() -> str:
    return await asyncio.to_thread(sys.stdin.readline, -1)


async def _at_terminal() -> str:
    """The next line with its end; nothing after Ctrl-D. No thread waits for it: Ctrl-C ends it."""
    sys.stdout.write(PROMPT)
    sys.stdout.flush()
    there = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, there.set)
    try:
        await there.wait()
    finally:
        loop.remove_reader(sys.stdin)
    return sys.stdin.readline()
