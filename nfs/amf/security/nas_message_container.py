"""The complete initial message in the NAS message container (TS 24.501 clause 4.4.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from nfs.amf.errors import Rejected
from nfs.protocols.nas import MmCause, NasError, NasMessage, decode

if TYPE_CHECKING:
    from nfs.amf.ue.ue import Ue

M = TypeVar("M", bound=NasMessage)


def deciphered(ue: Ue, container: bytes) -> bytes:
    """The value of the container of the protected message that was received last."""
    assert ue.context.security is not None  # noqa: S101 - the message's integrity was verified
    return ue.context.security.decipher_container(container)


def initial_message(octets: bytes, kind: type[M]) -> M:
    """The message inside, which is to be of the ``kind`` of the one outside; raises Rejected."""
    try:
        message = decode(octets)
    except NasError as error:
        why = f"NAS message container: {error}"
        raise Rejected(MmCause.INVALID_MANDATORY_INFORMATION, why, "see the UE's log") from error
    if not isinstance(message, kind):
        why = f"the NAS message container holds {message.NAME}"
        raise Rejected(MmCause.SEMANTICALLY_INCORRECT_MESSAGE, why, "see the UE's log")
    return message
