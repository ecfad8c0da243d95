"""Namf_Location ProvideLocationInfo (TS 29.518 clause 5.5.2.3)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.amf.app import Amf


def provide_location(amf: Amf, supi: str) -> dict[str, Any]:
    """The cell and tracking area of the last N2 message, and how old that is."""
    ue = amf.registry.get(supi)
    if ue is None or not (location := ue.context.user_location()):
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no UE context of {supi} at this AMF")
    age = max(0, int((time.time() - ue.context.located_at) / 60))
    location["nrLocation"]["ageOfLocationInformation"] = age
    return {"currentLoc": ue.connected, "location": location, "ratType": "NR"}
