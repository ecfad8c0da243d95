"""AMF Status Indication (TS 38.413 clause 8.7.6; TS 23.501 clause 5.21.2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.protocols.ngap import AMFStatusIndication, UnavailableGuami

if TYPE_CHECKING:
    from nfs.amf.app import Amf

log = structlog.get_logger("amf")


async def announce_removal(amf: Amf, backup_amf_name: str | None = None) -> None:
    """This AMF is about to go: gNBs take its UEs to another one of its set."""
    message = AMFStatusIndication((UnavailableGuami(amf.config.guami, backup_amf_name),))
    for gnb in [g for g in amf.n2.gnbs if g.ready]:
        try:
            await gnb.send(message)
        except ConnectionError as error:
            log.info("gNB not told", gnb=str(gnb), reason=str(error))
