"""What can be wrong with PFCP octets (TS 29.244 clause 7.6)."""

from __future__ import annotations

from nfs.protocols.pfcp.enums import Cause


class PfcpError(Exception):
    """Octets that are no PFCP message to be handled."""


class PfcpDiscard(PfcpError):
    """To be dropped without an answer: too short, or of an unknown message type (7.6.2, 7.6.3)."""


class VersionNotSupported(PfcpError):
    """To be answered with PFCP VERSION NOT SUPPORTED RESPONSE (7.6.1)."""

    def __init__(self, version: int, sequence: int) -> None:
        super().__init__(f"PFCP version {version}")
        self.sequence = sequence


class PfcpReject(PfcpError):
    """A request to be answered with ``cause`` and, where one is at fault, the IE's type (7.6.4)."""

    def __init__(
        self,
        cause: Cause,
        reason: str,
        *,
        offending_ie: int | None = None,
        message_type: int = 0,
        sequence: int = 0,
        seid: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.cause = cause
        self.offending_ie = offending_ie
        self.message_type = message_type
        self.sequence = sequence
        self.seid = seid
