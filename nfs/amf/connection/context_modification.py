"""UE Context Modification (TS 38.413 clause 8.3.4): what the gNB keeps of a UE has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.protocols.crypto.next_hop import NextHopChain
from nfs.protocols.ngap import UEContextModificationRequest

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.context import UeContext
    from nfs.amf.ue.ue import Ue


async def follow_key(ue: Ue) -> None:
    """A new KAMF is in use on a connection whose gNB has a key of the one before: it gets a new
    KgNB (TS 33.501 clause 6.9.4.4)."""
    security = ue.context.security
    if security is None or ue.next_hops is None or ue.next_hops.k_amf == security.k_amf:
        return
    k_gnb = security.k_gnb()
    ue.next_hops = NextHopChain.initial(security.k_amf, k_gnb)
    ids = ue.amf_ue_ngap_id, ue.ran_ue_ngap_id
    await ue.send_ngap(UEContextModificationRequest(*ids, security_key=k_gnb))


async def follow_ambr(amf: Amf, context: UeContext, before: tuple[int, int]) -> None:
    """The subscription, or the PCF, allows other rates by now: downlink and uplink, bit/s."""
    ue = amf.registry.get(context.supi or "")
    if context.subscription is None or ue is None or not (ue.connected and ue.context_at_gnb):
        return
    if (now := context.subscription.ambr) != before:
        ids = ue.amf_ue_ngap_id, ue.ran_ue_ngap_id
        await ue.send_ngap(UEContextModificationRequest(*ids, ue_ambr=now))
