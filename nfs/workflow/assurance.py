"""Assurance: whether a fulfilled intent keeps its targets (L25; TS 28.312 clause 4.2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import structlog

from nfs.semantics.intent import AchievedTarget, ExpectationTarget, TargetCondition
from nfs.semantics.vocabulary import Kind
from nfs.workflow.execution import Execution
from nfs.workflow.refusal import Gone, Refusal

LOOKS = 2
"""Looks in a row that a change must last to count."""
MOST_LOOKS = 256

Assure = Callable[[Execution], Awaitable[list[AchievedTarget]]]
"""Measures the targets of an intent, or those that can be measured now."""

log = structlog.get_logger("workflow")


class Verdict(Enum):
    BREACHED = auto()
    RECOVERED = auto()


class Watch:
    """What a row of looks says. Each recovery has to last twice as long as the one before to be
    one, so that targets on the edge are not reported for ever."""

    def __init__(self, *, kept: bool = True) -> None:
        self._kept = kept
        self._last = kept
        self._row = 0
        self._recovery = LOOKS
        self._on_trial = False

    def look(self, *, met: bool) -> Verdict | None:
        self._row = self._row + 1 if met is self._last else 1
        self._last = met
        if not met and self._row == LOOKS and (self._kept or self._on_trial):
            self._kept = self._on_trial = False
            return Verdict.BREACHED
        if met and not self._kept and self._row >= self._recovery:
            self._recovery = min(2 * self._recovery, MOST_LOOKS)
            self._kept, self._on_trial = True, False
            return Verdict.RECOVERED
        return None

    def try_again(self) -> None:
        """Something was done about the breach: another one is to be heard of."""
        self._row, self._on_trial = 0, True


@dataclass(frozen=True, slots=True)
class Seen:
    """What was measured, and the plans whose targets were missed."""

    measured: list[AchievedTarget]
    missed: list[tuple[Execution, list[AchievedTarget]]]


class Assurance:
    """Looks at those of the ``plans`` whose kind can be measured. ``gone`` says why, when nothing
    of what was done has been there for some looks."""

    def __init__(self, plans: Sequence[Execution], kinds: Mapping[Kind, Assure]) -> None:
        self._kinds = kinds
        self._plans = [plan for plan in plans if plan.intent.kind in kinds]
        self._gone_looks = 0
        self.gone: str | None = None

    def __bool__(self) -> bool:
        return bool(self._plans)

    def replace(self, former: Execution, by: Execution) -> None:
        self._plans = [by if plan is former else plan for plan in self._plans]

    async def look(self) -> Seen | None:
        """None when nothing can be measured now."""
        seen, gone = Seen([], []), []
        for plan in self._plans:
            try:
                measured = await self._kinds[plan.intent.kind](plan)
            except Gone as why:
                gone.append(str(why.output["reason"]))
                continue
            except Refusal as refusal:
                log.info("not measured", intent=plan.intent_id, why=str(refusal))
                continue
            except Exception:  # whatever a kind does wrong, the intent goes on
                log.exception("not measured", intent=plan.intent_id)
                continue
            seen.measured.extend(measured)
            if not all_met(plan.intent.targets(), measured):
                seen.missed.append((plan, measured))
        self._gone_looks = self._gone_looks + 1 if len(gone) == len(self._plans) else 0
        self.gone = gone[0] if self._gone_looks >= LOOKS else None
        return seen if seen.measured else None


def all_met(targets: Sequence[ExpectationTarget], measured: Sequence[AchievedTarget]) -> bool:
    """Whether no target that was measured is missed."""
    values = {target.target_name: target.value for target in measured}
    return all(
        _met(target, values[target.target_name])
        for target in targets
        if target.target_name in values
    )


def _met(target: ExpectationTarget, value: float) -> bool:
    if target.target_condition is TargetCondition.AT_MOST:
        return value <= target.target_value_range
    return value >= target.target_value_range
