"""One gNB at the AMF: its association, what it serves, and its UEs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nfs.common.trace import Interface, Trace
from nfs.protocols.ngap import GlobalGnbId, NgapMessage, SupportedTa, encode
from nfs.transports.base import Association

if TYPE_CHECKING:
    from nfs.amf.ue import Ue

NON_UE_STREAM = 0
UE_STREAM = 1
"""UE-associated signalling never uses the stream of the others (TS 38.412 clause 7)."""


@dataclass(eq=False)
class Gnb:
    association: Association
    trace: Trace
    global_id: GlobalGnbId | None = None
    name: str | None = None
    supported_tas: tuple[SupportedTa, ...] = ()
    ues: dict[int, Ue] = field(default_factory=dict)
    """UEs by RAN UE NGAP ID."""

    @property
    def ready(self) -> bool:
        """NG Setup has succeeded."""
        return self.global_id is not None

    async def send(self, message: NgapMessage, *, ue_associated: bool = False) -> None:
        octets = encode(message)
        self.trace.record(Interface.N2, "AMF", "gNB", message.NAME, octets)
        await self.association.send(octets, UE_STREAM if ue_associated else NON_UE_STREAM)

    def __str__(self) -> str:
        return self.name or self.association.peer
