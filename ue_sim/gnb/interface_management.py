"""What an AMF says about the interface and itself (TS 38.413 clause 8.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.protocols.ngap import (
    AMFConfigurationUpdate,
    AMFConfigurationUpdateAcknowledge,
    AMFConfigurationUpdateFailure,
    AMFStatusIndication,
    Cause,
    ErrorIndication,
    InitialUEMessage,
    NgapError,
    NGReset,
    NGResetAcknowledge,
    OverloadStart,
    OverloadStop,
    RerouteNASRequest,
    decode,
)

if TYPE_CHECKING:
    from ue_sim.gnb.amf import AmfConnection
    from ue_sim.gnb.gnb import Gnb

log = structlog.get_logger("gnb")

_AP_ID_ERRORS = ("unknown-local-UE-NGAP-ID", "inconsistent-remote-UE-NGAP-ID")
DEFAULT_ACTION = "reject-rrc-cr-signalling"


async def error_indication(gnb: Gnb, amf: AmfConnection, message: ErrorIndication) -> None:
    """UEs whose identifiers the AMF finds erroneous are released (10.6)."""
    log.warning("AMF indicates an error", amf=amf.name, cause=str(message.cause))
    if message.cause is None or message.cause.value not in _AP_ID_ERRORS:
        return
    for ue in list(gnb.ues.values()):
        named = message.amf_ue_ngap_id == ue.amf_ue_ngap_id is not None
        if ue.amf is amf and (named or message.ran_ue_ngap_id == ue.ran_ue_ngap_id):
            gnb.release(ue)


async def ng_reset(gnb: Gnb, amf: AmfConnection, request: NGReset) -> None:
    """8.7.4: UEs named, or all of this AMF, are released."""
    for ue in [u for u in gnb.ues.values() if u.amf is amf]:
        if request.connections is None or any(
            amf_id in (None, ue.amf_ue_ngap_id) and ran_id in (None, ue.ran_ue_ngap_id)
            for amf_id, ran_id in request.connections
        ):
            gnb.release(ue)
    await amf.send(NGResetAcknowledge(request.connections))


async def amf_configuration_update(
    gnb: Gnb, amf: AmfConnection, update: AMFConfigurationUpdate
) -> None:
    """8.7.3: refused when nothing would be left that the gNB broadcasts."""
    ours = {p.plmn for ta in gnb.config.supported_tas for p in ta.broadcast_plmns}
    if update.plmn_support and ours.isdisjoint(p.plmn for p in update.plmn_support):
        cause = Cause("misc", "unknown-PLMN-or-SNPN")
        await amf.send(AMFConfigurationUpdateFailure(cause))
        return
    amf.name = update.amf_name or amf.name
    amf.guamis = update.served_guamis or amf.guamis
    amf.plmn_support = update.plmn_support or amf.plmn_support
    if update.relative_amf_capacity is not None:
        amf.capacity = update.relative_amf_capacity
    await amf.send(AMFConfigurationUpdateAcknowledge())


async def overload_start(_gnb: Gnb, amf: AmfConnection, message: OverloadStart) -> None:
    """8.7.7"""
    amf.overload = message.amf_overload_response or DEFAULT_ACTION
    log.warning("AMF is overloaded", amf=amf.name, action=amf.overload)


async def overload_stop(_gnb: Gnb, amf: AmfConnection, _message: OverloadStop) -> None:
    """8.7.8"""
    amf.overload = None


async def amf_status_indication(gnb: Gnb, amf: AmfConnection, message: AMFStatusIndication) -> None:
    """8.7.6: the AMF is to go; its UEs come back by another one of the set."""
    amf.unavailable |= {u.guami for u in message.unavailable_guamis}
    log.warning("AMF is about to go", amf=amf.name)
    if not amf.available_guamis:
        for ue in [u for u in gnb.ues.values() if u.amf is amf]:
            gnb.release(ue)


async def reroute_nas_request(gnb: Gnb, amf: AmfConnection, request: RerouteNASRequest) -> None:
    """8.6.5: the initial message goes to an AMF of the set that the first one names."""
    ue = gnb.ues.get(request.ran_ue_ngap_id)
    others = [a for a in gnb.amfs if a is not amf]
    of_set = [a for a in others if any(g.set_id == request.amf_set_id for g in a.available_guamis)]
    try:
        initial = decode(request.ngap_message)
    except NgapError as error:
        log.warning("initial message not rerouted", reason=str(error))
        return
    if ue is None or not of_set or not isinstance(initial, InitialUEMessage):
        log.warning("initial message not rerouted", set_id=request.amf_set_id)
        return
    ue.amf, ue.amf_ue_ngap_id = of_set[0], None
    await ue.send(initial)
