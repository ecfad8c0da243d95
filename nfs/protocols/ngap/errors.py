"""Protocol errors (TS 38.413 clause 10)."""

from __future__ import annotations

__all__ = ["AbstractSyntaxError", "NgapError", "TransferSyntaxError"]


class NgapError(Exception):
    """Octets that are no NGAP message to be handled."""


class TransferSyntaxError(NgapError):
    """The octets cannot be decoded (10.2)."""


class AbstractSyntaxError(NgapError):
    """Decoded, but a procedure or element is unknown or a mandatory one is missing (10.3)."""

    def __init__(
        self,
        reason: str,
        *,
        procedure_code: int,
        amf_ue_ngap_id: int | None = None,
        ran_ue_ngap_id: int | None = None,
        initiating: bool = True,
    ) -> None:
        super().__init__(reason)
        self.procedure_code = procedure_code
        self.amf_ue_ngap_id = amf_ue_ngap_id
        self.ran_ue_ngap_id = ran_ue_ngap_id
        self.initiating = initiating
