"""The far end of an N2 association, message by message: a gNB that does as the test says."""

from __future__ import annotations

import asyncio
from typing import Self, TypeVar

from nfs.common.identities import NrCgi, Plmn, Snssai, Tai
from nfs.protocols.ngap import (
    BroadcastPlmn,
    GlobalGnbId,
    NgapMessage,
    NGSetupRequest,
    NGSetupResponse,
    SupportedTa,
    UserLocationNr,
    decode,
    encode,
)
from nfs.transports import connect
from nfs.transports.base import Association

M = TypeVar("M", bound=NgapMessage)

PLMN = Plmn("999", "70")
LOCATION = UserLocationNr(NrCgi(PLMN, 16), Tai(PLMN, 1))
SECONDS = 10.0


def setup_request(gnb_id: int = 1, tac: int = 1, plmn: Plmn = PLMN, sst: int = 1) -> NGSetupRequest:
    tas = (SupportedTa(tac, (BroadcastPlmn(plmn, (Snssai(sst),)),)),)
    return NGSetupRequest(GlobalGnbId(plmn, gnb_id, 32), tas)


class N2Peer:
    def __init__(self, association: Association) -> None:
        self.association = association

    @classmethod
    async def connect(cls, n2: str) -> Self:
        return cls(await connect(n2))

    @classmethod
    async def set_up(cls, n2: str, gnb_id: int = 1) -> Self:
        peer = await cls.connect(n2)
        await peer.send(setup_request(gnb_id))
        await peer.expect(NGSetupResponse)
        return peer

    async def send(self, message: NgapMessage | bytes) -> None:
        await self.association.send(message if isinstance(message, bytes) else encode(message))

    async def receive(self) -> NgapMessage:
        received = await asyncio.wait_for(self.association.receive(), SECONDS)
        assert received is not None, "the association has ended"
        return decode(received.payload)

    async def expect(self, kind: type[M]) -> M:
        """The next message, which is of this kind."""
        message = await self.receive()
        assert isinstance(message, kind), message
        return message

    async def close(self) -> None:
        await self.association.close()
