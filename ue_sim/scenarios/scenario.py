"""A scenario's file: phones, cells, and the steps that are played in order."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import Discriminator, Field, Tag, ValidationError, model_validator

from nfs.common.yaml_text import load_yaml
from nfs.semantics.intent import MAX_TEXT
from ue_sim.gnb import GnbConfig
from ue_sim.scenarios.expectation import Expectation, Written
from ue_sim.ue.config import UeConfig

MAX_FILE = 1 << 20
"""Octets of a scenario's file."""
_FOLDER = Path(__file__).parent
_USUAL_SUPI = UeConfig().supi
_ACTIONS = ("say", "expectReport", "move", "impair", "wait")

Seconds = Annotated[float, Field(gt=0, le=600)]


class ScenarioError(ValueError):
    """A scenario cannot be used; the text names file, step and field."""


class Phone(Written):
    """One user's phone; ``cell`` by name, the first one unless given."""

    supi: str = Field(default=_USUAL_SUPI, pattern=r"^imsi-[0-9]{14,15}$")
    cell: str | None = None
    language: str | None = None
    stage1: bool = True
    """The phone analyses its user's words itself before they go to the network (L1)."""

    def to_config(self) -> UeConfig:
        return UeConfig(supi=self.supi, stage1=self.stage1, language=self.language)


class CellPlace(Written):
    """A gNB with one cell in a tracking area."""

    gnb: int | None = Field(default=None, ge=1, lt=1 << 22)
    """The gNB's identity; by default its number in the file."""
    tac: int = Field(default=1, ge=0, lt=1 << 24)

    def to_config(self, number: int, name: str, n3_address: str) -> GnbConfig:
        own = self.gnb or number
        return GnbConfig(tac=self.tac, gnb_id=own, name=name, n3_address=n3_address)


class Say(Written):
    """An utterance. ``optional`` names what the network need not have: without an agent for it
    the step is skipped, with this as the reason."""

    say: str = Field(max_length=2 * MAX_TEXT)
    phone: str | None = Field(default=None, alias="as")
    language: str | None = None
    expect: Expectation = Expectation()
    optional: str | None = None


class ReportExpectation(Expectation):
    within: Seconds = 10


class ExpectReport(Written):
    """The network tells a phone of an intent after its result. Reports are kept until a step
    expects one; those that are not as it says are passed over."""

    expect_report: ReportExpectation
    phone: str | None = Field(default=None, alias="as")


class Movement(Written):
    phone: str | None = None
    cell: str


class Move(Written):
    """A phone goes to another cell: by handover when it is connected, else it registers there."""

    move: Movement


class Impairment(Written):
    """Of N3, in each direction."""

    delay_ms: float = Field(default=0, ge=0, le=10_000)
    jitter_ms: float = Field(default=0, ge=0, le=10_000)
    loss_percent: float = Field(default=0, ge=0, le=100)
    rate_kbps: float | None = Field(default=None, gt=0)


class Impair(Written):
    """N3 is made worse, or good again by ``{}``; at the end of the scenario it is good again."""

    impair: Impairment


class Wait(Written):
    wait: Seconds


_TAG_OF = dict(zip((Say, ExpectReport, Move, Impair, Wait), _ACTIONS, strict=True))


def _action(step: Any) -> str | None:
    if isinstance(step, Written):
        return _TAG_OF[type(step)]
    named = [name for name in _ACTIONS if isinstance(step, dict) and name in step]
    return named[0] if len(named) == 1 else None


Step = Annotated[
    Annotated[Say, Tag("say")]
    | Annotated[ExpectReport, Tag("expectReport")]
    | Annotated[Move, Tag("move")]
    | Annotated[Impair, Tag("impair")]
    | Annotated[Wait, Tag("wait")],
    Discriminator(
        _action,
        custom_error_type="step",
        custom_error_message=f"a step has exactly one of {', '.join(_ACTIONS)}",
    ),
]


class Scenario(Written):
    name: str = Field(min_length=1, max_length=100)
    description: str = ""
    supi: str | None = Field(default=None, pattern=r"^imsi-[0-9]{14,15}$")
    """Of the only phone; several are in ``phones``."""
    phones: dict[str, Phone] = Field(default={}, max_length=20)
    cells: dict[str, CellPlace] = Field(default={"cell": CellPlace()}, min_length=1, max_length=20)
    steps: list[Step] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _of_one_mind(self) -> Self:
        if self.supi is not None and self.phones:
            raise ValueError("supi is of the only phone: with phones, each has its own")
        for name, phone in self.phones.items():
            self._known("cell", phone.cell, f"phones.{name}.cell", self.cells)
        for number, step in enumerate(self.steps, 1):
            named, cell = None, None
            if isinstance(step, Say | ExpectReport):
                named = step.phone
            elif isinstance(step, Move):
                named, cell = step.move.phone, step.move.cell
            self._known("phone", named, f"step {number}", self.users)
            self._known("cell", cell, f"step {number}: move.cell", self.cells)
        return self

    @staticmethod
    def _known(what: str, name: str | None, where: str, known: dict[str, Any]) -> None:
        if name is not None and name not in known:
            raise ValueError(f"{where}: there is no {what} {name!r}, only {', '.join(known)}")

    @property
    def users(self) -> dict[str, Phone]:
        """The phones by name; the first one acts where a step names none."""
        return self.phones or {"phone": Phone(supi=self.supi or _USUAL_SUPI)}

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises ScenarioError."""
        try:
            with path.open(encoding="utf-8") as file:
                text = file.read(MAX_FILE + 1)
            if len(text) > MAX_FILE:
                raise ScenarioError(f"{path}: larger than {MAX_FILE} octets")
            return cls.model_validate(load_yaml(text))
        except OSError as error:
            raise ScenarioError(f"{path}: {error.strerror}") from error
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            raise ScenarioError(f"{path}: not YAML: {error}") from error
        except ValidationError as error:
            problems = error.errors(include_url=False, include_input=False, include_context=False)
            lines = (f"{path}: {_where(p['loc'])}{_said(p['msg'])}" for p in problems[:10])
            raise ScenarioError("\n".join(lines)) from None


def packaged() -> dict[str, Path]:
    """The scenarios that come with the package, by name."""
    return {path.stem: path for path in sorted(_FOLDER.glob("*.yaml"))}


def find(name: str) -> Path:
    """A file by its path, or a packaged scenario by its name. Raises ScenarioError."""
    known = packaged()
    if name in known:
        return known[name]
    if (path := Path(name)).is_file():
        return path
    raise ScenarioError(f"{name}: no such file, and no scenario of {', '.join(known)}")


def _where(location: tuple[int | str, ...]) -> str:
    """``step 3: expect.status: `` of ("steps", 2, "say", "expect", "status")."""
    if location[:1] == ("steps",) and len(location) > 1 and isinstance(location[1], int):
        # The tag of the union comes right after the number of the step.
        rest = [part for part in location[3:] if part not in ("comparison", "value")]
        named = f"step {location[1] + 1}: "
    else:
        rest, named = list(location), ""
    field = ".".join(map(str, rest))
    return named + (f"{field}: " if field else "")


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")
