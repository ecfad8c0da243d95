"""NFRegister, NFUpdate and NFDeregister (TS 29.510 clause 5.2.2)."""

from __future__ import annotations

import uuid
from typing import Any

from nfs.common.models.nrf import NFProfile
from nfs.common.sbi.problem import SbiProblem
from nfs.nrf.repository import Repository


def register(
    repository: Repository, instance_id: str, profile: NFProfile, heartbeat: int
) -> tuple[bool, NFProfile]:
    """Returns whether the NF is new, and the profile with the heartbeat it is to keep."""
    try:
        uuid.UUID(instance_id)
    except ValueError:
        detail = f"nfInstanceId is a UUID, not {instance_id!r}"
        raise SbiProblem(400, "MANDATORY_IE_INCORRECT", detail) from None
    if profile.nf_instance_id != instance_id:
        detail = "nfInstanceId of the profile is not the one of the path"
        raise SbiProblem(400, "MANDATORY_IE_INCORRECT", detail)
    if not (profile.fqdn or profile.ipv4_addresses or profile.ipv6_addresses):
        raise SbiProblem(400, "MANDATORY_IE_MISSING", "fqdn, ipv4Addresses or ipv6Addresses")
    kept = profile.model_copy(update={"heart_beat_timer": heartbeat})
    return repository.put(kept), kept


def update(repository: Repository, instance_id: str, patch: list[dict[str, Any]]) -> None:
    """Apply a JSON Patch of top-level attributes; a heartbeat is one that changes nothing."""
    profile = repository.get(instance_id).to_json()
    for item in patch:
        name = str(item.get("path", "")).removeprefix("/")
        operation = item.get("op")
        if not name or "/" in name or operation not in ("add", "replace", "remove"):
            detail = f"only add, replace and remove of whole attributes: {item}"
            raise SbiProblem(400, "INVALID_MSG_FORMAT", detail)
        if operation == "remove":
            profile.pop(name, None)
        else:
            profile[name] = item.get("value")
    try:
        changed = NFProfile.model_validate(profile)
    except ValueError as error:
        raise SbiProblem(400, "MANDATORY_IE_INCORRECT", str(error)) from error
    if changed.nf_instance_id != instance_id:
        raise SbiProblem(400, "MANDATORY_IE_INCORRECT", "nfInstanceId cannot be changed")
    repository.put(changed)
