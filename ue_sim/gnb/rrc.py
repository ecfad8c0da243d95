"""The connection of one UE with the gNB, and what the gNB keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nfs.common.identities import Snssai
from nfs.protocols.ngap import (
    Cause,
    FiveGSTmsi,
    GtpTunnel,
    InitialUEMessage,
    NextHop,
    NgapMessage,
    UEContextReleaseRequest,
    UeSecurityCapabilities,
    UplinkNASTransport,
)
from ue_sim.gnb.errors import Overloaded

if TYPE_CHECKING:
    from ue_sim.gnb.amf import AmfConnection
    from ue_sim.gnb.gnb import Gnb

_ORDINARY = frozenset({"mo-Signalling", "mo-Data", "mo-VoiceCall", "mo-VideoCall", "mo-SMS"})
REJECTED: dict[str, frozenset[str]] = {
    "reject-non-emergency-mo-dt": _ORDINARY - {"mo-Signalling"},
    "reject-rrc-cr-signalling": frozenset({"mo-Signalling"}),
    "permit-emergency-sessions-and-mobile-terminated-services-only": _ORDINARY,
    "permit-high-priority-sessions-and-mobile-terminated-services-only": _ORDINARY,
}
"""RRC establishment causes that an overload action bars (TS 38.413 clause 9.3.1.105)."""


@dataclass(frozen=True, slots=True)
class SessionResources:
    """A PDU session at the gNB: both ends of its tunnel, and its QoS flows."""

    s_nssai: Snssai
    uplink: GtpTunnel
    downlink: GtpTunnel
    qfis: tuple[int, ...]


def _ignore(_session_id: int, _packet: bytes, _qfi: int | None) -> None:
    """Packets of a UE that does not listen for them."""


@dataclass(eq=False)
class RrcConnection:
    """One UE at the gNB. ``on_nas`` gets downlink NAS octets, None when the UE is released."""

    gnb: Gnb
    ran_ue_ngap_id: int
    on_nas: Callable[[bytes | None], None]
    amf_ue_ngap_id: int | None = None
    amf: AmfConnection | None = None
    sessions: dict[int, SessionResources] = field(default_factory=dict)
    """By PDU session identity."""
    security_key: bytes | None = None
    """KgNB, 32 octets."""
    ambr: tuple[int, int] | None = None
    """UE-AMBR, downlink and uplink, bit/s."""
    security_capabilities: UeSecurityCapabilities | None = None
    next_hop: NextHop | None = None
    """For the gNB after this one (TS 33.501 clause 6.9.2.1)."""
    on_packet: Callable[[int, bytes, int | None], None] = field(default=_ignore)

    def listen(self, on_packet: Callable[[int, bytes, int | None], None]) -> None:
        """To downlink user packets: PDU session identity, packet, QFI."""
        self.on_packet = on_packet

    def send_packet(self, session_id: int, qfi: int, packet: bytes) -> bool:
        """Whether the session has a tunnel."""
        return self.gnb.user_plane.uplink(self, session_id, qfi, packet)

    async def send_nas(
        self,
        octets: bytes,
        tmsi: FiveGSTmsi | None = None,
        establishment_cause: str = "mo-Signalling",
    ) -> None:
        """The first message goes in INITIAL UE MESSAGE, the others in UPLINK NAS TRANSPORT.

        Raises Overloaded when the AMF takes no more connections of this kind.
        """
        location = self.gnb.location
        if self.amf is None or self.amf_ue_ngap_id is None:
            self.amf = self.amf or self.gnb.select_amf(tmsi)
            if establishment_cause in REJECTED.get(self.amf.overload or "", ()):
                self.gnb.release(self)
                raise Overloaded(f"{self.amf.name} takes no {establishment_cause}")
            await self.send(
                InitialUEMessage(
                    ran_ue_ngap_id=self.ran_ue_ngap_id,
                    nas_pdu=octets,
                    location=location,
                    rrc_establishment_cause=establishment_cause,
                    five_g_s_tmsi=tmsi,
                    ue_context_request=True,
                )
            )
        else:
            await self.send(UplinkNASTransport(*self.ids, octets, location))

    async def inactive(self, cause: str = "user-inactivity") -> None:
        """The UE has nothing to send or receive, or is lost: ask the AMF to release it (8.3.2)."""
        if self.amf_ue_ngap_id is not None:
            amf_id, ran_id = self.ids
            await self.send(
                UEContextReleaseRequest(
                    amf_ue_ngap_id=amf_id,
                    ran_ue_ngap_id=ran_id,
                    active_sessions=tuple(self.sessions),
                    cause=Cause("radioNetwork", cause),
                )
            )

    @property
    def ids(self) -> tuple[int, int]:
        """AMF UE NGAP ID and RAN UE NGAP ID, once the AMF has given its own."""
        assert self.amf_ue_ngap_id is not None  # noqa: S101 - the promise of the caller
        return self.amf_ue_ngap_id, self.ran_ue_ngap_id

    async def send(self, message: NgapMessage) -> None:
        """UE-associated signalling, on this UE's stream; raises ConnectionError."""
        if self.amf is None:
            raise ConnectionError("the UE has no AMF")
        await self.amf.send(message, self.ran_ue_ngap_id)

    async def ask(self, message: NgapMessage) -> NgapMessage:
        """The outcome of a procedure of this UE; raises TimeoutError or ConnectionError."""
        if self.amf is None:
            raise ConnectionError("the UE has no AMF")
        return await self.amf.ask(message, self.ran_ue_ngap_id)
