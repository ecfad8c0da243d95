"""Plain NAS messages to octets and back (TS 24.501 clauses 8 and 9.1)."""

from __future__ import annotations

from nfs.protocols.nas import mm, sm
from nfs.protocols.nas.body import decode_body, encode_body
from nfs.protocols.nas.causes import MmCause, SmCause
from nfs.protocols.nas.errors import NasDiscard, NasReject
from nfs.protocols.nas.framing import Malformed, NasMessage

MM_DISCRIMINATOR = 0x7E
SM_DISCRIMINATOR = 0x2E
MAX_MESSAGE = 65_535


_MM = {kind.MESSAGE_TYPE: kind for kind in mm.MmMessage.__subclasses__()}
_SM = {kind.MESSAGE_TYPE: kind for kind in sm.SmMessage.__subclasses__()}


def decode(octets: bytes) -> NasMessage:
    """Read a plain message; raises NasDiscard or NasReject, and nothing else."""
    if len(octets) < 3:
        raise NasDiscard(f"{len(octets)} octets are too short for a message (7.2.1)")
    if len(octets) > MAX_MESSAGE:
        raise NasDiscard(f"{len(octets)} octets are too long for a message")
    if octets[0] == MM_DISCRIMINATOR:
        return _decode_mm(octets)
    if octets[0] == SM_DISCRIMINATOR:
        return _decode_sm(octets)
    raise NasDiscard(f"extended protocol discriminator {octets[0]:#04x} is unknown")


def _decode_mm(octets: bytes) -> NasMessage:
    if octets[1] & 15:
        raise NasDiscard("a security protected message where a plain one is due")
    kind = _MM.get(octets[2])
    if kind is None:
        cause = MmCause.MESSAGE_TYPE_NON_EXISTENT_OR_NOT_IMPLEMENTED
        raise NasReject(cause, f"5GMM message type {octets[2]:#04x} is unknown", octets[2])
    try:
        return decode_body(kind, octets[3:])
    except Malformed as error:
        cause = MmCause.INVALID_MANDATORY_INFORMATION
        raise NasReject(cause, f"{kind.NAME}: {error}", octets[2]) from error


def _decode_sm(octets: bytes) -> NasMessage:
    if len(octets) < 4:
        raise NasDiscard(f"{len(octets)} octets are too short for a 5GSM message (7.2.1)")
    kind = _SM.get(octets[3])
    if kind is None:
        unknown = SmCause.MESSAGE_TYPE_NON_EXISTENT_OR_NOT_IMPLEMENTED
        raise NasReject(unknown, f"5GSM message type {octets[3]:#04x} is unknown", octets[3])
    try:
        return decode_body(kind, octets[4:], pdu_session_id=octets[1], pti=octets[2])
    except Malformed as error:
        cause = SmCause.INVALID_MANDATORY_INFORMATION
        raise NasReject(cause, f"{kind.NAME}: {error}", octets[3]) from error


def encode(message: NasMessage) -> bytes:
    if isinstance(message, sm.SmMessage):
        header = bytes((SM_DISCRIMINATOR, message.pdu_session_id, message.pti))
    else:
        header = bytes((MM_DISCRIMINATOR, 0))
    return header + bytes((message.MESSAGE_TYPE,)) + encode_body(message)


def name_of(octets: bytes) -> str:
    """The message's name for a ladder, from its header alone."""
    kind: type[NasMessage] | None
    if octets[:1] == bytes((MM_DISCRIMINATOR,)) and len(octets) > 2:
        kind = _MM.get(octets[2])
    elif octets[:1] == bytes((SM_DISCRIMINATOR,)) and len(octets) > 3:
        kind = _SM.get(octets[3])
    else:
        kind = None
    return kind.NAME if kind else "unknown NAS message"
