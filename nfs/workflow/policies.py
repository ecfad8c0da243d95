"""The policies that intents are admitted by, as data."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from nfs.common.yaml_text import load_yaml
from nfs.semantics.vocabulary import Kind


class _Policy(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class ComplianceRule(_Policy):
    """Refuses a text with one of ``terms`` (of any language); for all kinds, or for ``kinds``."""

    rule: str
    terms: dict[str, tuple[str, ...]] = Field(min_length=1)
    kinds: frozenset[Kind] = frozenset(Kind)


class OperatorPolicy(_Policy):
    """Kinds that are offered, and the largest value of a slot (by its wire name).

    ``capacity`` is what guaranteed rates (by slot, in Mbit/s) may add up to over all subscribers.
    """

    offered: frozenset[Kind]
    maximum: dict[str, float] = {}
    capacity: dict[str, float] = {}


class IntentClass(_Policy):
    """Of a subscription: ``priority`` and ``preemptable`` are intentPriority and
    intentPreemptionCapability of TS 28.312 for its intents."""

    priority: int = Field(ge=1, le=100)
    preemptable: bool = True


_LEAST = IntentClass(priority=1)


class Priorities(_Policy):
    """``kinds`` add to the priority of the class."""

    classes: dict[str, IntentClass] = {}
    kinds: dict[Kind, int] = {}


class Policies(_Policy):
    """See ``policies.yaml``, which holds the defaults."""

    minimum_confidence: float = Field(ge=0, le=1)
    compliance: tuple[ComplianceRule, ...] = ()
    subscription: dict[Kind, str] = {}
    operator: OperatorPolicy
    priorities: Priorities = Priorities()

    def class_of(self, name: str) -> IntentClass:
        """A class that this operator does not know is the least."""
        return self.priorities.classes.get(name, _LEAST)

    def priority(self, kind: Kind, intent_class: str) -> int:
        """1 to 100, 100 goes first."""
        priority = self.class_of(intent_class).priority + self.priorities.kinds.get(kind, 0)
        return max(1, min(100, priority))

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """The operator's own file, or the packaged defaults. Raises OSError, ValueError."""
        packaged = resources.files(__package__).joinpath("policies.yaml")
        text = (path or packaged).read_text("utf-8")
        return cls.model_validate(load_yaml(text))
