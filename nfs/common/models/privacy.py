"""A subscriber's own rules on who may use what of theirs: after LcsPrivacyData of TS 29.503."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from nfs.common.models.base import SbiModel


class PrivacySubject(StrEnum):
    LOCATION = "location"
    DATA = "data"
    AGENT = "agent"


class PrivacyEffect(StrEnum):
    ALLOW = "ALLOW"
    DENY = "DENY"


class PrivacyRule(SbiModel):
    """``party``: a SUPI or the AIC of an agent; none is anybody. ``subjects``: what it is about.

    Of the rules that are about a use, the newest decides; without one the use is allowed.
    """

    intent_id: str = Field(min_length=1, max_length=128)
    subjects: list[PrivacySubject] = Field(min_length=1, max_length=3)
    effect: PrivacyEffect
    party: str | None = Field(default=None, max_length=256)
    until: AwareDatetime | None = None
