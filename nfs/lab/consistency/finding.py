"""What a check has found."""

from __future__ import annotations

from dataclasses import dataclass

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    problem: str
    places: tuple[str, ...]
    """File, line and key of either side."""
    remedy: str
    severity: str = ERROR

    def to_json(self) -> dict[str, object]:
        return {
            "severity": self.severity,
            "problem": self.problem,
            "places": list(self.places),
            "remedy": self.remedy,
        }
