"""What can be wrong with NAS octets (TS 24.501 clause 7)."""

from __future__ import annotations

from nfs.protocols.nas.causes import MmCause, SmCause


class NasError(Exception):
    """Octets that are no NAS message to be handled."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NasDiscard(NasError):
    """To be dropped without an answer: too short, or of an unknown protocol (7.1, 7.2)."""


class NasReject(NasError):
    """To be answered with ``cause`` (7.4, 7.5)."""

    def __init__(
        self, cause: MmCause | SmCause, reason: str, message_type: int | None = None
    ) -> None:
        super().__init__(reason)
        self.cause = cause
        self.message_type = message_type
