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
    prompt = PROMPT if sys.stdin.isatty() else ""
    while True:
        try:
            line = await asyncio.to_thread(input, prompt)
        except EOFError:
            return
        if line.strip():
            yield line
