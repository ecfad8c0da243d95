"""PDU sessions as the UE sees them (TS 24.501 clause 6)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import structlog

from nfs.common.identities import Snssai
from nfs.protocols.nas import (
    DlNasTransport,
    NasError,
    NasMessage,
    PduSessionEstablishmentAccept,
    PduSessionEstablishmentReject,
    PduSessionEstablishmentRequest,
    PduSessionModificationCommand,
    PduSessionModificationComplete,
    PduSessionReleaseCommand,
    PduSessionReleaseComplete,
    PduSessionType,
    ProtocolConfigurationOptions,
    QosFlowDescription,
    QosFlowOperation,
    RequestType,
    decode,
)
from ue_sim.ue.errors import NoAnswer, ProcedureRejected
from ue_sim.ue.modem import TIMEOUT, Modem

log = structlog.get_logger("ue")

_64_KBPS, _FULL_RATE = 0, 0xFF
"""Integrity protection maximum data rate, uplink and then downlink (clause 9.11.4.7)."""


@dataclass
class Session:
    pdu_session_id: int
    dnn: str
    s_nssai: str
    address: str | None
    flows: dict[int, QosFlowDescription] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        flows = [{"qfi": f.qfi, "fiveQi": f.five_qi} for f in self.flows.values()]
        return {
            "pduSessionId": self.pdu_session_id,
            "dnn": self.dnn,
            "sNssai": self.s_nssai,
            "address": self.address,
            "qosFlows": flows,
        }


class Sessions:
    def __init__(self, modem: Modem) -> None:
        self._modem = modem
        self._by_id: dict[int, Session] = {}
        self._waiting: dict[int, asyncio.Future[NasMessage]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        modem.on_session_message = self._arrived
        modem.on_not_forwarded = self._not_forwarded
        modem.session_status = lambda: frozenset(self._by_id)
        modem.on_session_status = self._network_has

    def __iter__(self) -> Any:
        return iter(self._by_id.values())

    async def establish(
        self,
        dnn: str | None,
        s_nssai: str | None,
        session_id: int = 1,
        pdu_type: PduSessionType = PduSessionType.IPV4,
    ) -> Session:
        """Without DNN or slice the network chooses. Raises ProcedureRejected with the 5GSM or 5GMM
        cause."""
        request = PduSessionEstablishmentRequest(
            pdu_session_id=session_id,
            pti=session_id,
            integrity_max_rate=bytes(
                _FULL_RATE if full else _64_KBPS for full in self._modem.config.integrity_full_rate
            ),
            pdu_session_type=pdu_type,
            ssc_mode=1,
            epco=ProtocolConfigurationOptions.request(),
        )
        future: asyncio.Future[NasMessage] = asyncio.get_running_loop().create_future()
        self._waiting[session_id] = future
        try:
            await self._modem.send_session_message(
                request,
                request_type=RequestType.INITIAL_REQUEST,
                s_nssai=Snssai.parse(s_nssai) if s_nssai else None,
                dnn=dnn,
            )
            answer = await asyncio.wait_for(future, TIMEOUT)
        except TimeoutError:
            raise NoAnswer("PDU session establishment", "TIMER_EXPIRED") from None
        finally:
            del self._waiting[session_id]
        if isinstance(answer, PduSessionEstablishmentReject):
            raise ProcedureRejected("PDU session establishment", answer.cause.name)
        if isinstance(answer, DlNasTransport):
            cause = answer.cause.name if answer.cause else "PAYLOAD_WAS_NOT_FORWARDED"
            raise ProcedureRejected("PDU session establishment", cause)
        assert isinstance(answer, PduSessionEstablishmentAccept)  # noqa: S101 - all that is left
        address = answer.pdu_address.ipv4 if answer.pdu_address else None
        given = str(answer.s_nssai or s_nssai or "")
        session = Session(session_id, answer.dnn or dnn or "", given, address)
        for flow in answer.qos_flow_descriptions or ():
            session.flows[flow.qfi] = flow
        self._by_id[session_id] = session
        return session

    def _network_has(self, sessions: frozenset[int]) -> None:
        """Those that the network does not have are released locally (TS 24.501 5.6.1.4.1)."""
        for session_id in set(self._by_id) - sessions:
            del self._by_id[session_id]

    def _arrived(self, octets: bytes) -> None:
        try:
            message = decode(octets)
        except NasError as error:
            log.warning("5GSM message refused", reason=error.reason)
            return
        match message:
            case PduSessionEstablishmentAccept() | PduSessionEstablishmentReject():
                self._answer(message.pdu_session_id, message)
            case PduSessionModificationCommand():
                self._modified(message)
                ids = message.pdu_session_id, message.pti
                self._send(PduSessionModificationComplete(*ids))
            case PduSessionReleaseCommand():
                self._by_id.pop(message.pdu_session_id, None)
                ids = message.pdu_session_id, message.pti
                self._send(PduSessionReleaseComplete(*ids))
            case _:
                log.warning("5GSM message not expected", message=message.NAME)

    def _modified(self, command: PduSessionModificationCommand) -> None:
        session = self._by_id.get(command.pdu_session_id)
        for flow in command.qos_flow_descriptions or ():
            if session is None:
                continue
            if flow.operation is QosFlowOperation.DELETE:
                session.flows.pop(flow.qfi, None)
            else:
                session.flows[flow.qfi] = flow

    def _not_forwarded(self, message: DlNasTransport) -> None:
        self._answer(message.pdu_session_id, message)

    def _answer(self, session_id: int | None, message: NasMessage) -> None:
        future = self._waiting.get(session_id or 0)
        if future is not None and not future.done():
            future.set_result(message)

    def _send(self, message: NasMessage) -> None:
        task = asyncio.ensure_future(self._modem.send_session_message(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
