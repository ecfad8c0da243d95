"""Namf_Location ProvideLocationInfo (TS 29.518 clause 5.5.2.3), Location Reporting on N2."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import structlog

from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.ngap import (
    DIRECT_REPORT,
    LocationReport,
    LocationReporting,
    LocationReportingControl,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

log = structlog.get_logger("amf")

CELL_CHANGES = LocationReporting("change-of-serve-cell")
NO_CELL_CHANGES = LocationReporting("stop-change-of-serve-cell")
REPORT_SECONDS = 2.0
"""For the gNB; after that, the last known location is told."""


async def provide_location(amf: Amf, supi: str, *, current: bool = False) -> dict[str, Any]:
    """The cell and tracking area of the last N2 message, and how old that is.

    With ``current`` the gNB of a connected UE is asked first (TS 38.413 clauses 8.12.1, 8.12.3).
    """
    ue = amf.registry.get(supi)
    if ue is not None and ue.connected and current:
        await _ask_gnb(ue)
    if ue is None or not (location := ue.context.user_location()):
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no UE context of {supi} at this AMF")
    age = max(0, int((time.time() - ue.context.located_at) / 60))
    location["nrLocation"]["ageOfLocationInformation"] = age
    return {"currentLoc": ue.connected, "location": location, "ratType": "NR"}


async def _ask_gnb(ue: Ue) -> None:
    ids = ue.amf_ue_ngap_id, ue.ran_ue_ngap_id
    control = LocationReportingControl(*ids, DIRECT_REPORT)
    try:
        await ue.answers.ask(LocationReport.NAME, lambda: ue.send_ngap(control), REPORT_SECONDS)
    except TimeoutError:
        log.info("gNB does not report the location", ue=ue.name, gnb=str(ue.gnb))


async def follow_serving_cell(ue: Ue, *, wanted: bool) -> None:
    """Have the gNB of a connected UE report each change of its cell, or not any more (8.12.1)."""
    reports = ue.cell_reported_by is ue.gnb
    if reports is wanted or ue.releasing or not (ue.connected and ue.context_at_gnb):
        return
    ue.cell_reported_by = ue.gnb if wanted else None
    ids = ue.amf_ue_ngap_id, ue.ran_ue_ngap_id
    order = LocationReportingControl(*ids, CELL_CHANGES if wanted else NO_CELL_CHANGES)
    await ue.send_ngap(order)


async def location_reported(_amf: Amf, ue: Ue, report: LocationReport) -> None:
    ue.note_location(report.location)
    ue.answers.answer(report.NAME, report)
