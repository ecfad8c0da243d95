"""RAN Configuration Update (TS 38.413 clause 8.7.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.n2.ng_setup import TIME_TO_WAIT, refusal_of
from nfs.protocols.ngap import (
    RANConfigurationUpdate,
    RANConfigurationUpdateAcknowledge,
    RANConfigurationUpdateFailure,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.n2.gnb import Gnb

log = structlog.get_logger("amf")


async def ran_configuration_update(amf: Amf, gnb: Gnb, update: RANConfigurationUpdate) -> None:
    """Supported tracking areas are replaced as a whole; what was is kept when they are refused."""
    refusal = refusal_of(amf, update.supported_tas) if update.supported_tas else None
    if refusal is not None:
        cause, why, remedy = refusal
        amf.explanations.add(str(gnb), "RAN Configuration Update", cause.value, why, remedy)
        await gnb.send(RANConfigurationUpdateFailure(cause, TIME_TO_WAIT))
        return
    gnb.supported_tas = update.supported_tas or gnb.supported_tas
    gnb.name = update.ran_node_name or gnb.name
    gnb.global_id = update.global_ran_node_id or gnb.global_id
    await gnb.send(RANConfigurationUpdateAcknowledge())
    log.info("gNB has updated its configuration", gnb=str(gnb))
