"""The tool remove-privacy-rule: a rule of a subscriber is no longer in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.udm.app import Udm


class OldRule(SbiModel):
    supi: str = Field(max_length=64)
    intent_id: str = Field(max_length=128)


class Nothing(SbiModel):
    """There is nothing to say."""


def tool(udm: Udm) -> Tool[Any, Any]:
    async def perform(given: OldRule) -> Nothing:
        if not udm.privacy.remove(given.supi, given.intent_id):
            detail = f"intent {given.intent_id} has no rule in force"
            raise SbiProblem(404, "NOTHING_TO_UNDO", detail)
        return Nothing()

    return Tool(
        name="remove-privacy-rule",
        purpose="end a rule that a subscriber has set",
        description="Takes back what set-privacy-rule has set for an intent.",
        input=OldRule,
        output=Nothing,
        perform=perform,
        pre_conditions=("privacy.set",),
    )
