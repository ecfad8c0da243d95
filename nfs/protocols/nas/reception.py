"""What becomes of an inbound NAS message: exactly one of three outcomes (TS 24.501 clauses 4.4, 7).

Both sides of N1 use this: the UE and the AMF receive octets, and every octet string ends as a
message to be handled, a cause to be answered, or a reason for which it was silently discarded.
"""

from __future__ import annotations

from dataclasses import dataclass

from nfs.protocols.nas import MmCause, NasDiscard, NasMessage, NasReject, SmCause, decode
from nfs.protocols.nas.security import NasSecurityContext, NasSecurityError
from nfs.protocols.nas.security_header import inner_plain, is_protected


@dataclass(frozen=True, slots=True)
class Received:
    """A message to be handled; ``protected`` says that its integrity was verified."""

    message: NasMessage
    plain: bytes
    protected: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A message to be answered with ``cause``; ``protected`` as of Received."""

    cause: MmCause | SmCause
    reason: str
    message_type: int | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Discarded:
    """A message that is dropped without an answer."""

    reason: str


Outcome = Received | Refused | Discarded


def receive(
    octets: bytes, security: NasSecurityContext | None, acceptable_unprotected: frozenset[int]
) -> Outcome:
    """Verify, decipher and decode one message.

    Without a security context, or when verification fails, only the message types in
    ``acceptable_unprotected`` go through, marked as not protected (TS 24.501 clause 4.4.4).
    """
    failure = "it is not integrity protected"
    plain = octets
    if is_protected(octets):
        if security is not None:
            try:
                return _decode(security.unprotect(octets), protected=True)
            except NasSecurityError as error:
                failure = error.reason
        else:
            failure = "there is no NAS security context to verify it with"
        inner = inner_plain(octets)
        if inner is None:
            return Discarded(failure)
        plain = inner
    outcome = _decode(plain, protected=False)
    if isinstance(outcome, Refused) and outcome.message_type not in acceptable_unprotected:
        unknown = outcome.cause is MmCause.MESSAGE_TYPE_NON_EXISTENT_OR_NOT_IMPLEMENTED
        if security is not None or not unknown:
            return Discarded(f"{outcome.reason}; {failure}")
    if isinstance(outcome, Received) and outcome.message.MESSAGE_TYPE not in acceptable_unprotected:
        return Discarded(f"{outcome.message.NAME}: {failure}")
    return outcome


def _decode(plain: bytes, *, protected: bool) -> Outcome:
    try:
        return Received(decode(plain), plain, protected)
    except NasReject as error:
        return Refused(error.cause, error.reason, error.message_type, protected)
    except NasDiscard as error:
        return Discarded(error.reason)
