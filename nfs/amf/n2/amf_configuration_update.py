"""AMF Configuration Update (TS 38.413 clause 8.7.3)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from nfs.common.identities import Snssai
from nfs.protocols.ngap import (
    AMFConfigurationUpdate,
    AMFConfigurationUpdateFailure,
    BroadcastPlmn,
    NgapMessage,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.n2.gnb import Gnb

log = structlog.get_logger("amf")

NO_WAIT = 1.0
"""Seconds until the one repetition, for a gNB that has not said how long to wait."""


async def update_configuration(
    amf: Amf, *, relative_capacity: int | None = None, slices: tuple[str, ...] | None = None
) -> dict[str, str]:
    """Change what this AMF serves, and tell every gNB; returns what each of them said."""
    changed = {"relative_capacity": relative_capacity, "slices": slices}
    kept = {name: value for name, value in changed.items() if value is not None}
    nssai = tuple(Snssai.parse(s) for s in slices) if slices is not None else ()
    amf.config = amf.config.model_copy(update=kept)
    support = (BroadcastPlmn(amf.config.home, nssai),) if nssai else ()
    update = AMFConfigurationUpdate(relative_amf_capacity=relative_capacity, plmn_support=support)
    gnbs = [gnb for gnb in amf.n2.gnbs if gnb.ready]
    outcomes = await asyncio.gather(*(_tell(gnb, update) for gnb in gnbs))
    return {str(gnb): outcome for gnb, outcome in zip(gnbs, outcomes, strict=True)}


async def _tell(gnb: Gnb, update: AMFConfigurationUpdate) -> str:
    try:
        answer: NgapMessage = await gnb.ask(update)
        if isinstance(answer, AMFConfigurationUpdateFailure):
            wait = answer.time_to_wait
            await asyncio.sleep(float(wait[1:-1]) if wait else NO_WAIT)
            answer = await gnb.ask(update)
    except (ConnectionError, TimeoutError) as error:
        log.warning("gNB does not answer", gnb=str(gnb), reason=str(error))
        return "no answer"
    if isinstance(answer, AMFConfigurationUpdateFailure):
        return answer.cause.value
    return "acknowledged"
