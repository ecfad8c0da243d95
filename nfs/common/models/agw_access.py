"""Access of agents to a gateway over whatever network (draft-han 3.2.1, requirement N1)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from nfs.common.models.base import SbiModel


class AccessType(StrEnum):
    """Over 3GPP access an agent is attached by its UE's registration at the AMF."""

    NON_3GPP_ACCESS = "NON_3GPP_ACCESS"
    FIXED_ACCESS = "FIXED_ACCESS"


class AttachmentRequest(SbiModel):
    """``access_id``: what the access network knows the agent's line or station by."""

    access_type: AccessType
    access_id: Annotated[str, Field(min_length=1, max_length=256)]


class Attachment(SbiModel):
    """``access_ref``: a pseudonym of the access identifier; ``valid_until``: Unix seconds. The
    agent attaches again before that, or is taken to have left."""

    aic: str
    access_type: AccessType
    access_ref: str
    gateway_id: str
    valid_until: float


class AttachmentList(SbiModel):
    """All accesses of one agent at this gateway."""

    attachments: list[Attachment]
