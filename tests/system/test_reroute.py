"""Reroute NAS Request at the gNB: the initial message goes to an AMF of another set (8.6.5)."""

from __future__ import annotations

import asyncio

from nfs.common.identities import Guami, Snssai
from nfs.protocols.ngap import (
    BroadcastPlmn,
    InitialUEMessage,
    NGSetupRequest,
    NGSetupResponse,
    RerouteNASRequest,
    encode,
)
from nfs.transports import listen
from nfs.transports.base import Listener
from tests.system.n2_peer import PLMN, N2Peer
from ue_sim import Gnb, GnbConfig


async def accept(listener: Listener, set_id: int) -> N2Peer:
    """An AMF of one set, once the gNB has set up with it."""
    association = await listener.accept()
    assert association is not None
    peer = N2Peer(association)
    await peer.expect(NGSetupRequest)
    support = (BroadcastPlmn(PLMN, (Snssai(1),)),)
    await peer.send(NGSetupResponse(f"amf-{set_id}", (Guami(PLMN, 2, set_id, 0),), 255, support))
    return peer


async def test_the_initial_message_goes_on_to_the_set_that_is_named() -> None:
    gnb, amfs = Gnb(GnbConfig()), []
    for set_id in (1, 2):
        listener = await listen(f"memory://reroute-{set_id}")
        accepting = asyncio.ensure_future(accept(listener, set_id))
        await gnb.start(listener.endpoint)
        amfs.append(await accepting)
    first, second = amfs
    gnb.amfs[1].capacity = 0
    connection = gnb.connect_ue(lambda _: None)
    await connection.send_nas(b"\x7e\x00\x41")
    initial = await first.expect(InitialUEMessage)
    await first.send(RerouteNASRequest(connection.ran_ue_ngap_id, encode(initial), 2))
    rerouted = await second.expect(InitialUEMessage)
    assert rerouted.nas_pdu == initial.nas_pdu
    assert connection.amf is gnb.amfs[1]
    await first.send(RerouteNASRequest(connection.ran_ue_ngap_id, b"\xff\xff", 2))
    await first.send(RerouteNASRequest(4711, encode(initial), 2))
    await first.send(RerouteNASRequest(connection.ran_ue_ngap_id, encode(initial), 77))
    await connection.send_nas(b"\x7e\x00\x42")
    assert (await second.expect(InitialUEMessage)).nas_pdu == b"\x7e\x00\x42"
    await gnb.stop()
