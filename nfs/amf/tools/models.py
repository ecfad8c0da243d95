"""Inputs that tools of the AMF have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from nfs.common.models.amf_events import Supi
from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.context import UeContext

IntentId = Annotated[str, Field(min_length=1, max_length=128)]
Tacs = Annotated[list[Annotated[int, Field(ge=0, le=0xFFFFFF)]], Field(max_length=256)]
Cells = Annotated[list[Annotated[str, Field(pattern="^[0-9a-f]{9}$")]], Field(max_length=256)]


class OfIntent(SbiModel):
    """A UE, and the intent for which something is done or taken back."""

    supi: Supi
    intent_id: IntentId


class Nothing(SbiModel):
    """There is nothing to say."""


def served(amf: Amf, supi: str) -> UeContext:
    """Raises SbiProblem 404 for a UE that is not here."""
    context = amf.registry.context(supi)
    if context is None:
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no UE context of {supi} at this AMF")
    return context


def nothing_of(intent_id: str) -> SbiProblem:
    return SbiProblem(404, "NOTHING_TO_UNDO", f"nothing is done here for intent {intent_id}")
