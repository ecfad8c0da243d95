"""What an AMF says about the interface and itself (TS 38.413 clause 8.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.protocols.ngap import ErrorIndication

if TYPE_CHECKING:
    from ue_sim.gnb.amf import AmfConnection
    from ue_sim.gnb.gnb import Gnb

log = structlog.get_logger("gnb")

_AP_ID_ERRORS = ("unknown-local-UE-NGAP-ID", "inconsistent-remote-UE-NGAP-ID")


async def error_indication(gnb: Gnb, amf: AmfConnection, message: ErrorIndication) -> None:
    """UEs whose identifiers the AMF finds erroneous are released (10.6)."""
    log.warning("AMF indicates an error", amf=amf.name, cause=str(message.cause))
    if message.cause is None or message.cause.value not in _AP_ID_ERRORS:
        return
    for ue in list(gnb.ues.values()):
        named = message.amf_ue_ngap_id == ue.amf_ue_ngap_id is not None
        if ue.amf is amf and (named or message.ran_ue_ngap_id == ue.ran_ue_ngap_id):
            gnb.release(ue)
