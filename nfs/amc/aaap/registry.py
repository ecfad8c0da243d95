"""Agent templates (ontologies) and registrants' accounts, as the operator configured them."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from nfs.common.models.amc_lifecycle import ApprovalState
from nfs.common.yaml_text import load_yaml


class _Entry(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class Template(_Entry):
    """An agent template; ``number`` and ``vendor`` are levels 8 and 7 of its agents' AICs."""

    number: str = Field(pattern=r"^[1-9A-Z][0-9A-Z]{0,8}$")
    vendor: str = Field(pattern=r"^[1-9A-Z][0-9A-Z]{0,5}$")
    provider: dict[str, Any] = {}
    accounts: frozenset[str]
    capabilities: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    subscriber: bool = False
    acts_for_others: bool = False
    suspended: bool = False
    approval: ApprovalState = ApprovalState.APPROVED
    """What it begins with (A14); see ``nfs.amc.aaap.approvals``."""
    agents_per_registrant: int = Field(default=8, ge=1)

    @property
    def usable(self) -> frozenset[str]:
        """Everything that may be in the scope of one of its agents."""
        return frozenset(self.capabilities) | frozenset(self.scope)


class Account(_Entry):
    """A registrant. ``key``: external account binding key; ``on_behalf_of``: for subscribers."""

    key: str = Field(min_length=16, repr=False)
    on_behalf_of: bool = False


class Registry(_Entry):
    """See ``defaults.yaml``, which holds the embedded testbed's."""

    provider: dict[str, Any] = {}
    templates: dict[str, Template]
    accounts: dict[str, Account]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        numbers = [(t.vendor, t.number) for t in self.templates.values()]
        if len(set(numbers)) < len(numbers):
            raise ValueError("two templates have the same vendor and number")
        for name, template in self.templates.items():
            if unknown := template.accounts - self.accounts.keys():
                raise ValueError(f"template {name}: no such account: {', '.join(sorted(unknown))}")
        return self

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """The operator's own file, or the packaged defaults. Raises OSError, ValueError."""
        packaged = resources.files(__package__).joinpath("defaults.yaml")
        return cls.model_validate(load_yaml((path or packaged).read_text("utf-8")))
