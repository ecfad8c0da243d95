"""NG Reset by the gNB (TS 38.413 clause 8.7.4.2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.ue import N2Lost
from nfs.protocols.ngap import NGReset, NGResetAcknowledge

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.n2.gnb import Gnb


async def ng_reset(_amf: Amf, gnb: Gnb, request: NGReset) -> None:
    """Release the N2 connections named, all of them when none is, and acknowledge."""
    for ue in list(gnb.ues.values()):
        pair = (ue.amf_ue_ngap_id, ue.ran_ue_ngap_id)
        if request.connections is None or any(
            amf_id in (None, pair[0]) and ran_id in (None, pair[1])
            for amf_id, ran_id in request.connections
        ):
            ue.deliver(N2Lost())
    await gnb.send(NGResetAcknowledge(request.connections))
