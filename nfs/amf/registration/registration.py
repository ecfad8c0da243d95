"""Registration (TS 23.502 clause 4.2.2.2.2, TS 24.501 clause 5.5.1).

Reads like the figure: find out who it is, authenticate, secure, ask the UDM what it may have,
accept. Whatever the network refuses ends in REGISTRATION REJECT with the cause of TS 24.501.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.agents.reachability import agent_reachable
from nfs.amf.connection.context_release import release_n2
from nfs.amf.consumer import pcf, udm
from nfs.amf.errors import Rejected
from nfs.amf.mobility.restrictions import check_subscribed_area, check_tracking_area
from nfs.amf.registration.accept import accept
from nfs.amf.registration.deregistration import end_registration, release_sessions
from nfs.amf.registration.identification import identify
from nfs.amf.registration.slice_selection import select_slices
from nfs.amf.registration.take_over import sessions_follow, take_over
from nfs.amf.security.authentication import authenticate
from nfs.amf.security.nas_message_container import deciphered, initial_message
from nfs.amf.security.security_mode import establish_security
from nfs.amf.ue.context import Rm
from nfs.amf.ue.events import ConfigurationUpdate
from nfs.common.identities import Suci
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import (
    MmCause,
    RegistrationReject,
    RegistrationRequest,
    RegistrationType,
    UeSecurityCapability,
)
from nfs.protocols.ngap import Cause

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue
    from nfs.protocols.nas.reception import Received

log = structlog.get_logger("amf")


async def register(amf: Amf, ue: Ue, received: Received) -> None:
    request = received.message
    assert isinstance(request, RegistrationRequest)  # noqa: S101 - the dispatch table's promise
    ue.under_way = request
    try:
        with amf.counts.registration(request.registration_type):
            await _identify(amf, ue, request, protected=received.protected)
            check_tracking_area(amf, ue)
            if _may_keep_security(ue, request, protected=received.protected):
                request = _complete(ue, request)
            else:
                request = await _authenticate_and_secure(amf, ue, request)
            await sessions_follow(amf, ue)
            await _register_at_udm(amf, ue)
            if request.registration_type is RegistrationType.INITIAL:
                await release_sessions(amf, ue.context)  # of its life before (5.5.1.2.8 f)
            check_subscribed_area(amf, ue)
            slices = select_slices(amf, ue, request.requested_nssai)
            ue.context.allowed_nssai = slices.allowed
            await _associate_policy(amf, ue)
            await accept(amf, ue, request, slices)
        if request.registration_type is RegistrationType.INITIAL:
            ue.deliver(ConfigurationUpdate())  # the network's name
        amf.events.observe(ue.context)
        await agent_reachable(amf, ue.context)
    except Rejected as rejected:
        await _reject(amf, ue, rejected)
    finally:
        ue.under_way = None


async def _identify(amf: Amf, ue: Ue, request: RegistrationRequest, *, protected: bool) -> None:
    """A known 5G-GUTI continues its context; any other UE is asked for its SUCI."""
    context = ue.context
    if request.ue_security_capability is not None:
        context.security_capability = request.ue_security_capability
    if isinstance(request.identity, Suci):
        context.suci = request.identity
    elif not (protected and context.supi):
        context.suci = await identify(ue)
    if context.suci is not None and context.suci.plmn != amf.config.home:
        why = f"the UE is of PLMN {context.suci.plmn}, this AMF serves {amf.config.home} only"
        remedy = "set the UE's mcc and mnc, or `plmn` of the core"
        raise Rejected(MmCause.PLMN_NOT_ALLOWED, why, remedy)


def _may_keep_security(ue: Ue, request: RegistrationRequest, *, protected: bool) -> bool:
    """A request that proves the current context needs no new one (TS 33.501 clause 6.8.1.1)."""
    security = ue.context.security
    same_keys = security is not None and security.ng_ksi == request.ng_ksi
    return protected and same_keys and ue.context.supi is not None


async def _authenticate_and_secure(
    amf: Amf, ue: Ue, request: RegistrationRequest
) -> RegistrationRequest:
    """Returns the complete request, which the UE repeats under protection (4.4.6)."""
    _check_capability(ue.context.security_capability)
    ue.context.security = None
    ue.secured = False
    keys = await authenticate(amf, ue, request.ng_ksi)
    complete = await establish_security(amf, ue, keys)
    if complete.nas_message_container is None:
        return request
    return initial_message(complete.nas_message_container, RegistrationRequest)


def _complete(ue: Ue, request: RegistrationRequest) -> RegistrationRequest:
    """With the elements that travel ciphered, in the NAS message container (4.4.6)."""
    if request.nas_message_container is None:
        return request
    return initial_message(deciphered(ue, request.nas_message_container), RegistrationRequest)


def _check_capability(capability: UeSecurityCapability | None) -> None:
    """NEA0 and NIA0 are mandatory to support; without them it is forged (TS 33.512 4.2.2.6.1)."""
    if capability is None or not capability.includes_null_algorithms:
        why = "the UE security capability lacks the algorithms that every UE has"
        raise Rejected(MmCause.UE_SECURITY_CAPABILITIES_MISMATCH, why, "see the UE's log")


async def _register_at_udm(amf: Amf, ue: Ue) -> None:
    await take_over(amf, ue)
    try:
        await udm.register(amf, ue.context, amf.config.guami)
        ue.context.subscription = await udm.subscription(amf, ue.context, amf.config.agent_data)
        await udm.subscribe(amf, ue.context)
    except SbiProblem as problem:
        detail = problem.detail or problem.cause
        if problem.status in (403, 404):
            remedy = "add the subscriber to the UDM's subscribers file"
            raise Rejected(MmCause.ILLEGAL_UE, detail, remedy) from problem
        remedy = "see that the UDM is running and registered at the NRF"
        raise Rejected(MmCause.CONGESTION, detail, remedy) from problem


async def _associate_policy(amf: Amf, ue: Ue) -> None:
    """Steps 15 and 16; without the PCF's policy the AMF goes by its own."""
    try:
        await pcf.associate(amf, ue.context, amf.config.guami)
    except SbiProblem as problem:
        log.warning("no policy association", ue=ue.name, reason=str(problem))


async def _reject(amf: Amf, ue: Ue, rejected: Rejected) -> None:
    amf.explanations.add(
        ue.name, "registration", rejected.cause.name, rejected.why, rejected.remedy
    )
    congested = rejected.cause is MmCause.CONGESTION
    reject = RegistrationReject(
        rejected.cause,
        t3346_seconds=amf.config.t3346_seconds if congested else None,
        rejected_nssai=rejected.rejected_nssai,
    )
    await ue.send_nas(reject)
    begun = ue.context.rm is Rm.REGISTERED or bool(ue.context.resources)
    if begun and not congested:
        await end_registration(amf, ue.context)
    await release_n2(ue, Cause("nas", "normal-release"))
