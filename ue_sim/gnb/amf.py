"""One AMF at the gNB: its association, what it serves, and what it says of itself."""

from __future__ import annotations

import asyncio
import contextlib

from nfs.common.identities import Guami
from nfs.common.pending import Pending
from nfs.common.trace import Interface, Trace
from nfs.protocols.ngap import BroadcastPlmn, NgapMessage, NGSetupResponse, encode
from nfs.transports.base import Association, stream_of

ANSWER_TIMEOUT = 10.0
"""Seconds a procedure of class 1 waits for its outcome."""


class AmfConnection:
    def __init__(self, association: Association, trace: Trace | None) -> None:
        self.association = association
        self.name = ""
        self.guamis: tuple[Guami, ...] = ()
        self.capacity = 0
        self.plmn_support: tuple[BroadcastPlmn, ...] = ()
        self.overload: str | None = None
        """The overload action it asks for (TS 38.413 clause 9.3.1.105)."""
        self.unavailable: set[Guami] = set()
        self.reader: asyncio.Task[None] | None = None
        self._trace = trace
        self._pending: Pending[tuple[int, int | None], NgapMessage] = Pending()

    def serves(self, setup: NGSetupResponse) -> None:
        self.name = setup.amf_name
        self.guamis = setup.served_guamis
        self.capacity = setup.relative_amf_capacity
        self.plmn_support = setup.plmn_support

    @property
    def available_guamis(self) -> tuple[Guami, ...]:
        return tuple(g for g in self.guamis if g not in self.unavailable)

    async def send(self, message: NgapMessage, ran_ue_ngap_id: int | None = None) -> None:
        """On the stream of the UE, or on the one for what concerns no UE."""
        octets = encode(message)
        self.record("gNB", "AMF", message.NAME, octets)
        await self.association.send(octets, stream_of(ran_ue_ngap_id, self.association.streams))

    async def ask(self, message: NgapMessage, ran_ue_ngap_id: int | None = None) -> NgapMessage:
        """The outcome of a procedure of class 1; raises TimeoutError or ConnectionError."""
        key = (message.PROCEDURE, ran_ue_ngap_id)
        return await self._pending.ask(
            key, lambda: self.send(message, ran_ue_ngap_id), ANSWER_TIMEOUT
        )

    def answered(self, message: NgapMessage) -> bool:
        """An outcome has come; False when nobody has asked."""
        key = (message.PROCEDURE, getattr(message, "ran_ue_ngap_id", None))
        return self._pending.answer(key, message)

    def lost(self) -> None:
        """The association has ended: whatever is awaited will not come."""
        self._pending.fail(ConnectionResetError("the association has ended"))

    async def close(self) -> None:
        await self.association.close()
        if self.reader is not None:
            self.reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.reader

    def record(self, source: str, target: str, name: str, octets: bytes) -> None:
        if self._trace is not None:
            self._trace.record(Interface.N2, source, target, name, octets)
