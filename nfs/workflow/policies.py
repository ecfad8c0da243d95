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
    """Refuses a text with one of ``terms``; for all kinds, or only for ``kinds``."""

    rule: str
    terms: tuple[str, ...] = Field(min_length=1)
    kinds: frozenset[Kind] = frozenset(Kind)


class OperatorPolicy(_Policy):
    """Kinds that are offered, and the largest value of a slot (by its wire name)."""

    offered: frozenset[Kind]
    maximum: dict[str, float] = {}


class Policies(_Policy):
    """See ``policies.yaml``, which holds the defaults."""

    minimum_confidence: float = Field(ge=0, le=1)
    compliance: tuple[ComplianceRule, ...] = ()
    subscription: dict[Kind, str] = {}
    operator: OperatorPolicy

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """The operator's own file, or the packaged defaults. Raises OSError, ValueError."""
        packaged = resources.files(__package__).joinpath("policies.yaml")
        text = (path or packaged).read_text("utf-8")
        return cls.model_validate(load_yaml(text))
