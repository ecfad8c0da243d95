"""Plays a scenario: its phones attach, its steps are taken one after the other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from nfs.common.trace import Trace
from nfs.protocols.agent import AgentCause
from nfs.semantics.intent import OperatorResult
from ue_sim.gnb import Gnb
from ue_sim.scenarios.expectation import Outcome, differences
from ue_sim.scenarios.scenario import (
    ExpectReport,
    Impair,
    Impairment,
    Move,
    Phone,
    Say,
    Scenario,
    Step,
    Wait,
)
from ue_sim.ue.equipment import UserEquipment
from ue_sim.ue.errors import ProcedureRejected

_FAILURES = (ProcedureRejected, ConnectionError)
"""What a phone may meet with at a step; the step fails and the scenario goes on."""


LOOPBACK = "127.0.0.1"
ImpairN3 = Callable[[dict[str, Any]], Awaitable[None]]
"""Has the UPF make N3 worse (Nupf_OAM); raises OSError when it cannot be asked."""


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """How a step went: ``differs`` says why it failed, ``skipped`` why it was not judged."""

    number: int
    text: str
    phone: str | None = None
    outcome: Outcome | None = None
    latency_ms: float | None = None
    differs: list[str] = field(default_factory=list)
    skipped: str | None = None

    @property
    def passed(self) -> bool:
        return not self.differs

    def to_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"step": self.number, "text": self.text, "passed": self.passed}
        if self.phone is not None:
            told["phone"] = self.phone
        if self.outcome is not None:
            found = self.outcome
            told |= {
                "kind": found.kind,
                "status": found.status,
                "cause": found.cause,
                "slots": found.slots,
                "output": found.output,
                "resultText": found.text,
            }
        if self.latency_ms is not None:
            told["latencyMs"] = round(self.latency_ms, 1)
        if self.skipped is not None:
            told["skipped"] = self.skipped
        return told | {"differs": self.differs}


def _untold(_outcome: StepOutcome) -> None:
    pass


async def play(
    scenario: Scenario,
    n2: str,
    on_step: Callable[[StepOutcome], None] = _untold,
    *,
    trace: Trace | None = None,
    impair: ImpairN3 | None = None,
    n3_address: str = LOOPBACK,
) -> list[StepOutcome]:
    """Play ``scenario`` against the AMF at ``n2``; every step is taken, whatever came before. The
    gNBs are at ``n3_address``, where the UPF has to reach them.

    Raises OSError when nothing listens there, NgSetupError, and ProcedureRejected when a phone
    cannot attach.
    """
    outcomes = []
    async with _stage(scenario, n2, n3_address, trace, impair) as stage:
        for number, step in enumerate(scenario.steps, 1):
            outcome = await stage.take(number, step)
            on_step(outcome)
            outcomes.append(outcome)
    return outcomes


@dataclass(frozen=True, slots=True)
class _Stage:
    """The phones and cells of a scenario, by name."""

    phones: dict[str, UserEquipment]
    cells: dict[str, Gnb]
    reports: dict[str, asyncio.Queue[OperatorResult]]
    impair: ImpairN3 | None

    async def take(self, number: int, step: Step) -> StepOutcome:
        match step:
            case Say():
                return await self._say(number, step)
            case ExpectReport():
                return await self._report(number, step)
            case Move():
                return await self._move(number, step)
            case Impair():
                return await self._impair(number, step)
            case Wait():
                await asyncio.sleep(step.wait)
                return StepOutcome(number, f"(wait {step.wait:g} s)")

    def _phone(self, name: str | None) -> tuple[str, UserEquipment]:
        name = name or next(iter(self.phones))
        return name, self.phones[name]

    async def _say(self, number: int, step: Say) -> StepOutcome:
        name, ue = self._phone(step.phone)
        told: list[str] = []
        try:
            result = await ue.say(step.say, step.language, lambda _, report: told.append(report))
        except _FAILURES as error:
            return StepOutcome(number, step.say, name, differs=[str(error)])
        outcome = Outcome(
            kind=result.kind,
            status=result.status,
            cause=result.cause,
            text=result.result_text,
            slots=result.slots,
            output=result.output,
            progress=told,
            phone=_of(ue),
        )
        missing = step.optional and result.cause == AgentCause.CAPABILITY_NOT_FOUND.name
        return StepOutcome(
            number,
            step.say,
            name,
            outcome,
            result.latency_ms,
            [] if missing else differences(step.expect, outcome),
            step.optional if missing else None,
        )

    async def _report(self, number: int, step: ExpectReport) -> StepOutcome:
        name, ue = self._phone(step.phone)
        wanted = step.expect_report
        text = "(a report)"
        outcome: Outcome | None = None
        differs = [f"no report within {wanted.within:g} s"]
        try:
            async with asyncio.timeout(wanted.within):
                while differs:
                    report = await self.reports[name].get()
                    outcome = Outcome(
                        kind=str(report.kind),
                        status=str(report.status),
                        cause=report.cause and str(report.cause),
                        text=ue.agent.tell(report),
                        output=dict(report.output),
                        phone=_of(ue),
                    )
                    differs = differences(wanted, outcome)
        except TimeoutError:
            pass
        return StepOutcome(number, text, name, outcome, differs=differs)

    async def _move(self, number: int, step: Move) -> StepOutcome:
        name, ue = self._phone(step.move.phone)
        cell = self.cells[step.move.cell]
        text = f"(moves to {step.move.cell})"
        try:
            if ue.modem.connected:
                await ue.hand_over(cell)
            else:
                await ue.move_to(cell)
        except _FAILURES as error:
            return StepOutcome(number, text, name, differs=[str(error)])
        return StepOutcome(number, text, name)

    async def _impair(self, number: int, step: Impair) -> StepOutcome:
        worse = step.impair.model_dump(by_alias=True, exclude_unset=True)
        said = ", ".join(f"{name} {value:g}" for name, value in worse.items())
        text = f"(N3 is made worse: {said})" if said else "(N3 is good again)"
        try:
            await self._make(step.impair)
        except OSError as error:
            return StepOutcome(number, text, differs=[str(error)])
        return StepOutcome(number, text)

    async def _make(self, impairment: Impairment) -> None:
        if self.impair is None:
            raise OSError("there is no UPF here that can be asked to make N3 worse")
        await self.impair(impairment.model_dump(by_alias=True, exclude_none=True))

    async def heal(self) -> None:
        with contextlib.suppress(OSError):
            await self._make(Impairment())


def _of(ue: UserEquipment) -> dict[str, Any]:
    return {"sessions": ue.sessions, "aic": ue.aic, "guti": ue.guti}


@asynccontextmanager
async def _stage(
    scenario: Scenario, n2: str, n3_address: str, trace: Trace | None, impair: ImpairN3 | None
) -> AsyncIterator[_Stage]:
    """gNBs that are up and phones that are attached; all leave at the end."""
    async with AsyncExitStack() as leaving:
        cells: dict[str, Gnb] = {}
        for number, (name, place) in enumerate(scenario.cells.items(), 1):
            gnb = Gnb(place.to_config(number, name, n3_address), trace)
            leaving.push_async_callback(gnb.stop)
            await gnb.start(n2)
            cells[name] = gnb
        stage = _Stage({}, cells, {}, impair)
        if any(isinstance(step, Impair) for step in scenario.steps):
            leaving.push_async_callback(stage.heal)
        for name, phone in scenario.users.items():
            stage.phones[name] = ue = await _attach(phone, cells, leaving, trace)
            stage.reports[name] = asyncio.Queue()
            ue.agent.on_report = stage.reports[name].put_nowait
        yield stage


async def _attach(
    phone: Phone, cells: dict[str, Gnb], leaving: AsyncExitStack, trace: Trace | None
) -> UserEquipment:
    ue = UserEquipment(phone.to_config(), cells[phone.cell or next(iter(cells))], trace)
    await ue.register()
    leaving.push_async_callback(ue.deregister)
    await ue.establish_session()
    await ue.register_agent()
    return ue
