"""Criticality diagnostics: what of a message was not understood (TS 38.413 clause 9.3.1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nfs.protocols.ngap.values.codec import Codec

__all__ = ["DIAGNOSTICS", "CriticalityDiagnostics", "IeDiagnostics"]

_TRIGGERS = {
    "initiatingMessage": "initiating-message",
    "successfulOutcome": "successful-outcome",
    "unsuccessfulOutcome": "unsuccessful-outcome",
}
MAX_REPORTED = 256
"""maxnoofErrors."""


@dataclass(frozen=True, slots=True)
class IeDiagnostics:
    id: int
    criticality: str
    error: str
    """``not-understood`` or ``missing``."""


@dataclass(frozen=True, slots=True)
class CriticalityDiagnostics:
    procedure_code: int | None = None
    triggering_message: str | None = None
    """``initiatingMessage``, ``successfulOutcome`` or ``unsuccessfulOutcome``."""
    procedure_criticality: str | None = None
    ies: tuple[IeDiagnostics, ...] = ()


def _load(value: Any) -> CriticalityDiagnostics:
    triggers = {wire: ours for ours, wire in _TRIGGERS.items()}
    return CriticalityDiagnostics(
        value.get("procedureCode"),
        triggers.get(value.get("triggeringMessage")),
        value.get("procedureCriticality"),
        tuple(
            IeDiagnostics(ie["iE-ID"], ie["iECriticality"], ie["typeOfError"])
            for ie in value.get("iEsCriticalityDiagnostics", ())
        ),
    )


def _dump(diagnostics: CriticalityDiagnostics) -> Any:
    value: dict[str, Any] = {}
    if diagnostics.procedure_code is not None:
        value["procedureCode"] = diagnostics.procedure_code
    if diagnostics.triggering_message is not None:
        value["triggeringMessage"] = _TRIGGERS[diagnostics.triggering_message]
    if diagnostics.procedure_criticality is not None:
        value["procedureCriticality"] = diagnostics.procedure_criticality
    if diagnostics.ies:
        value["iEsCriticalityDiagnostics"] = [
            {"iECriticality": ie.criticality, "iE-ID": ie.id, "typeOfError": ie.error}
            for ie in diagnostics.ies[:MAX_REPORTED]
        ]
    return value


DIAGNOSTICS = Codec("CriticalityDiagnostics", _load, _dump)
