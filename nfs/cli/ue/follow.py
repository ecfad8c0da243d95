"""What `agentnf ue say --follow` does after the result: it hears the reports on the intent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nfs.cli.process import until_signal

if TYPE_CHECKING:
    from nfs.semantics.intent import OperatorResult
    from ue_sim import SayResult, UserEquipment


async def follow(
    ue: UserEquipment, said: SayResult, tell: Callable[[str], None]
) -> list[dict[str, Any]]:
    """All reports until the intent has ended, or until Ctrl-C; each is told as it comes."""
    from nfs.semantics.intent import IntentStatus  # noqa: PLC0415

    done = until_signal()
    ended = {getattr(IntentStatus, n) for n in ("EXPIRED", "CANCELLED", "FAILED", "REJECTED")}
    heard: list[dict[str, Any]] = []

    def report(result: OperatorResult) -> None:
        if result.intent_id != said.intent_id:
            return
        text = ue.agent.tell(result)
        heard.append(result.to_json() | {"text": text})
        tell(text)
        if result.status in ended:
            done.set()

    for early in list(ue.agent.reports):
        report(early)
    ue.agent.on_report = report
    if said.status == "FULFILLED":
        await done.wait()
    return heard
