"""The end of a registration: REGISTRATION ACCEPT and COMPLETE (TS 24.501 clauses 5.5.1.2.4 and
5.5.1.3.4, TS 23.502 clause 4.2.2.2.2 steps 21 and 22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.connection.context_release import release_n2
from nfs.amf.connection.initial_context import send_with_context
from nfs.amf.connection.power_saving import may_use_mico, t3512_seconds
from nfs.amf.errors import Rejected
from nfs.amf.mobility.restrictions import registration_area
from nfs.amf.registration.slice_selection import Slices
from nfs.amf.sessions.user_plane import resume_sessions
from nfs.amf.timers import T3550
from nfs.amf.ue.context import Rm
from nfs.common.identities import Guti, Tai
from nfs.common.store import StoreUnavailable
from nfs.protocols.nas import (
    MmCause,
    RegistrationAccept,
    RegistrationComplete,
    RegistrationRequest,
    RegistrationResult,
    RegistrationType,
    ServiceAreaList,
)
from nfs.protocols.ngap import Cause

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

_UPDATES = (RegistrationType.MOBILITY_UPDATING, RegistrationType.PERIODIC_UPDATING)
"""Without follow-on request, their connection ends with them (5.5.1.3.4)."""


async def accept(amf: Amf, ue: Ue, request: RegistrationRequest, slices: Slices) -> None:
    """The UE has a new 5G-GUTI when it acknowledges; until then the former one is valid too."""
    context = ue.context
    context.registration_area = registration_area(amf, context)
    context.mico = may_use_mico(context, request)
    _keep(amf, ue)
    activation = await resume_sessions(
        amf, ue, request.uplink_data_status, request.pdu_session_status
    )
    message = RegistrationAccept(
        result=RegistrationResult.THREE_GPP_ACCESS,
        guti=context.guti,
        tai_list=context.registration_area,
        allowed_nssai=slices.allowed,
        rejected_nssai=slices.rejected,
        configured_nssai=slices.configured,
        pdu_session_status=activation.status,
        reactivation_result=activation.result,
        service_area_list=_service_area(ue),
        mico_indication=0 if context.mico else None,
        t3512_seconds=t3512_seconds(amf, context),
    )
    items = list(activation.items)

    async def send() -> None:
        await send_with_context(amf, ue, message, tuple(items))
        items.clear()  # what the gNB has been asked for once it is not asked for again

    await ue.expect(T3550, send, RegistrationComplete, repeats=True)
    amf.registry.free_former(context)
    more_follows = amf.paging.answered(ue, activation.activated)
    more_follows = more_follows or bool(activation.items) or request.follow_on
    if request.registration_type in _UPDATES and not more_follows:
        await release_n2(ue, Cause("nas", "normal-release"))


def _keep(amf: Amf, ue: Ue) -> None:
    """What the UE is about to be told is in the store first."""
    context = ue.context
    before, context.rm = context.rm, Rm.REGISTERED
    try:
        tmsi = amf.registry.new_tmsi(context)
        context.guti = Guti(amf.config.guami, tmsi)
        amf.contexts.save(context)
    except StoreUnavailable as error:
        context.rm = before
        why = f"the UE context is not kept: {error}"
        remedy = "see that the AMF's state is reachable"
        raise Rejected(MmCause.CONGESTION, why, remedy) from error


def _service_area(ue: Ue) -> ServiceAreaList | None:
    subscription, here = ue.context.subscription, ue.context.tai
    if subscription is None or here is None:
        return None
    allowed = bool(subscription.allowed_tacs)
    tacs = subscription.allowed_tacs or subscription.not_allowed_tacs
    if not tacs:
        return None
    return ServiceAreaList(allowed=allowed, tais=tuple(Tai(here.plmn, tac) for tac in tacs))
