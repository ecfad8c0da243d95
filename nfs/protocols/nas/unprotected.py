"""What is acted on without integrity protection (TS 24.501 clauses 4.4.4.2 and 4.4.4.3)."""

from __future__ import annotations

from typing import Final

from nfs.protocols.nas import mm

ACCEPTED_UNPROTECTED_BY_UE: Final[frozenset[int]] = frozenset(
    {
        mm.IdentityRequest.MESSAGE_TYPE,
        mm.AuthenticationRequest.MESSAGE_TYPE,
        mm.AuthenticationResult.MESSAGE_TYPE,
        mm.AuthenticationReject.MESSAGE_TYPE,
        mm.RegistrationReject.MESSAGE_TYPE,
        mm.DeregistrationAcceptUe.MESSAGE_TYPE,
        mm.ServiceReject.MESSAGE_TYPE,
    }
)
"""Message types of clause 4.4.4.2, until secure exchange of NAS messages is established.

Its conditions on contents are the procedures': identity type SUCI, certain causes, no switch-off.
"""

PROCESSED_UNPROTECTED_BY_AMF: Final[frozenset[int]] = frozenset(
    {
        mm.RegistrationRequest.MESSAGE_TYPE,
        mm.IdentityResponse.MESSAGE_TYPE,
        mm.AuthenticationResponse.MESSAGE_TYPE,
        mm.AuthenticationFailure.MESSAGE_TYPE,
        mm.SecurityModeReject.MESSAGE_TYPE,
        mm.DeregistrationRequestUe.MESSAGE_TYPE,
        mm.DeregistrationAcceptNw.MESSAGE_TYPE,
        mm.ServiceRequest.MESSAGE_TYPE,
    }
)
"""Message types of clause 4.4.4.3, until secure exchange of NAS messages is established.

SERVICE REQUEST is there to be refused with cause #9, when its MAC cannot be verified.
"""
