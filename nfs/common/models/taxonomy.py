"""Namc_Taxonomy: the capabilities that agents are registered and found by (requirement B9)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from nfs.common.models.base import SbiModel


class Capability(SbiModel):
    """``id``: ``/capability/`` and a path; ``parent``: the one that it is a kind of.

    ``replaced_by``: the identifier to use in its place, when it is not to be used any more.
    """

    id: Annotated[
        str, Field(pattern=r"^/capability(/[a-z0-9]+(-[a-z0-9]+)*){1,6}$", max_length=128)
    ]
    version: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]
    description: str
    aliases: list[str] = Field(default_factory=list)
    parent: str | None = None
    children: list[str] = Field(default_factory=list)
    replaced_by: str | None = None


class CapabilityList(SbiModel):
    """``version`` of the taxonomy as a whole: it grows with every change."""

    version: str
    capabilities: list[Capability]
