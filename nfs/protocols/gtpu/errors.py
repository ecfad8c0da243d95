"""What can be wrong with GTP-U octets."""

from __future__ import annotations


class GtpuError(Exception):
    """To be dropped: too short, of another version, or of an unknown message type."""


class UnsupportedExtensionHeader(GtpuError):
    """To be answered with SUPPORTED EXTENSION HEADERS NOTIFICATION (TS 29.281 clause 5.2.1)."""

    def __init__(self, kind: int, sequence: int | None) -> None:
        super().__init__(f"extension header {kind:#04x} has to be comprehended and is unknown")
        self.kind = kind
        self.sequence = sequence
