"""User packets between a UE's sessions and the radio (TS 23.501 clause 5.7.1, 24.501 5.6.1)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address
from typing import Any, Protocol

import structlog

from nfs.protocols.ip import IpError, parse
from nfs.protocols.nas import ServiceType
from ue_sim.radio.cell import OnPacket
from ue_sim.ue.errors import ProcedureRejected
from ue_sim.ue.modem import Modem
from ue_sim.ue.qos_rules import select_qfi
from ue_sim.ue.service_request import request_service
from ue_sim.ue.sessions import Session, SessionState

log = structlog.get_logger("ue")

MAX_WAITING = 64
"""Uplink packets that wait for the connection."""


class Sessions(Protocol):
    changed: Callable[[Session], None]

    def find(self, session_id: int) -> Session | None: ...


class UserPlane:
    """Packets of an idle UE make it come back: they wait for the service request."""

    def __init__(self, modem: Modem, sessions: Sessions) -> None:
        self._modem = modem
        self._sessions = sessions
        self._waiting: deque[tuple[Session, int, bytes]] = deque()
        self._resuming = False
        on_packet: OnPacket = self._arrived
        modem.access.on_packet = on_packet
        self._others: Callable[[Session], Any] = sessions.changed
        sessions.changed = self._changed

    def _changed(self, session: Session) -> None:
        self._others(session)
        interface = session.interface
        if session.state is SessionState.INACTIVE:
            interface.send_packet = None
            return
        if interface.send_packet is None:
            interface.addresses = (IPv4Address(session.address),) if session.address else ()
            interface.send_packet = partial(self._send, session)
            if session.interface_id is not None:
                interface.interface_id = int.from_bytes(session.interface_id)
                self._modem.spawn(interface.configure())

    def _send(self, session: Session, packet: bytes) -> None:
        try:
            qfi = select_qfi(session.qos.rules.values(), parse(packet))
        except IpError:
            return
        if qfi is None:
            log.debug("no QoS rule for a packet", session=session.pdu_session_id)
            return
        if not self._resuming and self._modem.access.send_packet(
            session.pdu_session_id, qfi, packet
        ):
            self._count(session, qfi)
        elif len(self._waiting) < MAX_WAITING:
            self._waiting.append((session, qfi, packet))
            if not self._resuming:
                self._resuming = True
                self._modem.spawn(self._resume())

    def _count(self, session: Session, qfi: int) -> None:
        flows = session.interface.flows_out
        flows[qfi] = flows.get(qfi, 0) + 1

    async def _resume(self) -> None:
        sessions = frozenset(session.pdu_session_id for session, _, _ in self._waiting)
        try:
            await request_service(self._modem, ServiceType.DATA, sessions)
        except (ProcedureRejected, ConnectionError) as error:
            log.warning("packets dropped", packets=len(self._waiting), reason=str(error))
            self._waiting.clear()
        finally:
            self._resuming = False
        while self._waiting:
            session, qfi, packet = self._waiting.popleft()
            if self._modem.access.send_packet(session.pdu_session_id, qfi, packet):
                self._count(session, qfi)

    def _arrived(self, session_id: int, packet: bytes, qfi: int | None) -> None:
        session = self._sessions.find(session_id)
        if session is not None:
            session.interface.arrived(packet, qfi)
