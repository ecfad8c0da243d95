"""A PDU session as the UE sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv6Address
from typing import Any

from nfs.protocols.nas import (
    PduSessionEstablishmentAccept,
    PduSessionType,
    QosFlowDescription,
    QosFlowOperation,
    SessionAmbr,
)
from nfs.protocols.nas.qos_operations import QosState
from ue_sim.ue.packet_interface import PING_TIMEOUT, PacketInterface

_LINK_LOCAL = bytes.fromhex("fe80000000000000")


class SessionState(StrEnum):
    """PDU session states of the UE (TS 24.501 clause 6.1.3.2)."""

    INACTIVE = "PDU SESSION INACTIVE"
    ACTIVE_PENDING = "PDU SESSION ACTIVE PENDING"
    ACTIVE = "PDU SESSION ACTIVE"
    MODIFICATION_PENDING = "PDU SESSION MODIFICATION PENDING"
    INACTIVE_PENDING = "PDU SESSION INACTIVE PENDING"


@dataclass(frozen=True, slots=True)
class SmTimers:
    """Seconds of the UE's 5GSM timers, and how often a request is repeated (table 10.3.1)."""

    t3580: float = 16.0
    t3581: float = 16.0
    t3582: float = 16.0
    retransmissions: int = 4


@dataclass
class Session:
    """``dnn`` and ``s_nssai`` as asked for until the network says which ones it took; ``address``
    is the IPv4 address; ``interface_id`` has the 8 octets of the IPv6 link-local address."""

    pdu_session_id: int
    dnn: str | None
    s_nssai: str | None
    requested_type: PduSessionType
    state: SessionState = SessionState.INACTIVE
    pdu_session_type: PduSessionType | None = None
    ssc_mode: int = 1
    address: str | None = None
    interface_id: bytes | None = None
    dns: tuple[str, ...] = ()
    mtu: int | None = None
    ambr: SessionAmbr | None = None
    always_on: bool = False
    qos: QosState = field(default_factory=QosState)
    interface: PacketInterface = field(default_factory=PacketInterface)
    """For user packets."""
    completed_pti: int | None = None
    """Of the last own request that the network has carried out with a command."""

    @property
    def flows(self) -> dict[int, QosFlowDescription]:
        """By QFI; one that the network does not describe has its QFI as 5QI (clause 6.2.5.1.1)."""
        used = {rule.qfi for rule in self.qos.rules.values() if rule.qfi}
        plain = {q: QosFlowDescription(q, QosFlowOperation.CREATE, q) for q in sorted(used)}
        return plain | self.qos.flows

    @property
    def link_local(self) -> str | None:
        if self.interface_id is None:
            return None
        return str(IPv6Address(_LINK_LOCAL + self.interface_id))

    async def ping(self, address: str, timeout: float = PING_TIMEOUT) -> float:  # noqa: ASYNC109
        """Seconds to the ICMP echo reply; raises TimeoutError and NoUserPlane."""
        return await self.interface.ping(address, timeout)

    def accepted(self, accept: PduSessionEstablishmentAccept, qos: QosState) -> None:
        """Take over what the network gives."""
        self.state = SessionState.ACTIVE
        self.qos = qos
        self.pdu_session_type = accept.pdu_session_type
        self.ssc_mode = accept.ssc_mode
        self.ambr = accept.session_ambr
        self.always_on = bool(accept.always_on)
        self.dnn = accept.dnn or self.dnn
        self.s_nssai = str(accept.s_nssai) if accept.s_nssai else self.s_nssai
        if accept.pdu_address is not None:
            self.address = accept.pdu_address.ipv4
            self.interface_id = accept.pdu_address.interface_id
        if accept.epco is not None:
            self.dns = tuple(str(server) for server in accept.epco.dns)
            self.mtu = accept.epco.mtu

    def to_json(self) -> dict[str, Any]:
        flows = [{"qfi": f.qfi, "fiveQi": f.five_qi} for f in self.flows.values()]
        kind = self.pdu_session_type or self.requested_type
        document: dict[str, Any] = {
            "pduSessionId": self.pdu_session_id,
            "state": self.state.value,
            "dnn": self.dnn,
            "sNssai": self.s_nssai,
            "pduSessionType": kind.name,
            "address": self.address,
            "linkLocal": self.link_local,
            "dns": list(self.dns),
            "mtu": self.mtu,
            "alwaysOn": self.always_on,
            "qosFlows": flows,
        }
        return document
