"""What a step must lead to, and in what an outcome differs from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    Tag,
    model_validator,
)
from pydantic.alias_generators import to_camel

from nfs.protocols.agent import AgentCause
from nfs.semantics.intent import IntentStatus, RefusalClass
from nfs.semantics.vocabulary import Kind

_ABSENT = object()
_REFUSED = frozenset({IntentStatus.REJECTED, IntentStatus.FAILED})


class Written(BaseModel):
    """Of a scenario's file: camelCase, and nothing that is not known."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )


class Comparison(Written):
    """A condition on one value, where equality is not meant; all that is given must hold."""

    at_most: float | None = None
    at_least: float | None = None
    contains: str | None = None
    """Part of a text, without regard to case, or an item of a list."""
    one_of: list[JsonValue] | None = None
    count: int | None = None
    """Items of a list, or keys of an object."""
    present: bool | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("a comparison has atMost, atLeast, contains, oneOf, count or present")
        return self

    def holds(self, value: Any) -> bool:
        there = value is not _ABSENT
        if self.present is not None and there is not self.present:
            return False
        if self.model_fields_set == {"present"}:
            return True
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        return there and all(
            (
                self.at_most is None or (number is not None and number <= self.at_most),
                self.at_least is None or (number is not None and number >= self.at_least),
                self.contains is None or _contains(value, self.contains),
                self.one_of is None or value in self.one_of,
                self.count is None or (isinstance(value, list | dict) and len(value) == self.count),
            )
        )


def _contains(value: Any, wanted: str) -> bool:
    if isinstance(value, list):
        return any(str(item).casefold() == wanted.casefold() for item in value)
    return wanted.casefold() in str(value).casefold()


Wanted = Annotated[
    Annotated[Comparison, Tag("comparison")] | Annotated[JsonValue, Tag("value")],
    Discriminator(lambda v: "comparison" if isinstance(v, dict | Comparison) else "value"),
]
"""A value that must be equal, or a comparison."""


Texts = Annotated[list[str], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)]
"""One text stands for a list of one."""


_CAUSES = (*AgentCause.__members__, *(c for c in RefusalClass if c not in AgentCause.__members__))


def _known_cause(name: str) -> str:
    if name not in _CAUSES:
        raise ValueError(f"one of {', '.join(_CAUSES)}")
    return name


class Expectation(Written):
    """What must come of an utterance, or stand in a report. What is not named is not looked at,
    but for the status: FULFILLED, unless a cause or a question is expected."""

    kind: Kind | None = None
    status: IntentStatus | None = None
    cause: Annotated[str, AfterValidator(_known_cause)] | None = None
    """Of the agent container; in a report, the class of refusal."""
    question: bool = False
    """The network asks back: status NEEDS_INPUT."""
    contains: Texts = []
    """Parts of what the user hears, without regard to case."""
    progress: Texts = []
    """Parts of what the user was told meanwhile."""
    slots: dict[str, Wanted] = {}
    """What the phone read out of the words."""
    output: dict[str, Wanted] = {}
    """Facts of the result, by dotted path: ``location.cell``, ``agents.0.name``."""
    phone: dict[str, Wanted] = {}
    """What the phone has then: ``sessions.0.qosFlows.1.fiveQi``, ``aic``, ``guti``."""

    @property
    def statuses(self) -> frozenset[IntentStatus]:
        if self.status is not None:
            return frozenset({self.status})
        if self.question:
            return frozenset({IntentStatus.NEEDS_INPUT})
        return _REFUSED if self.cause is not None else frozenset({IntentStatus.FULFILLED})


class Outcome(BaseModel):
    """What came of a step, as the user and the phone see it."""

    model_config = ConfigDict(frozen=True)

    kind: str | None
    status: str
    cause: str | None = None
    text: str
    slots: dict[str, Any] = {}
    output: dict[str, Any] = {}
    progress: list[str] = []
    phone: dict[str, Any] = Field(default={}, repr=False)


def differences(wanted: Expectation, found: Outcome) -> list[str]:
    """In what ``found`` is not what was wanted, one line each; none when all is as expected."""
    return list(_differences(wanted, found))


def _differences(wanted: Expectation, found: Outcome) -> Iterator[str]:
    if found.status not in wanted.statuses:
        yield _differs("status", " or ".join(sorted(wanted.statuses)), _with_cause(found))
    elif wanted.cause is not None and found.cause != wanted.cause:
        yield _differs("cause", wanted.cause, _with_cause(found))
    if wanted.kind is not None and found.kind != wanted.kind:
        yield _differs("kind", str(wanted.kind), found.kind)
    for part in wanted.contains:
        if not _contains(found.text, part):
            yield _differs("contains", repr(part), repr(found.text))
    for part in wanted.progress:
        if not any(_contains(told, part) for told in found.progress):
            yield _differs("progress", repr(part), found.progress)
    for name, values, there in (
        ("slots", wanted.slots, found.slots),
        ("output", wanted.output, found.output),
        ("phone", wanted.phone, found.phone),
    ):
        for path, value in values.items():
            yield from _value_differs(f"{name}.{path}", value, at(there, path))


def _value_differs(name: str, wanted: Comparison | JsonValue, found: Any) -> Iterator[str]:
    if isinstance(wanted, Comparison):
        if not wanted.holds(found):
            condition = wanted.model_dump(by_alias=True, exclude_unset=True)
            yield _differs(name, condition, _shown(found))
    elif found is _ABSENT or type_of(found) != type_of(wanted) or found != wanted:
        yield _differs(name, repr(wanted), _shown(found))


def type_of(value: Any) -> type:
    """True is not 1; 20 and 20.0 are alike."""
    return float if type(value) is int else type(value)


def at(document: Any, path: str) -> Any:
    """What stands at a dotted path: keys of objects, numbers for items of lists."""
    for step in path.split("."):
        if isinstance(document, Mapping) and step in document:
            document = document[step]
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            return _ABSENT
    return document


def _with_cause(found: Outcome) -> str:
    said = found.status if found.cause is None else f"{found.status}, {found.cause}"
    return f"{said}: {found.text!r}"


def _shown(found: Any) -> str:
    return "nothing" if found is _ABSENT else repr(found)


def _differs(name: str, wanted: Any, found: Any) -> str:
    return f"{name}: expected {wanted}, got {found}"
