"""NFRegister, NFUpdate and NFDeregister (TS 29.510 clause 5.2.2)."""

from __future__ import annotations

import uuid
from typing import Any

import jsonpatch

from nfs.common.models.nrf import NFProfile
from nfs.common.sbi.problem import SbiProblem
from nfs.nrf.repository import Repository

MAX_OPERATIONS = 64


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


def update(repository: Repository, instance_id: str, patch: list[dict[str, Any]]) -> bool:
    """Apply a JSON Patch (RFC 6902); a heartbeat is one that changes nothing.

    Returns whether the profile is another now. Raises SbiProblem 400, and then nothing changed.
    """
    if len(patch) > MAX_OPERATIONS:
        detail = f"a patch has at most {MAX_OPERATIONS} operations"
        raise SbiProblem(400, "INVALID_MSG_FORMAT", detail)
    before = repository.get(instance_id)
    try:
        document = before.to_json()
        patched = jsonpatch.apply_patch(document, [_lenient(item, document) for item in patch])
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError) as error:
        raise SbiProblem(400, "INVALID_MSG_FORMAT", f"JSON Patch: {error}") from error
    try:
        changed = NFProfile.model_validate(patched)
    except ValueError as error:
        raise SbiProblem(400, "MANDATORY_IE_INCORRECT", str(error)) from error
    if changed.nf_instance_id != instance_id:
        raise SbiProblem(400, "MANDATORY_IE_INCORRECT", "nfInstanceId cannot be changed")
    repository.put(changed)
    return changed != before


def _lenient(operation: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """NFs of other makes "replace" the load of a profile that had none in every heartbeat."""
    path = operation.get("path")
    absent = isinstance(path, str) and path.count("/") == 1 and path[1:] not in document
    if operation.get("op") == "replace" and absent:
        return operation | {"op": "add"}
    return operation
