"""NG Setup (TS 38.413 clause 8.7.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import structlog

from nfs.amf.ue.events import N2Lost
from nfs.protocols.ngap import (
    BroadcastPlmn,
    Cause,
    NGSetupFailure,
    NGSetupRequest,
    NGSetupResponse,
    SupportedTa,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.n2.gnb import Gnb

log = structlog.get_logger("amf")

TIME_TO_WAIT = "v10s"
"""An operator may have changed something by then."""


async def ng_setup(amf: Amf, gnb: Gnb, request: NGSetupRequest) -> None:
    """The gNB starts anew: connections of before are gone on its side (8.7.1.1)."""
    for ue in list(gnb.ues.values()):
        ue.deliver(N2Lost())
    refusal = refusal_of(amf, request.supported_tas)
    if refusal is not None:
        cause, why, remedy = refusal
        name = request.ran_node_name or gnb.association.peer
        amf.explanations.add(name, "NG Setup", cause.value, why, remedy)
        await gnb.send(NGSetupFailure(cause, TIME_TO_WAIT))
        return
    gnb.global_id = request.global_ran_node_id
    gnb.name = request.ran_node_name
    gnb.supported_tas = request.supported_tas
    await gnb.send(
        NGSetupResponse(
            amf_name=amf.config.name,
            served_guamis=(amf.config.guami,),
            relative_amf_capacity=amf.config.relative_capacity,
            plmn_support=(BroadcastPlmn(amf.config.home, amf.config.nssai),),
        )
    )
    await amf.n2.overload.welcome(gnb)
    log.info("gNB set up", gnb=str(gnb), peer=gnb.association.peer)


def refusal_of(amf: Amf, tas: tuple[SupportedTa, ...]) -> tuple[Cause, str, str] | None:
    """Cause, why and remedy: a gNB is of use only with a PLMN, slice and area of ours (8.7.1.4)."""
    plmns = [p for ta in tas for p in ta.broadcast_plmns]
    ours = [p for p in plmns if p.plmn == amf.config.home]
    if not ours:
        theirs = ", ".join(str(p.plmn) for p in plmns) or "none"
        return (
            Cause("misc", "unknown-PLMN-or-SNPN"),
            f"the gNB broadcasts PLMN {theirs}, this AMF serves {amf.config.home}",
            "set the gNB's mcc and mnc, or `plmn` of the AMF",
        )
    slices = {s for p in ours for s in p.slices}
    if slices.isdisjoint(amf.config.nssai):
        return (
            Cause("radioNetwork", "slice-not-supported"),
            f"the gNB offers slices {_list(slices)}, this AMF {_list(amf.config.nssai)}",
            "give the gNB a slice of the AMF, or add it to `slices` of the AMF",
        )
    tacs = {ta.tac for ta in tas}
    if tacs.isdisjoint(amf.config.tacs):
        return (
            Cause("misc", "unspecified"),
            f"the gNB serves tracking areas {_list(tacs)}, this AMF {_list(amf.config.tacs)}",
            "set the gNB's tac, or add it to `tacs` of the AMF",
        )
    return None


def _list(items: Iterable[object]) -> str:
    return ", ".join(sorted(str(i) for i in items)) or "none"
