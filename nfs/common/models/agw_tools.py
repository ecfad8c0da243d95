"""Nagw_Tool (testbed): the repository of tools that network functions host (K4, K5, B16)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from nfs.common.models.base import SbiModel

MAX_TOOLS = 64

ToolName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Condition = Annotated[str, Field(pattern=r"^[a-z]+(\.[a-z-]+)+$", max_length=64)]


class ToolTemplate(SbiModel):
    """What is known of a tool before it is used; ``input`` and ``output`` are JSON Schemas.

    Conditions are facts such as ``session.active``: which hold before, and which hold after.
    """

    name: ToolName
    purpose: str = Field(max_length=128)
    description: str = Field(max_length=1024)
    pre_conditions: list[Condition] = Field(default_factory=list, max_length=16)
    post_conditions: list[Condition] = Field(default_factory=list, max_length=16)
    input: dict[str, Any]
    output: dict[str, Any]


class ToolHosting(SbiModel):
    """A network function and the tools that it hosts."""

    nf_type: str = Field(min_length=2, max_length=32)
    api_root: str = Field(pattern=r"^https?://", max_length=256)
    tools: list[ToolTemplate] = Field(max_length=MAX_TOOLS)


class HostedTool(SbiModel):
    """A tool where it can be used."""

    nf_instance_id: str
    nf_type: str
    api_root: str
    template: ToolTemplate


class ToolList(SbiModel):
    tools: list[HostedTool]
