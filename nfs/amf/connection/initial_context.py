"""A NAS message and the UE's context at its gNB (Initial Context Setup, TS 38.413 clause 8.3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.connection.context_modification import follow_key
from nfs.protocols.crypto.next_hop import NextHopChain
from nfs.protocols.nas import NasMessage
from nfs.protocols.ngap import (
    InitialContextSetupRequest,
    PDUSessionResourceSetupRequest,
    PduSessionSetupRequestItem,
    UeSecurityCapabilities,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue


async def send_with_context(
    amf: Amf, ue: Ue, message: NasMessage, items: tuple[PduSessionSetupRequestItem, ...] = ()
) -> None:
    """Send ``message``, with the context that the gNB asked for or needs for the sessions."""
    ids = ue.amf_ue_ngap_id, ue.ran_ue_ngap_id
    if not ue.context_at_gnb and (items or ue.wants_context_at_gnb):
        await ue.send_ngap(_context_setup(amf, ue, message, items))
        ue.context_at_gnb = True
        return
    if ue.context_at_gnb:
        await follow_key(ue)
    if items:
        nas = ue.protect(message)
        await ue.send_ngap(PDUSessionResourceSetupRequest(*ids, items=items, nas_pdu=nas))
    else:
        await ue.send_nas(message)


def _context_setup(
    amf: Amf, ue: Ue, message: NasMessage, items: tuple[PduSessionSetupRequestItem, ...]
) -> InitialContextSetupRequest:
    context = ue.context
    assert context.security is not None  # noqa: S101 - the message goes protected
    assert context.security_capability is not None  # noqa: S101 - there is a security context
    assert context.subscription is not None  # noqa: S101 - the UE is registered
    nas = ue.protect(message)
    k_gnb = context.security.k_gnb()
    ue.next_hops = NextHopChain.initial(context.security.k_amf, k_gnb)
    return InitialContextSetupRequest(
        amf_ue_ngap_id=ue.amf_ue_ngap_id,
        ran_ue_ngap_id=ue.ran_ue_ngap_id,
        guami=amf.config.guami,
        allowed_nssai=context.allowed_nssai,
        ue_security_capabilities=UeSecurityCapabilities.from_nas(context.security_capability),
        security_key=k_gnb,
        ue_ambr=context.subscription.ambr,
        items=items,
        ue_radio_capability=context.radio_capability,
        nas_pdu=nas,
    )
