"""Registration (TS 23.502 clause 4.2.2.2.2, TS 24.501 clause 5.5.1).

Reads like the figure: find out who it is, authenticate, secure, ask the UDM what it may have,
accept. Whatever the network refuses ends in REGISTRATION REJECT with the cause of TS 24.501.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.agent_reachability import agent_reachable
from nfs.amf.authentication import authenticate
from nfs.amf.consumer import pcf, udm
from nfs.amf.context_release import release_n2
from nfs.amf.errors import Rejected
from nfs.amf.identification import identify
from nfs.amf.initial_context import send_with_context
from nfs.amf.nas_message_container import deciphered, initial_message
from nfs.amf.security_mode import establish_security
from nfs.amf.take_over import sessions_follow, take_over
from nfs.amf.timers import T3550
from nfs.amf.tracking_area import check_tracking_area
from nfs.amf.ue_context import Rm
from nfs.common.identities import Guti, Snssai, Suci
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import StoreUnavailable
from nfs.protocols.nas import (
    MmCause,
    RegistrationAccept,
    RegistrationComplete,
    RegistrationReject,
    RegistrationRequest,
    RegistrationResult,
    UeSecurityCapability,
)
from nfs.protocols.ngap import Cause

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue import Ue
    from nfs.protocols.nas.reception import Received

log = structlog.get_logger("amf")


async def register(amf: Amf, ue: Ue, received: Received) -> None:
    request = received.message
    assert isinstance(request, RegistrationRequest)  # noqa: S101 - the dispatch table's promise
    try:
        with amf.counts.registration(request.registration[0]):
            await _identify(amf, ue, request, protected=received.protected)
            check_tracking_area(amf, ue)
            if _may_keep_security(ue, protected=received.protected):
                request = _complete(ue, request)
            else:
                request = await _authenticate_and_secure(amf, ue, request)
            await sessions_follow(amf, ue)
            await _register_at_udm(amf, ue)
            ue.context.allowed_nssai = _allowed_slices(amf, ue, request.requested_nssai)
            await _associate_policy(amf, ue)
            await _accept(amf, ue)
    except Rejected as rejected:
        await _reject(amf, ue, rejected)


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


def _may_keep_security(ue: Ue, *, protected: bool) -> bool:
    """A request that proves the current context needs no new one (TS 33.501 clause 6.8.1.1)."""
    return protected and ue.context.security is not None and ue.context.supi is not None


async def _authenticate_and_secure(
    amf: Amf, ue: Ue, request: RegistrationRequest
) -> RegistrationRequest:
    """Returns the complete request, which the UE repeats under protection (4.4.6)."""
    _check_capability(ue.context.security_capability)
    ue.context.security = None
    ue.secured = False
    ng_ksi, k_amf = await authenticate(amf, ue)
    complete = await establish_security(amf, ue, ng_ksi, k_amf)
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


def _allowed_slices(amf: Amf, ue: Ue, requested: tuple[Snssai, ...] | None) -> tuple[Snssai, ...]:
    """Requested and subscribed and served here (TS 23.501 clause 5.15.5.2.1).

    Without a requested NSSAI, or with none of it subscribed, the default slices are allowed.
    """
    subscription = ue.context.subscription
    subscribed = subscription.nssai if subscription else ()
    offered = [s for s in subscribed if s in amf.config.nssai]
    allowed = tuple(s for s in offered if not requested or s in requested)
    if allowed:
        return allowed
    asked = ", ".join(map(str, requested or ())) or "none"
    why = (
        f"slices requested {asked}; subscribed {', '.join(map(str, subscribed)) or 'none'};"
        f" served by the AMF {', '.join(map(str, amf.config.nssai))}"
    )
    remedy = "give UE, subscriber and AMF (`slices`) one slice in common"
    raise Rejected(MmCause.NO_NETWORK_SLICES_AVAILABLE, why, remedy)


async def _associate_policy(amf: Amf, ue: Ue) -> None:
    """Steps 15 and 16; without the PCF's policy the AMF goes by its own."""
    try:
        await pcf.associate(amf, ue.context, amf.config.guami)
    except SbiProblem as problem:
        log.warning("no policy association", ue=ue.name, reason=str(problem))


async def _accept(amf: Amf, ue: Ue) -> None:
    context = ue.context
    assert context.tai is not None  # noqa: S101 - checked above
    context.registration_area = (context.tai,)
    context.rm = Rm.REGISTERED
    try:
        context.guti = Guti(amf.config.guami, amf.registry.new_tmsi(context))
        amf.contexts.save(context)
    except StoreUnavailable as error:
        context.rm = Rm.DEREGISTERED
        why, remedy = (
            f"the UE context is not kept: {error}",
            "see that the AMF's state is reachable",
        )
        raise Rejected(MmCause.CONGESTION, why, remedy) from error
    accept = RegistrationAccept(
        result=RegistrationResult.THREE_GPP_ACCESS,
        guti=context.guti,
        tai_list=context.registration_area,
        allowed_nssai=context.allowed_nssai,
        t3512_seconds=amf.config.t3512_seconds,
    )

    await ue.expect(T3550, lambda: send_with_context(amf, ue, accept), RegistrationComplete)
    amf.paging.answered(ue)
    await agent_reachable(amf, context)


async def _reject(amf: Amf, ue: Ue, rejected: Rejected) -> None:
    amf.explanations.add(
        ue.name, "registration", rejected.cause.name, rejected.why, rejected.remedy
    )
    await ue.send_nas(RegistrationReject(rejected.cause))
    await release_n2(ue, Cause("nas", "normal-release"))
