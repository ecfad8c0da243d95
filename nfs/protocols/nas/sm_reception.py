"""What becomes of an inbound 5GSM message (TS 24.501 clause 7), at the UE and at the SMF.

Every octet string ends as a message to be handled, as an answer to be sent, or discarded. What
depends on the sessions and procedures there are (#43, #47, #98) is for whoever keeps these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nfs.protocols.nas.causes import SmCause
from nfs.protocols.nas.codec import SM_DISCRIMINATOR, decode
from nfs.protocols.nas.errors import NasDiscard, NasReject
from nfs.protocols.nas.session_ies import NO_PTI, RESERVED_PTI, SESSION_IDENTITIES
from nfs.protocols.nas.sm import (
    PduSessionAuthenticationCommand,
    PduSessionAuthenticationComplete,
    PduSessionAuthenticationResult,
    PduSessionEstablishmentAccept,
    PduSessionEstablishmentReject,
    PduSessionEstablishmentRequest,
    PduSessionModificationCommand,
    PduSessionModificationCommandReject,
    PduSessionModificationComplete,
    PduSessionModificationReject,
    PduSessionModificationRequest,
    PduSessionReleaseCommand,
    PduSessionReleaseComplete,
    PduSessionReleaseReject,
    PduSessionReleaseRequest,
    SmMessage,
    SmStatus,
)


@dataclass(frozen=True, slots=True)
class SmReceived:
    message: SmMessage


@dataclass(frozen=True, slots=True)
class SmRefused:
    """``answer`` is to be sent back."""

    answer: SmMessage
    reason: str


@dataclass(frozen=True, slots=True)
class SmDiscarded:
    reason: str


SmOutcome = SmReceived | SmRefused | SmDiscarded
_Refusal = Callable[[int, int, SmCause], SmMessage]

_UPLINK: dict[int, _Refusal] = {
    PduSessionEstablishmentRequest.MESSAGE_TYPE: PduSessionEstablishmentReject,
    PduSessionAuthenticationComplete.MESSAGE_TYPE: SmStatus,
    PduSessionModificationRequest.MESSAGE_TYPE: PduSessionModificationReject,
    PduSessionModificationComplete.MESSAGE_TYPE: SmStatus,
    PduSessionModificationCommandReject.MESSAGE_TYPE: SmStatus,
    PduSessionReleaseRequest.MESSAGE_TYPE: PduSessionReleaseReject,
    PduSessionReleaseComplete.MESSAGE_TYPE: SmStatus,
    SmStatus.MESSAGE_TYPE: SmStatus,
}
"""What the UE sends, and how the network answers it when a mandatory element is wrong (7.5.1)."""


def _release_complete(session_id: int, pti: int, cause: SmCause) -> SmMessage:
    return PduSessionReleaseComplete(session_id, pti, cause)


_DOWNLINK: dict[int, _Refusal] = {
    PduSessionEstablishmentAccept.MESSAGE_TYPE: SmStatus,
    PduSessionEstablishmentReject.MESSAGE_TYPE: SmStatus,
    PduSessionAuthenticationCommand.MESSAGE_TYPE: SmStatus,
    PduSessionAuthenticationResult.MESSAGE_TYPE: SmStatus,
    PduSessionModificationReject.MESSAGE_TYPE: SmStatus,
    PduSessionModificationCommand.MESSAGE_TYPE: PduSessionModificationCommandReject,
    PduSessionReleaseReject.MESSAGE_TYPE: SmStatus,
    PduSessionReleaseCommand.MESSAGE_TYPE: _release_complete,
    SmStatus.MESSAGE_TYPE: SmStatus,
}
"""What the network sends, and how the UE answers it when a mandatory element is wrong."""

_REQUESTS = frozenset(
    {
        PduSessionEstablishmentRequest.MESSAGE_TYPE,
        PduSessionModificationRequest.MESSAGE_TYPE,
        PduSessionReleaseRequest.MESSAGE_TYPE,
    }
)
_ANSWERS_TO_REQUESTS = frozenset(
    {
        PduSessionEstablishmentAccept.MESSAGE_TYPE,
        PduSessionEstablishmentReject.MESSAGE_TYPE,
        PduSessionModificationReject.MESSAGE_TYPE,
        PduSessionReleaseReject.MESSAGE_TYPE,
    }
)
_WITHOUT_PTI = frozenset(
    {
        PduSessionAuthenticationCommand.MESSAGE_TYPE,
        PduSessionAuthenticationComplete.MESSAGE_TYPE,
        PduSessionAuthenticationResult.MESSAGE_TYPE,
    }
)


def receive_at_network(octets: bytes) -> SmOutcome:
    """A message of the UE."""
    return _receive(octets, _UPLINK)


def receive_at_ue(octets: bytes) -> SmOutcome:
    """A message of the network."""
    return _receive(octets, _DOWNLINK)


def _receive(octets: bytes, known: dict[int, _Refusal]) -> SmOutcome:
    if len(octets) < 4 or octets[0] != SM_DISCRIMINATOR:
        return SmDiscarded("not a 5GSM message, or one cut short (7.2.1)")
    session_id, pti, kind = octets[1:4]
    if pti == RESERVED_PTI:
        return SmDiscarded("the PTI is reserved (7.3.1)")
    if session_id not in SESSION_IDENTITIES:
        return SmDiscarded(f"PDU session identity {session_id} is not one (7.3.2)")
    if kind not in known:
        cause = SmCause.MESSAGE_TYPE_NON_EXISTENT_OR_NOT_IMPLEMENTED
        return SmRefused(SmStatus(session_id, pti, cause), f"message type {kind:#04x} (7.4)")
    if kind in _ANSWERS_TO_REQUESTS and pti == NO_PTI:
        return SmDiscarded("an answer without a PTI (7.3.1)")
    if (kind in _REQUESTS and pti == NO_PTI) or (kind in _WITHOUT_PTI and pti != NO_PTI):
        cause = SmCause.INVALID_PTI_VALUE
        return SmRefused(SmStatus(session_id, pti, cause), f"PTI {pti} (7.3.1)")
    try:
        message = decode(octets)
    except NasReject as error:
        if kind == SmStatus.MESSAGE_TYPE:  # a status is never answered with another
            return SmDiscarded(error.reason)
        cause = SmCause.INVALID_MANDATORY_INFORMATION
        return SmRefused(known[kind](session_id, pti, cause), error.reason)
    except NasDiscard as error:
        return SmDiscarded(error.reason)
    assert isinstance(message, SmMessage)  # noqa: S101 - by the discriminator
    return SmReceived(message)
