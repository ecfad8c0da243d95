"""Error Indication by the gNB (TS 38.413 clauses 8.7.5 and 10.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.ue.events import N2Lost
from nfs.protocols.ngap import ErrorIndication

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.n2.gnb import Gnb

log = structlog.get_logger("amf")

_AP_ID_ERRORS = ("unknown-local-UE-NGAP-ID", "inconsistent-remote-UE-NGAP-ID")


async def error_indication(_amf: Amf, gnb: Gnb, message: ErrorIndication) -> None:
    log.warning("gNB indicates an error", gnb=str(gnb), cause=str(message.cause))
    if message.cause is not None and message.cause.value in _AP_ID_ERRORS:
        release_locally(gnb, message.amf_ue_ngap_id, message.ran_ue_ngap_id)


def release_locally(gnb: Gnb, amf_id: int | None, ran_id: int | None) -> None:
    """Connections of this gNB that have an erroneous identifier end on both sides (10.6)."""
    for ue in list(gnb.ues.values()):
        if ue.amf_ue_ngap_id == amf_id or ue.ran_ue_ngap_id == ran_id:
            ue.deliver(N2Lost())
