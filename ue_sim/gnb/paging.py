"""Paging (TS 38.413 clause 8.5.1): what camps on this gNB listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.protocols.ngap import Paging

if TYPE_CHECKING:
    from ue_sim.gnb.amf import AmfConnection
    from ue_sim.gnb.gnb import Gnb


async def page(gnb: Gnb, _amf: AmfConnection, message: Paging) -> None:
    for listens in list(gnb.camped):
        listens(message.identity)
