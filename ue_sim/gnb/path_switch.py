"""Xn handover at the new gNB (TS 38.413 clause 8.4.4; TS 23.502 clause 4.9.1.2).

Xn is not on the wire: the new gNB is given what the old one knows of the UE.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from nfs.protocols.ngap import (
    PathSwitchRequest,
    PathSwitchRequestAcknowledge,
    PathSwitchRequestAcknowledgeTransfer,
    PathSwitchRequestTransfer,
    PduSessionItem,
)
from ue_sim.gnb.errors import HandoverFailed
from ue_sim.gnb.rrc import RrcConnection

if TYPE_CHECKING:
    from ue_sim.gnb.gnb import Gnb


async def switch_path(
    old: RrcConnection, gnb: Gnb, on_nas: Callable[[bytes | None], None]
) -> RrcConnection:
    """The UE has come from another gNB; its connection here. Raises HandoverFailed.

    The new gNB has to have an association with the AMF of the UE.
    """
    guamis = old.amf.guamis if old.amf else ()
    amf = next((a for a in gnb.amfs if set(a.guamis) & set(guamis)), None)
    if amf is None or old.amf_ue_ngap_id is None:
        raise HandoverFailed("the new gNB is not connected to the AMF of the UE")
    ue = gnb.connect_ue(on_nas)
    ue.amf, ue.security_capabilities = amf, old.security_capabilities
    for id_, session in old.sessions.items():
        downlink = gnb.user_plane.open(ue, id_)
        ue.sessions[id_] = replace(session, downlink=downlink)
    request = PathSwitchRequest(
        ran_ue_ngap_id=ue.ran_ue_ngap_id,
        source_amf_ue_ngap_id=old.amf_ue_ngap_id,
        location=gnb.location,
        ue_security_capabilities=ue.security_capabilities,
        items=tuple(
            PduSessionItem(id_, PathSwitchRequestTransfer(s.downlink, s.qfis).encode())
            for id_, s in ue.sessions.items()
        ),
    )
    outcome = await ue.ask(request)
    if not isinstance(outcome, PathSwitchRequestAcknowledge):
        gnb.user_plane.release(ue, *ue.sessions)
        gnb.ues.pop(ue.ran_ue_ngap_id, None)
        raise HandoverFailed("the AMF does not switch the path")
    ue.amf_ue_ngap_id, ue.next_hop = outcome.amf_ue_ngap_id, outcome.security_context
    ue.security_capabilities = outcome.ue_security_capabilities or ue.security_capabilities
    for item in outcome.switched:
        uplink = PathSwitchRequestAcknowledgeTransfer.decode(item.transfer).uplink_tunnel
        if uplink is not None and item.pdu_session_id in ue.sessions:
            session = ue.sessions[item.pdu_session_id]
            ue.sessions[item.pdu_session_id] = replace(session, uplink=uplink)
    for item in outcome.released:
        gnb.user_plane.release(ue, item.pdu_session_id)
    old.gnb.user_plane.release(old, *old.sessions)
    old.gnb.ues.pop(old.ran_ue_ngap_id, None)
    return ue
