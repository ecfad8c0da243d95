"""PFCP association with SMFs (TS 29.244 clause 6.2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from nfs.protocols.pfcp import (
    AssociationReleaseRequest,
    AssociationReleaseResponse,
    AssociationSetupRequest,
    AssociationSetupResponse,
    AssociationUpdateRequest,
    AssociationUpdateResponse,
    Cause,
    UpFunctionFeatures,
)
from nfs.transports.datagram import Address

if TYPE_CHECKING:
    from nfs.upf.n4 import N4

log = structlog.get_logger("upf")

FEATURES = (
    UpFunctionFeatures.FTUP
    | UpFunctionFeatures.EMPU
    | UpFunctionFeatures.MNOP
    | UpFunctionFeatures.QFQM
)
MAX_ASSOCIATIONS = 64


@dataclass(frozen=True, slots=True)
class Association:
    """``address``: where the SMF sends from, and so takes reports."""

    address: Address
    recovery_time_stamp: int


def set_up(n4: N4, request: AssociationSetupRequest, source: Address) -> AssociationSetupResponse:
    """An SMF that sets up again has lost its sessions, or begins them anew (6.2.6.2.2)."""
    node = request.node_id.value
    if node not in n4.associations and len(n4.associations) >= MAX_ASSOCIATIONS:
        cause = Cause.NO_RESOURCES_AVAILABLE
    else:
        cause = Cause.REQUEST_ACCEPTED
        _end_sessions(n4, node)
        n4.associations[node] = Association(source, request.recovery_time_stamp)
        log.info("associated with an SMF", smf=node)
    return AssociationSetupResponse(
        node_id=n4.node_id,
        cause=cause,
        recovery_time_stamp=n4.recovery_time_stamp,
        up_function_features=FEATURES,
    )


def refused(n4: N4, cause: Cause) -> AssociationSetupResponse:
    """To a request that cannot be read."""
    return AssociationSetupResponse(
        node_id=n4.node_id, cause=cause, recovery_time_stamp=n4.recovery_time_stamp
    )


def update(n4: N4, request: AssociationUpdateRequest) -> AssociationUpdateResponse:
    known = request.node_id.value in n4.associations
    cause = Cause.REQUEST_ACCEPTED if known else Cause.NO_ESTABLISHED_PFCP_ASSOCIATION
    return AssociationUpdateResponse(node_id=n4.node_id, cause=cause, up_function_features=FEATURES)


def release(n4: N4, request: AssociationReleaseRequest) -> AssociationReleaseResponse:
    known = n4.associations.pop(request.node_id.value, None)
    _end_sessions(n4, request.node_id.value)
    cause = Cause.REQUEST_ACCEPTED if known else Cause.NO_ESTABLISHED_PFCP_ASSOCIATION
    return AssociationReleaseResponse(node_id=n4.node_id, cause=cause)


def _end_sessions(n4: N4, node: str) -> None:
    for session in n4.sessions:
        if session.cp_node == node:
            n4.sessions.remove(session)
