"""A gNB and what stands before an AMF."""

from __future__ import annotations

import asyncio

import pytest

from nfs.common.identities import Guami, Plmn, Snssai
from nfs.protocols.ngap import BroadcastPlmn, NGSetupResponse, encode
from nfs.transports import listen
from ue_sim import Gnb, GnbConfig

PLMN = Plmn.parse("999/70")
RESPONSE = NGSetupResponse(
    amf_name="amf",
    served_guamis=(Guami(PLMN, 2, 1, 0),),
    relative_amf_capacity=255,
    plmn_support=(BroadcastPlmn(PLMN, (Snssai.parse("1"),)),),
)


async def test_an_association_that_ends_at_once_is_tried_again() -> None:
    listener = await listen("tcp://127.0.0.1:0")

    async def amf_behind_a_forwarder() -> None:
        for _ in range(2):
            association = await listener.accept()
            assert association is not None
            await association.close()
        association = await listener.accept()
        assert association is not None
        await association.receive()
        await association.send(encode(RESPONSE))
        assert await association.receive() is None
        await association.close()

    amf = asyncio.ensure_future(amf_behind_a_forwarder())
    gnb = Gnb(GnbConfig())
    assert (await gnb.start(listener.endpoint)).name == "amf"
    await gnb.stop()
    await amf
    await listener.close()


async def test_where_nothing_listens_there_is_no_waiting() -> None:
    listener = await listen("tcp://127.0.0.1:0")
    await listener.close()
    async with asyncio.timeout(1):
        with pytest.raises(ConnectionRefusedError):
            await Gnb(GnbConfig()).start(listener.endpoint)
