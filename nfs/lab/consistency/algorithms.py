"""NAS algorithms that UE and AMF have in common (TS 33.501 clause 5.5)."""

from __future__ import annotations

from collections.abc import Iterator

from nfs.lab.consistency.finding import Finding
from nfs.lab.facts import Lab, Stated


def in_common(lab: Lab) -> Iterator[Finding]:
    for ue in lab.ues:
        config = ue.to_config()
        ciphering = Stated(config.ciphering, ue.where("ciphering"))
        # Null integrity is for emergency calls without authentication only (5.5.2).
        offered = tuple(number for number in config.integrity if number)
        integrity = Stated(offered, ue.where("integrity"))
        for amf in lab.amfs:
            if not set(amf.integrity.value) & set(integrity.value):
                yield _finding("integrity", "NIA", integrity, amf.integrity)
            if not set(amf.ciphering.value) & set(ciphering.value):
                yield _finding("ciphering", "NEA", ciphering, amf.ciphering)


def _finding(
    what: str, name: str, ue: Stated[tuple[int, ...]], amf: Stated[tuple[int, ...]]
) -> Finding:
    def names(numbers: tuple[int, ...]) -> str:
        return ", ".join(f"{name}{number}" for number in numbers) or "none"

    return Finding(
        f"no {what} algorithm in common: UE {names(ue.value)}; AMF {names(amf.value)}",
        (ue.where, amf.where),
        f"enable one of the AMF's in the UE, or add the UE's to the AMF's {what} order",
    )
