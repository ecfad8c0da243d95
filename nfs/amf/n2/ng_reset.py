"""NG Reset, by either side (TS 38.413 clause 8.7.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.ue.events import N2Lost
from nfs.protocols.ngap import Cause, NGReset, NGResetAcknowledge

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.n2.gnb import Gnb

Connections = tuple[tuple[int | None, int | None], ...] | None
"""Pairs of AMF and RAN UE NGAP ID, each of which may be left out; None is all."""


async def ng_reset(_amf: Amf, gnb: Gnb, request: NGReset) -> None:
    """By the gNB: release the connections named, all of them when none is, and acknowledge."""
    _release(gnb, request.connections)
    await gnb.send(NGResetAcknowledge(request.connections))


async def reset(gnb: Gnb, cause: Cause, connections: Connections = None) -> None:
    """By the AMF: connections, or all, are over; raises TimeoutError or ConnectionError."""
    _release(gnb, connections)
    await gnb.ask(NGReset(cause, connections))


def _release(gnb: Gnb, connections: Connections) -> None:
    for ue in list(gnb.ues.values()):
        pair = (ue.amf_ue_ngap_id, ue.ran_ue_ngap_id)
        if connections is None or any(
            amf_id in (None, pair[0]) and ran_id in (None, pair[1])
            for amf_id, ran_id in connections
        ):
            ue.deliver(N2Lost())
