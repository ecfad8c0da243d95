"""Registration as the UE sees it (TS 24.501 clauses 5.5.1.2, 5.4.1.3, 5.4.2)."""

from __future__ import annotations

import dataclasses

from nfs.common.identities import Guti, Snssai
from nfs.protocols.nas import (
    AuthenticationReject,
    AuthenticationRequest,
    AuthenticationResult,
    IdentityRequest,
    IdentityResponse,
    MmCause,
    RegistrationAccept,
    RegistrationComplete,
    RegistrationReject,
    RegistrationRequest,
    RegistrationType,
    SecurityModeCommand,
    encode,
)
from nfs.protocols.nas.security_header import SecurityHeaderType
from ue_sim.ue.authentication import NO_KEY
from ue_sim.ue.errors import BackOff, NoAnswer, ProcedureRejected
from ue_sim.ue.mm_state import MmEvent
from ue_sim.ue.modem import Modem
from ue_sim.ue.security_mode import capability, establish_security


async def register(modem: Modem) -> RegistrationAccept:
    """Initial registration; raises ProcedureRejected."""
    async with modem.procedure():
        modem.forget_registration(keep_guti=True)
        return await _register(modem, RegistrationType.INITIAL)


async def update_registration(
    modem: Modem,
    kind: RegistrationType = RegistrationType.MOBILITY_UPDATING,
    uplink_data_status: frozenset[int] | None = None,
) -> RegistrationAccept:
    """Mobility or periodic registration update (clause 5.5.1.3), under the security context that
    there is; ``uplink_data_status`` names the sessions whose user plane is wanted."""
    async with modem.procedure():
        return await _register(modem, kind, uplink_data_status)


async def _register(
    modem: Modem, kind: RegistrationType, uplink_data_status: frozenset[int] | None = None
) -> RegistrationAccept:
    if not modem.usim.valid:
        raise ProcedureRejected("registration", "USIM_INVALID", modem.authentication.hint)
    modem.t3346.check("registration")
    modem.happens(MmEvent.REGISTRATION_REQUESTED)
    try:
        accept = await _exchange(modem, kind, uplink_data_status)
    except BackOff:
        modem.happens(MmEvent.REGISTRATION_FAILED)
        raise
    except BaseException as failure:
        if isinstance(failure, ProcedureRejected) and not isinstance(failure, NoAnswer):
            modem.happens(MmEvent.REGISTRATION_REJECTED)
            modem.on_session_status(frozenset())
        else:
            # No answer, a lower layer that failed (5.5.1.2.7 b), or nobody waits for it any more.
            modem.happens(MmEvent.REGISTRATION_FAILED)
            modem.release_locally()
        raise
    modem.happens(MmEvent.REGISTRATION_ACCEPTED)
    if accept.pdu_session_status is not None:
        modem.on_session_status(accept.pdu_session_status)
    return accept


async def _exchange(
    modem: Modem, kind: RegistrationType, uplink_data_status: frozenset[int] | None
) -> RegistrationAccept:
    complete = await _send_request(modem, kind, uplink_data_status)
    while True:
        message = await modem.expect(
            AuthenticationRequest,
            AuthenticationReject,
            AuthenticationResult,
            IdentityRequest,
            SecurityModeCommand,
            RegistrationAccept,
            RegistrationReject,
            seconds=modem.timer("T3510"),
        )
        match message:
            case IdentityRequest():
                await modem.send(IdentityResponse(modem.suci))
            case AuthenticationRequest():
                await modem.authentication.answer(message)
            case AuthenticationResult():
                modem.authentication.result(message)
            case SecurityModeCommand():
                await establish_security(modem, message, complete)
            case AuthenticationReject():
                raise modem.authentication.rejected(message)
            case RegistrationReject(
                cause=MmCause.CONGESTION, t3346_seconds=int() | float() as seconds
            ):
                raise modem.t3346.start("registration", seconds)
            case RegistrationReject(cause=cause):
                raise ProcedureRejected("registration", cause.name)
            case RegistrationAccept():
                if isinstance(message.guti, Guti):
                    modem.guti = message.guti
                modem.registration_area = message.tai_list or modem.registration_area
                modem.mico = modem.asks_for_mico = message.mico_indication is not None
                if message.t3512_seconds is not None:
                    modem.t3512_seconds = message.t3512_seconds
                await modem.send(RegistrationComplete())
                return message


async def _send_request(
    modem: Modem, kind: RegistrationType, uplink_data_status: frozenset[int] | None
) -> RegistrationRequest:
    """Returns the complete request, of which only a part may travel in the clear."""
    request = RegistrationRequest(
        registration=(kind, kind is not RegistrationType.PERIODIC_UPDATING),
        ng_ksi=modem.security.ng_ksi if modem.security else NO_KEY,
        identity=modem.guti or modem.suci,
        ue_security_capability=capability(modem),
    )
    wanted = modem.config.requested_nssai or (modem.config.s_nssai,)
    initial = kind is RegistrationType.INITIAL
    complete = dataclasses.replace(
        request,
        requested_nssai=tuple(Snssai.parse(each) for each in wanted),
        uplink_data_status=uplink_data_status,
        pdu_session_status=None if initial else modem.session_status(),
        mico_indication=0 if modem.asks_for_mico else None,
    )
    if modem.security is None:
        await modem.send(request)
    else:
        # An initial message is not ciphered: it holds cleartext elements, and all of them
        # ciphered in the NAS message container (clause 4.4.6).
        container = modem.security.cipher_container(encode(complete))
        protected = dataclasses.replace(request, nas_message_container=container)
        await modem.send(protected, SecurityHeaderType.INTEGRITY)
    return complete
