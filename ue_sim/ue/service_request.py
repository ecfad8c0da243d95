"""Service request as the UE sees it (TS 24.501 clause 5.6.1): from idle mode to a connection."""

from __future__ import annotations

import dataclasses

from nfs.protocols.nas import (
    MmCause,
    ServiceAccept,
    ServiceReject,
    ServiceRequest,
    ServiceType,
    Tmsi5gS,
    encode,
)
from nfs.protocols.nas.security_header import SecurityHeaderType
from ue_sim.ue.errors import ProcedureRejected
from ue_sim.ue.mm_state import MmEvent, MmState
from ue_sim.ue.modem import Modem
from ue_sim.ue.registration import register

_REGISTER_ANEW = (
    MmCause.UE_IDENTITY_CANNOT_BE_DERIVED_BY_THE_NETWORK,
    MmCause.IMPLICITLY_DEREGISTERED,
)
_STAYS_REGISTERED = (MmCause.CONGESTION, MmCause.RESTRICTED_SERVICE_AREA)


async def request_service(
    modem: Modem, kind: ServiceType, uplink_data_status: frozenset[int] | None = None
) -> frozenset[int]:
    """Returns the sessions whose user plane was asked for and is not there; raises
    ProcedureRejected.

    A UE that the network does not know any more registers anew, and has no sessions then.
    """
    async with modem.procedure():
        if modem.connected and uplink_data_status is None:
            return frozenset()
        if modem.state is MmState.DEREGISTERED or modem.guti is None or modem.security is None:
            raise ProcedureRejected("service request", "NOT_REGISTERED")
        if kind is ServiceType.MOBILE_TERMINATED_SERVICES:
            modem.t3346.stop()
        modem.t3346.check("service request")
        modem.happens(MmEvent.SERVICE_REQUESTED)
        try:
            await _send(modem, kind, uplink_data_status)
            answer = await modem.expect(ServiceAccept, ServiceReject, seconds=modem.timer("T3517"))
        except BaseException:
            # No answer, a lower layer that failed (5.6.1.7 b), or nobody waits for it any more.
            modem.happens(MmEvent.SERVICE_FAILED)
            modem.release_locally()
            raise
        if isinstance(answer, ServiceAccept):
            modem.happens(MmEvent.SERVICE_ACCEPTED)
            if answer.pdu_session_status is not None:
                modem.on_session_status(answer.pdu_session_status)
            return answer.reactivation_result or frozenset()
        assert isinstance(answer, ServiceReject)  # noqa: S101 - all that is left
        modem.happens(MmEvent.SERVICE_FAILED)
        if answer.cause not in _STAYS_REGISTERED:
            modem.forget_registration(keep_guti=answer.cause is MmCause.IMPLICITLY_DEREGISTERED)
        await modem.released()
    if answer.cause is MmCause.CONGESTION and answer.t3346_seconds is not None:
        raise modem.t3346.start("service request", answer.t3346_seconds)
    if answer.cause not in _REGISTER_ANEW:
        raise ProcedureRejected("service request", answer.cause.name)
    await register(modem)
    return uplink_data_status or frozenset()


async def _send(modem: Modem, kind: ServiceType, uplink_data_status: frozenset[int] | None) -> None:
    """In the clear go the elements that may, all of them ciphered in the container (4.4.6)."""
    assert modem.guti is not None  # noqa: S101 - checked by the caller
    assert modem.security is not None  # noqa: S101
    guami = modem.guti.guami
    cleartext = ServiceRequest(
        ng_ksi=modem.security.ng_ksi,
        service_type=kind,
        tmsi=Tmsi5gS(guami.set_id, guami.pointer, modem.guti.tmsi),
    )
    complete = dataclasses.replace(
        cleartext,
        uplink_data_status=uplink_data_status,
        pdu_session_status=modem.session_status(),
    )
    if modem.connected:
        await modem.send(complete)
        return
    container = modem.security.cipher_container(encode(complete))
    initial = dataclasses.replace(cleartext, nas_message_container=container)
    paged = kind is ServiceType.MOBILE_TERMINATED_SERVICES
    modem.establishment_cause = "mt-Access" if paged else "mo-Data"
    await modem.send(initial, SecurityHeaderType.INTEGRITY)
