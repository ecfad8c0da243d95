"""What the sender of a message is told about its errors (TS 38.413 clause 10)."""

from __future__ import annotations

from nfs.protocols.ngap.codec import elements_of, kind_of
from nfs.protocols.ngap.diagnostics import CriticalityDiagnostics
from nfs.protocols.ngap.errors import REJECTED, AbstractSyntaxError, NgapError
from nfs.protocols.ngap.messages import (
    INITIATING,
    UNSUCCESSFUL,
    ErrorIndication,
    NgapMessage,
    OtherMessage,
)
from nfs.protocols.ngap.values.codec import Cause

__all__ = ["error_answer", "failure_of", "not_comprehended", "notification"]

_NOTIFIED = Cause("protocol", "abstract-syntax-error-ignore-and-notify")


def error_answer(error: NgapError) -> NgapMessage | None:
    """10.2, 10.3.4 and 10.3.5: never an identifier that could not be read.

    An initiating message is answered with the failure of its procedure where that can be made,
    else with ERROR INDICATION; a response that cannot be used only ends its procedure.
    """
    if not isinstance(error, AbstractSyntaxError):
        return ErrorIndication(cause=Cause("protocol", "transfer-syntax-error"))
    diagnostics = error.diagnostics
    if diagnostics.triggering_message != INITIATING or diagnostics.procedure_code is None:
        return None
    ids = error.amf_ue_ngap_id, error.ran_ue_ngap_id
    failure = failure_of(diagnostics.procedure_code, *ids, error.cause, diagnostics)
    return failure or ErrorIndication(*ids, error.cause, diagnostics)


def failure_of(
    procedure: int,
    amf_id: int | None,
    ran_id: int | None,
    cause: Cause,
    diagnostics: CriticalityDiagnostics | None = None,
) -> NgapMessage | None:
    """The unsuccessful outcome of a procedure; None when it has none, or needs more than this."""
    kind = kind_of(UNSUCCESSFUL, procedure)
    if kind is None:
        return None
    known = {
        "amf_ue_ngap_id": amf_id,
        "ran_ue_ngap_id": ran_id,
        "cause": cause,
        "criticality_diagnostics": diagnostics,
    }
    needed = {name for name, element in elements_of(kind).values() if element.mandatory}
    names = {name for name, _ in elements_of(kind).values()}
    values = {name: value for name, value in known.items() if value is not None and name in names}
    return kind(**values) if needed <= values.keys() else None  # type: ignore[arg-type]


def not_comprehended(message: OtherMessage) -> ErrorIndication | None:
    """A procedure that is not known, answered by its criticality (10.3.4.1)."""
    if message.criticality == "ignore" or message.pdu != INITIATING:
        return None
    cause = REJECTED if message.criticality == "reject" else _NOTIFIED
    diagnostics = CriticalityDiagnostics(message.procedure, message.pdu, message.criticality)
    return ErrorIndication(cause=cause, criticality_diagnostics=diagnostics)


def notification(message: NgapMessage) -> ErrorIndication | None:
    """For what was ignored in a message that was handled, if its sender wants to know."""
    if not message.not_understood:
        return None
    diagnostics = CriticalityDiagnostics(
        message.PROCEDURE, message.PDU, message.criticality, message.not_understood
    )
    ids = getattr(message, "amf_ue_ngap_id", None), getattr(message, "ran_ue_ngap_id", None)
    return ErrorIndication(*ids, _NOTIFIED, diagnostics)
