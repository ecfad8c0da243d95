"""A gNB: its AMFs, its UEs, and to whom what an AMF says goes (TS 38.413).

The radio is not simulated: a UE is connected by a method call.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from nfs.common.trace import Trace
from nfs.protocols.ngap import (
    INITIATING,
    AMFConfigurationUpdate,
    AMFStatusIndication,
    Cause,
    DeactivateTrace,
    DownlinkNASTransport,
    DownlinkRANStatusTransfer,
    ErrorIndication,
    FiveGSTmsi,
    HandoverRequest,
    InitialContextSetupRequest,
    LocationReportingControl,
    NgapError,
    NgapMessage,
    NGReset,
    OtherMessage,
    OverloadStart,
    OverloadStop,
    Paging,
    PDUSessionResourceModifyRequest,
    PDUSessionResourceReleaseCommand,
    PDUSessionResourceSetupRequest,
    RANConfigurationUpdate,
    RANConfigurationUpdateFailure,
    RerouteNASRequest,
    TraceStart,
    UEContextModificationRequest,
    UEContextReleaseCommand,
    UETNLABindingReleaseRequest,
    decode,
    error_answer,
    not_comprehended,
    notification,
)
from nfs.transports.base import Association
from ue_sim.gnb import handover, interface_management, resources, ue_context
from ue_sim.gnb.amf import AmfConnection
from ue_sim.gnb.amf_selection import select_amf
from ue_sim.gnb.config import GnbConfig
from ue_sim.gnb.errors import NgSetupError
from ue_sim.gnb.ng_setup import set_up
from ue_sim.gnb.paging import page
from ue_sim.gnb.rrc import RrcConnection
from ue_sim.gnb.user_plane import GnbUserPlane

log = structlog.get_logger("gnb")

_Interface = Callable[["Gnb", AmfConnection, Any], Awaitable[None]]
_ForUe = Callable[["Gnb", RrcConnection, Any], Awaitable[None]]

INTERFACE: dict[type[NgapMessage], _Interface] = {
    NGReset: interface_management.ng_reset,
    ErrorIndication: interface_management.error_indication,
    Paging: page,
    AMFConfigurationUpdate: interface_management.amf_configuration_update,
    OverloadStart: interface_management.overload_start,
    OverloadStop: interface_management.overload_stop,
    AMFStatusIndication: interface_management.amf_status_indication,
    RerouteNASRequest: interface_management.reroute_nas_request,
    HandoverRequest: handover.handover_request,
    UEContextReleaseCommand: resources.release_command,
}
"""What concerns the interface, or names its UE in a way of its own."""

FOR_UE: dict[type[NgapMessage], _ForUe] = {
    DownlinkNASTransport: resources.carry_out,
    InitialContextSetupRequest: resources.carry_out,
    PDUSessionResourceSetupRequest: resources.carry_out,
    PDUSessionResourceModifyRequest: resources.carry_out,
    PDUSessionResourceReleaseCommand: resources.carry_out,
    UEContextModificationRequest: ue_context.modify,
    LocationReportingControl: ue_context.report_location,
    TraceStart: ue_context.refuse_trace,
    DeactivateTrace: ue_context.note,
    UETNLABindingReleaseRequest: ue_context.note,
    DownlinkRANStatusTransfer: ue_context.note,
}
"""What an AMF orders for one UE."""


class Gnb:
    def __init__(self, config: GnbConfig, trace: Trace | None = None) -> None:
        self.config = config
        self.location = config.location
        self.amfs: list[AmfConnection] = []
        self.ues: dict[int, RrcConnection] = {}
        self.arriving: dict[int, RrcConnection] = {}
        """UEs that are being handed over to this gNB, by C-RNTI."""
        self.admits_handovers = True
        self.camped: set[Callable[[FiveGSTmsi], None]] = set()
        """What is called with each 5G-S-TMSI that is paged."""
        self._trace = trace
        self._ran_ids = itertools.count(1)
        self.user_plane = GnbUserPlane(config.n3_address, trace)

    async def start(self, n2: str, *more: str) -> AmfConnection:
        """Set up with one AMF, or several of a pool; raises OSError or NgSetupError."""
        await self.user_plane.start("memory" if n2.startswith("memory:") else "udp")
        first = await set_up(self, n2)
        for other in more:
            await set_up(self, other)
        return first

    async def stop(self) -> None:
        for amf in list(self.amfs):
            await self.detach(amf)
        await self.user_plane.stop()

    def attach(self, association: Association) -> AmfConnection:
        amf = AmfConnection(association, self._trace)
        self.amfs.append(amf)
        amf.reader = asyncio.ensure_future(self._read(amf))
        return amf

    async def detach(self, amf: AmfConnection) -> None:
        if amf in self.amfs:
            self.amfs.remove(amf)
        await amf.close()

    def connect_ue(self, on_nas: Callable[[bytes | None], None]) -> RrcConnection:
        connection = RrcConnection(self, next(self._ran_ids), on_nas)
        self.ues[connection.ran_ue_ngap_id] = connection
        return connection

    def select_amf(self, tmsi: FiveGSTmsi | None) -> AmfConnection:
        return select_amf(self.amfs, tmsi)

    async def update_configuration(self, config: GnbConfig) -> None:
        """RAN Configuration Update (8.7.2); raises NgSetupError when an AMF refuses it."""
        update = RANConfigurationUpdate(
            ran_node_name=config.name, supported_tas=config.supported_tas
        )
        for amf in list(self.amfs):
            answer = await amf.ask(update)
            if isinstance(answer, RANConfigurationUpdateFailure):
                raise NgSetupError(f"{amf.name} refuses the update: {answer.cause.value}")
        self.config, self.location = config, config.location

    async def reset(self, cause: Cause) -> None:
        """NG Reset of all there is (8.7.4)."""
        for amf in list(self.amfs):
            for ue in [u for u in self.ues.values() if u.amf is amf]:
                self.release(ue)
            await amf.ask(NGReset(cause, None))

    async def send(self, message: NgapMessage) -> None:
        """To the first AMF, and about the UE that the message names, if any."""
        if not self.amfs:
            raise ConnectionError("the gNB is not connected to an AMF")
        await self.amfs[0].send(message, getattr(message, "ran_ue_ngap_id", None))

    async def _read(self, amf: AmfConnection) -> None:
        while (received := await amf.association.receive()) is not None:
            try:
                message = decode(received.payload)
            except NgapError as error:
                log.warning("NGAP message refused", reason=str(error))
                await self._answer(amf, error_answer(error))
                continue
            amf.record("AMF", "gNB", message.NAME, received.payload)
            try:
                await self._handle(amf, message)
            except ConnectionError as error:
                log.info("message not answered", message=message.NAME, reason=str(error))
            except Exception:  # a mistake of ours costs one message, not all UEs
                log.exception("message not handled", message=message.NAME)
        await amf.association.close()
        amf.lost()
        if amf in self.amfs:
            self.amfs.remove(amf)
        for ue in [u for u in self.ues.values() if u.amf is amf]:
            self.release(ue)

    async def _handle(self, amf: AmfConnection, message: NgapMessage) -> None:
        if isinstance(message, OtherMessage):
            await self._answer(amf, not_comprehended(message))
        elif message.PDU != INITIATING:
            if not amf.answered(message):
                log.warning("nobody has asked", message=message.NAME)
        elif (procedure := INTERFACE.get(type(message))) is not None:
            await procedure(self, amf, message)
        elif (order := FOR_UE.get(type(message))) is not None:
            await self._for_ue(amf, message, order)
        else:
            cause = Cause("protocol", "message-not-compatible-with-receiver-state")
            await amf.send(ErrorIndication(cause=cause))
        await self._answer(amf, notification(message))

    async def _for_ue(self, amf: AmfConnection, message: Any, order: _ForUe) -> None:
        """The UE is at this gNB, and with the identifier that its AMF has given it (10.6)."""
        amf_id, ran_id = message.amf_ue_ngap_id, message.ran_ue_ngap_id
        ue = self.ues.get(ran_id)
        if ue is None or ue.amf is not amf:
            cause = Cause("radioNetwork", "unknown-local-UE-NGAP-ID")
            await amf.send(ErrorIndication(amf_id, ran_id, cause))
        elif ue.amf_ue_ngap_id not in (None, amf_id):
            self.release(ue)
            cause = Cause("radioNetwork", "inconsistent-remote-UE-NGAP-ID")
            await amf.send(ErrorIndication(amf_id, ran_id, cause))
        else:
            ue.amf_ue_ngap_id = amf_id
            await order(self, ue, message)

    async def _answer(self, amf: AmfConnection, answer: NgapMessage | None) -> None:
        if answer is not None:
            await amf.send(answer)

    def release(self, ue: RrcConnection) -> None:
        """The UE's connection is over; it is told."""
        if self.ues.pop(ue.ran_ue_ngap_id, None) is ue:
            self.user_plane.release(ue, *ue.sessions)
            ue.on_nas(None)
