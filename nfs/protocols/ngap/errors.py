"""Protocol errors (TS 38.413 clause 10)."""

from __future__ import annotations

from nfs.protocols.ngap.diagnostics import CriticalityDiagnostics
from nfs.protocols.ngap.values.codec import Cause

__all__ = ["AbstractSyntaxError", "NgapError", "TransferSyntaxError"]

NO_PROCEDURE = CriticalityDiagnostics()
REJECTED = Cause("protocol", "abstract-syntax-error-reject")
FALSELY_CONSTRUCTED = Cause("protocol", "abstract-syntax-error-falsely-constructed-message")


class NgapError(Exception):
    """Octets that are no NGAP message to be handled."""


class TransferSyntaxError(NgapError):
    """The octets cannot be decoded (10.2)."""


class AbstractSyntaxError(NgapError):
    """Decoded, but an element that matters is not understood, missing or repeated (10.3)."""

    def __init__(
        self,
        reason: str,
        *,
        cause: Cause = REJECTED,
        diagnostics: CriticalityDiagnostics = NO_PROCEDURE,
        amf_ue_ngap_id: int | None = None,
        ran_ue_ngap_id: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.cause = cause
        self.diagnostics = diagnostics
        self.amf_ue_ngap_id = amf_ue_ngap_id
        self.ran_ue_ngap_id = ran_ue_ngap_id
