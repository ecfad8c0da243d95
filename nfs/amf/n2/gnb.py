"""One gNB at the AMF: its association, what it serves, and its UEs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nfs.common.pending import Pending
from nfs.common.trace import Interface, Trace
from nfs.protocols.ngap import GlobalGnbId, NgapMessage, SupportedTa, encode
from nfs.transports.base import Association, stream_of

if TYPE_CHECKING:
    from nfs.amf.ue.ue import Ue

ANSWER_TIMEOUT = 10.0
"""Seconds a procedure of class 1 waits for its outcome."""


@dataclass(eq=False)
class Gnb:
    association: Association
    trace: Trace
    global_id: GlobalGnbId | None = None
    name: str | None = None
    supported_tas: tuple[SupportedTa, ...] = ()
    ues: dict[int, Ue] = field(default_factory=dict)
    """UEs by RAN UE NGAP ID."""
    _pending: Pending[int, NgapMessage] = field(default_factory=Pending)
    """Outcomes of procedures of the interface, by procedure code."""

    @property
    def ready(self) -> bool:
        """NG Setup has succeeded."""
        return self.global_id is not None

    async def send(self, message: NgapMessage, ran_ue_ngap_id: int | None = None) -> None:
        """On the stream of the UE, or on the one for what concerns no UE."""
        octets = encode(message)
        self.trace.record(Interface.N2, "AMF", "gNB", message.NAME, octets)
        await self.association.send(octets, stream_of(ran_ue_ngap_id, self.association.streams))

    async def ask(self, message: NgapMessage) -> NgapMessage:
        """The outcome of a procedure of the interface; raises TimeoutError or ConnectionError."""
        return await self._pending.ask(
            message.PROCEDURE, lambda: self.send(message), ANSWER_TIMEOUT
        )

    def answered(self, outcome: NgapMessage) -> bool:
        """False when nobody has asked."""
        return self._pending.answer(outcome.PROCEDURE, outcome)

    def lost(self) -> None:
        """The association has ended: whatever is awaited will not come."""
        self._pending.fail(ConnectionResetError(f"{self} is gone"))

    def __str__(self) -> str:
        return self.name or self.association.peer
