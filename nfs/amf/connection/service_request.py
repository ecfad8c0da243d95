"""Service request (TS 23.502 clause 4.2.3.2, TS 24.501 clause 5.6.1).

From idle: prove who it is with the security context, agree on the sessions, set up at the gNB what
the UE has data for, accept. From a connection: set up more sessions at the gNB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.agents.reachability import agent_reachable
from nfs.amf.connection.context_release import release_n2
from nfs.amf.connection.initial_context import send_with_context
from nfs.amf.errors import Rejected
from nfs.amf.mobility.restrictions import check_service_area, check_tracking_area
from nfs.amf.registration.take_over import sessions_follow, take_over
from nfs.amf.security.nas_message_container import deciphered, initial_message
from nfs.amf.sessions.user_plane import resume_sessions
from nfs.amf.ue.events import ConfigurationUpdate
from nfs.protocols.nas import (
    MmCause,
    ServiceAccept,
    ServiceReject,
    ServiceRequest,
    ServiceType,
)
from nfs.protocols.ngap import Cause

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue
    from nfs.protocols.nas.reception import Received

log = structlog.get_logger("amf")

_EVEN_IN_NON_ALLOWED_AREAS = (
    ServiceType.EMERGENCY_SERVICES,
    ServiceType.HIGH_PRIORITY_ACCESS,
    ServiceType.MOBILE_TERMINATED_SERVICES,
)
"""TS 24.501 clause 5.3.5.2."""


async def serve(amf: Amf, ue: Ue, received: Received) -> None:
    request = received.message
    assert isinstance(request, ServiceRequest)  # noqa: S101 - the dispatch table's promise
    try:
        if not received.protected:
            await refuse(amf, ue, received)
            return
        complete = _complete(ue, request)
        check_tracking_area(amf, ue)
        if complete.service_type not in _EVEN_IN_NON_ALLOWED_AREAS:
            check_service_area(ue)
        await take_over(amf, ue)
        await sessions_follow(amf, ue)
        activation = await resume_sessions(
            amf, ue, complete.uplink_data_status, complete.pdu_session_status
        )
        accept = ServiceAccept(activation.status, activation.result)
        await send_with_context(amf, ue, accept, activation.items)
    except Rejected as rejected:
        amf.explanations.add(
            ue.name, "service request", rejected.cause.name, rejected.why, rejected.remedy
        )
        await _reject(ue, rejected.cause)
        return
    if amf.paging.calling(ue.context):
        ue.deliver(ConfigurationUpdate(new_guti=True))  # TS 33.501 clause 6.12.3
    amf.paging.answered(ue, activation.activated)
    amf.events.observe(ue.context)
    await agent_reachable(amf, ue.context)


async def refuse(_amf: Amf, ue: Ue, _received: Received) -> None:
    """From a UE that is not known, or that could be anybody (clause 4.4.4.3): it is to register."""
    log.info("service request of a UE without a context", ue=ue.name)
    await _reject(ue, MmCause.UE_IDENTITY_CANNOT_BE_DERIVED_BY_THE_NETWORK)


async def _reject(ue: Ue, cause: MmCause) -> None:
    await ue.send_nas(ServiceReject(cause))
    await release_n2(ue, Cause("nas", "normal-release"))


def _complete(ue: Ue, request: ServiceRequest) -> ServiceRequest:
    """With the elements that travel ciphered, in the NAS message container (clause 4.4.6)."""
    if request.nas_message_container is None:
        return request
    return initial_message(deciphered(ue, request.nas_message_container), ServiceRequest)
