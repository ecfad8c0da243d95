"""5GMM messages, each as its table in TS 24.501 clause 8.2."""

from nfs.protocols.nas.mm.authentication import (
    AuthenticationFailure,
    AuthenticationReject,
    AuthenticationRequest,
    AuthenticationResponse,
    AuthenticationResult,
    IdentityRequest,
    IdentityResponse,
)
from nfs.protocols.nas.mm.base import MmMessage
from nfs.protocols.nas.mm.configuration_update import (
    ConfigurationUpdateCommand,
    ConfigurationUpdateComplete,
)
from nfs.protocols.nas.mm.deregistration import (
    DeregistrationAcceptNw,
    DeregistrationAcceptUe,
    DeregistrationRequestNw,
    DeregistrationRequestUe,
)
from nfs.protocols.nas.mm.registration import (
    RegistrationAccept,
    RegistrationComplete,
    RegistrationReject,
    RegistrationRequest,
)
from nfs.protocols.nas.mm.security_mode import (
    SecurityModeCommand,
    SecurityModeComplete,
    SecurityModeReject,
)
from nfs.protocols.nas.mm.service import (
    Notification,
    NotificationResponse,
    ServiceAccept,
    ServiceReject,
    ServiceRequest,
)
from nfs.protocols.nas.mm.transport import DlNasTransport, MmStatus, UlNasTransport

__all__ = [
    "AuthenticationFailure",
    "AuthenticationReject",
    "AuthenticationRequest",
    "AuthenticationResponse",
    "AuthenticationResult",
    "ConfigurationUpdateCommand",
    "ConfigurationUpdateComplete",
    "DeregistrationAcceptNw",
    "DeregistrationAcceptUe",
    "DeregistrationRequestNw",
    "DeregistrationRequestUe",
    "DlNasTransport",
    "IdentityRequest",
    "IdentityResponse",
    "MmMessage",
    "MmStatus",
    "Notification",
    "NotificationResponse",
    "RegistrationAccept",
    "RegistrationComplete",
    "RegistrationReject",
    "RegistrationRequest",
    "SecurityModeCommand",
    "SecurityModeComplete",
    "SecurityModeReject",
    "ServiceAccept",
    "ServiceReject",
    "ServiceRequest",
    "UlNasTransport",
]
