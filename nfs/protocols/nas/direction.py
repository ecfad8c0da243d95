"""Which 5GMM messages go which way, and what is wrong with one that nobody expects."""

from __future__ import annotations

from nfs.protocols.nas import mm
from nfs.protocols.nas.causes import MmCause
from nfs.protocols.nas.framing import NasMessage
from nfs.protocols.nas.security import Side

UPLINK: frozenset[type[NasMessage]] = frozenset(
    {
        mm.AuthenticationFailure,
        mm.AuthenticationResponse,
        mm.ConfigurationUpdateComplete,
        mm.DeregistrationAcceptNw,
        mm.DeregistrationRequestUe,
        mm.IdentityResponse,
        mm.MmStatus,
        mm.NotificationResponse,
        mm.RegistrationComplete,
        mm.RegistrationRequest,
        mm.SecurityModeComplete,
        mm.SecurityModeReject,
        mm.ServiceRequest,
        mm.UlNasTransport,
    }
)
DOWNLINK: frozenset[type[NasMessage]] = frozenset(
    {
        mm.AuthenticationReject,
        mm.AuthenticationRequest,
        mm.AuthenticationResult,
        mm.ConfigurationUpdateCommand,
        mm.DeregistrationAcceptUe,
        mm.DeregistrationRequestNw,
        mm.DlNasTransport,
        mm.IdentityRequest,
        mm.MmStatus,
        mm.Notification,
        mm.RegistrationAccept,
        mm.RegistrationReject,
        mm.SecurityModeCommand,
        mm.ServiceAccept,
        mm.ServiceReject,
    }
)


def why_unexpected(message: NasMessage, receiver: Side) -> MmCause:
    """The cause of 5GMM STATUS (TS 24.501 clause 7.4): a message of the other direction counts as
    one that does not exist."""
    known = UPLINK if receiver is Side.NETWORK else DOWNLINK
    if type(message) in known:
        return MmCause.MESSAGE_TYPE_NOT_COMPATIBLE_WITH_THE_PROTOCOL_STATE
    return MmCause.MESSAGE_TYPE_NON_EXISTENT_OR_NOT_IMPLEMENTED
