"""The tool check-privacy: whether a subscriber's own rules let somebody use what is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from nfs.common.models.base import SbiModel
from nfs.common.models.privacy import PrivacySubject
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.udm.app import Udm


class Use(SbiModel):
    """``party``: the SUPI, or the AIC of the agent, of who wants to use it."""

    supi: str = Field(max_length=64)
    subject: PrivacySubject
    party: str | None = Field(default=None, max_length=256)


class Answer(SbiModel):
    """Never why."""

    allowed: bool


def tool(udm: Udm) -> Tool[Any, Any]:
    async def perform(given: Use) -> Answer:
        udm.subscriber(given.supi)
        return Answer(allowed=udm.privacy.allows(given.supi, given.subject, given.party))

    return Tool(
        name="check-privacy",
        purpose="know whether a subscriber lets somebody use their location, data or agent",
        description="Decides by the subscriber's own rules, the newest of which counts.",
        input=Use,
        output=Answer,
        perform=perform,
    )
