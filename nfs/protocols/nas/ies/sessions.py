"""PDU session status and its kin (TS 24.501 clauses 9.11.3.42 to 44, 9.11.3.57, 9.11.3.13)."""

from __future__ import annotations

from nfs.protocols.nas.causes import MmCause
from nfs.protocols.nas.framing import Codec, Malformed
from nfs.protocols.nas.ies.primitives import MM_CAUSE, need


def _decode_sessions(octets: bytes) -> frozenset[int]:
    """PDU session identities 1 to 15; what follows the two octets is spare, as is bit 1."""
    mask = int.from_bytes(need(octets, 2)[:2], "little")
    return frozenset(i for i in range(1, 16) if mask >> i & 1)


def _encode_sessions(sessions: frozenset[int]) -> bytes:
    return sum(1 << i for i in sessions).to_bytes(2, "little")


def _decode_errors(octets: bytes) -> tuple[tuple[int, MmCause], ...]:
    if len(octets) % 2:
        raise Malformed("a PDU session identity without a cause")
    pairs = range(0, len(octets), 2)
    return tuple((octets[i], MM_CAUSE.decode(octets[i + 1 : i + 2])) for i in pairs)


def _encode_errors(errors: tuple[tuple[int, MmCause], ...]) -> bytes:
    return b"".join(bytes((session, cause)) for session, cause in errors)


SESSIONS = Codec(_decode_sessions, _encode_sessions)
REACTIVATION_ERRORS = Codec(_decode_errors, _encode_errors)
