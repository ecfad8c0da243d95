"""Registration as the UE sees it (TS 24.501 clauses 5.5.1.2, 5.4.1.3, 5.4.2)."""

from __future__ import annotations

import dataclasses

from nfs.common.identities import Guti, Snssai
from nfs.protocols.crypto import kdf
from nfs.protocols.crypto.errors import CryptoError
from nfs.protocols.nas import (
    AuthenticationFailure,
    AuthenticationReject,
    AuthenticationRequest,
    AuthenticationResponse,
    IdentityRequest,
    IdentityResponse,
    Imeisv,
    MmCause,
    RegistrationAccept,
    RegistrationComplete,
    RegistrationReject,
    RegistrationRequest,
    RegistrationType,
    SecurityModeCommand,
    SecurityModeComplete,
    SecurityModeReject,
    UeSecurityCapability,
    encode,
)
from nfs.protocols.nas.security import (
    NasSecurityContext,
    NasSecurityError,
    SecurityHeaderType,
    Side,
)
from ue_sim.ue.errors import BackOff, NoAnswer, ProcedureRejected
from ue_sim.ue.mm_state import MmEvent
from ue_sim.ue.modem import Modem
from ue_sim.ue.usim import Answer, MacWrong, NotFiveG, OutOfSynch

_NO_KEY = 7


def capability(modem: Modem) -> UeSecurityCapability:
    """The algorithms that this UE is to offer; there are all of them."""
    return UeSecurityCapability.of(modem.config.ciphering, modem.config.integrity)


async def register(modem: Modem) -> RegistrationAccept:
    """Initial registration; raises ProcedureRejected."""
    async with modem.procedure():
        modem.forget_registration(keep_guti=True)
        modem.security = None
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
    modem.t3346.check("registration")
    modem.happens(MmEvent.REGISTRATION_REQUESTED)
    try:
        accept = await _exchange(modem, kind, uplink_data_status)
    except NoAnswer:
        modem.happens(MmEvent.REGISTRATION_FAILED)
        modem.release_locally()
        raise
    except BackOff:
        modem.happens(MmEvent.REGISTRATION_FAILED)
        raise
    except ProcedureRejected:
        modem.happens(MmEvent.REGISTRATION_REJECTED)
        modem.on_session_status(frozenset())
        raise
    modem.happens(MmEvent.REGISTRATION_ACCEPTED)
    if accept.pdu_session_status is not None:
        modem.on_session_status(accept.pdu_session_status)
    return accept


async def _exchange(
    modem: Modem, kind: RegistrationType, uplink_data_status: frozenset[int] | None
) -> RegistrationAccept:
    request = RegistrationRequest(
        registration=(kind, kind is not RegistrationType.PERIODIC_UPDATING),
        ng_ksi=modem.security.ng_ksi if modem.security else _NO_KEY,
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
    )
    if modem.security is None:
        await modem.send(request)
    else:
        # An initial message is not ciphered: it holds cleartext elements, and all of them
        # ciphered in the NAS message container (clause 4.4.6).
        container = modem.security.cipher_container(encode(complete))
        protected = dataclasses.replace(request, nas_message_container=container)
        await modem.send(protected, SecurityHeaderType.INTEGRITY)
    k_seaf: bytes | None = None
    hint = ""
    while True:
        message = await modem.expect(
            AuthenticationRequest,
            AuthenticationReject,
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
                k_seaf, hint = await _authenticate(modem, message)
            case SecurityModeCommand():
                await _establish_security(modem, message, k_seaf, complete)
            case AuthenticationReject():
                raise ProcedureRejected("authentication", "AUTHENTICATION_REJECT", hint)
            case RegistrationReject(
                cause=MmCause.CONGESTION, t3346_seconds=int() | float() as seconds
            ):
                raise modem.t3346.start("registration", seconds)
            case RegistrationReject(cause=cause):
                raise ProcedureRejected("registration", cause.name)
            case RegistrationAccept():
                if isinstance(message.guti, Guti):
                    modem.guti = message.guti
                if message.t3512_seconds is not None:
                    modem.t3512_seconds = message.t3512_seconds
                await modem.send(RegistrationComplete())
                return message


async def _authenticate(modem: Modem, request: AuthenticationRequest) -> tuple[bytes | None, str]:
    """Answer the challenge; returns KSEAF, or why there is none."""
    network = modem.config.home.serving_network_name
    outcome = modem.usim.challenge(request.rand or b"", request.autn or b"", network)
    match outcome:
        case Answer(res_star, k_seaf):
            await modem.send(AuthenticationResponse(res_star))
            return k_seaf, ""
        case MacWrong(hint):
            await modem.send(AuthenticationFailure(MmCause.MAC_FAILURE))
            return None, hint
        case OutOfSynch(auts):
            await modem.send(AuthenticationFailure(MmCause.SYNCH_FAILURE, auts))
            return None, "the sequence number was out of range"
        case NotFiveG():
            cause = MmCause.NON_5G_AUTHENTICATION_UNACCEPTABLE
            await modem.send(AuthenticationFailure(cause))
            return None, "the separation bit of the AMF field is not set"


async def _establish_security(
    modem: Modem,
    command: SecurityModeCommand,
    k_seaf: bytes | None,
    complete: RegistrationRequest,
) -> None:
    """Take the new context into use, if the command is genuine and no algorithm was bid down."""
    if k_seaf is None or command.replayed_ue_security_capability != capability(modem):
        await modem.send(SecurityModeReject(MmCause.UE_SECURITY_CAPABILITIES_MISMATCH))
        return
    try:
        security = NasSecurityContext(
            ng_ksi=command.ng_ksi,
            k_amf=kdf.k_amf(k_seaf, modem.config.digits, bytes(2)),
            integrity=command.algorithms.integrity,
            ciphering=command.algorithms.ciphering,
            side=Side.UE,
        )
        security.unprotect(modem.last_octets)
    except (NasSecurityError, CryptoError):
        await modem.send(SecurityModeReject(MmCause.SECURITY_MODE_REJECTED_UNSPECIFIED))
        return
    modem.security = security
    imeisv = Imeisv(modem.config.imeisv) if command.imeisv_request else None
    await modem.send(
        SecurityModeComplete(imeisv, encode(complete)), SecurityHeaderType.INTEGRITY_CIPHERED_NEW
    )
