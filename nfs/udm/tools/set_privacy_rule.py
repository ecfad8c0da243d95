"""The tool set-privacy-rule: a subscriber allows or forbids the use of what is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from nfs.common.models.base import SbiModel
from nfs.common.models.privacy import PrivacyRule
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.udm.app import Udm


class NewRule(SbiModel):
    supi: str = Field(max_length=64)
    rule: PrivacyRule


class RulesInForce(SbiModel):
    rules: list[PrivacyRule]


def tool(udm: Udm) -> Tool[Any, Any]:
    async def perform(given: NewRule) -> RulesInForce:
        udm.subscriber(given.supi)
        udm.privacy.set(given.supi, given.rule)
        return RulesInForce(rules=udm.privacy.rules(given.supi))

    return Tool(
        name="set-privacy-rule",
        purpose="allow or forbid the use of a subscriber's location, data or agent",
        description="Keeps a rule of the subscriber's own. remove-privacy-rule takes it back.",
        input=NewRule,
        output=RulesInForce,
        perform=perform,
        post_conditions=("privacy.set",),
    )
