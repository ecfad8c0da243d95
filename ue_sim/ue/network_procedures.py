"""What the network may begin on its own while the UE is registered (TS 24.501 clause 5.4)."""

from __future__ import annotations

from nfs.common.identities import Guti
from nfs.protocols.nas import (
    AuthenticationReject,
    AuthenticationRequest,
    ConfigurationUpdateCommand,
    ConfigurationUpdateComplete,
    DeregistrationRequestNw,
    IdentityRequest,
    IdentityResponse,
    IdentityType,
    Imei,
    Imeisv,
    MobileIdentity,
    NasMessage,
    NoIdentity,
    SecurityModeCommand,
)
from nfs.protocols.nas.mm import Notification, NotificationResponse
from ue_sim.ue.deregistration import deregistered_by_network
from ue_sim.ue.modem import Modem
from ue_sim.ue.registration import update_registration
from ue_sim.ue.security_mode import establish_security


def answer_the_network(modem: Modem) -> None:
    """Let these procedures answer what comes outside of the UE's own."""
    modem.commands[ConfigurationUpdateCommand] = lambda m: update_configuration(modem, m)
    modem.commands[DeregistrationRequestNw] = lambda m: deregistered_by_network(modem, m)
    modem.commands[IdentityRequest] = lambda m: identify(modem, m)
    modem.commands[AuthenticationRequest] = modem.authentication.answer
    modem.commands[AuthenticationReject] = lambda m: rejected(modem, m)
    modem.commands[SecurityModeCommand] = lambda m: establish_security(modem, m)
    modem.commands[Notification] = lambda m: notified(modem, m)


async def update_configuration(modem: Modem, message: NasMessage) -> None:
    """Generic UE configuration update (5.4.4)."""
    assert isinstance(message, ConfigurationUpdateCommand)  # noqa: S101 - wired for it only
    if isinstance(message.guti, Guti):
        modem.guti = message.guti
    modem.registration_area = message.tai_list or modem.registration_area
    modem.asks_for_mico = modem.asks_for_mico or message.mico_indication is not None
    if message.acknowledgement_requested:
        await modem.send(ConfigurationUpdateComplete())
    if message.registration_requested:
        await update_registration(modem)


async def identify(modem: Modem, message: NasMessage) -> None:
    """Identification (5.4.3)."""
    assert isinstance(message, IdentityRequest)  # noqa: S101 - wired for it only
    await modem.send(IdentityResponse(own_identity(modem, message.identity_type)))


def own_identity(modem: Modem, kind: IdentityType) -> MobileIdentity:
    match kind:
        case IdentityType.SUCI:
            return modem.suci
        case IdentityType.GUTI if modem.guti is not None:
            return modem.guti
        case IdentityType.IMEI:
            return Imei(modem.config.imeisv[:15])
        case IdentityType.IMEISV:
            return Imeisv(modem.config.imeisv)
        case _:
            return NoIdentity()


async def rejected(modem: Modem, message: NasMessage) -> None:
    """Authentication not accepted by the network (5.4.1.3.5)."""
    assert isinstance(message, AuthenticationReject)  # noqa: S101 - wired for it only
    modem.forget_registration(keep_guti=False)
    raise modem.authentication.rejected(message)


async def notified(modem: Modem, _message: NasMessage) -> None:
    """Notification (5.6.3): the UE has no non-3GPP access; it says which sessions it has."""
    await modem.send(NotificationResponse(modem.session_status()))
