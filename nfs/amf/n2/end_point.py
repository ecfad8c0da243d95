"""The N2 reference point at the AMF: associations in, NGAP messages to whom they concern."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog

from nfs.amf.mobility.path_switch import failure as path_switch_failure
from nfs.amf.n2.error_indication import error_indication, release_locally
from nfs.amf.n2.gnb import Gnb
from nfs.amf.n2.ng_reset import ng_reset
from nfs.amf.n2.ng_setup import ng_setup
from nfs.amf.n2.overload import Overload
from nfs.amf.n2.ran_configuration_update import ran_configuration_update
from nfs.amf.ue.events import N2Lost, PathSwitch
from nfs.amf.ue.ue import Ue
from nfs.amf.ue_associated import UE_ASSOCIATED
from nfs.common.trace import Interface
from nfs.protocols.ngap import (
    INITIATING,
    AMFConfigurationUpdateAcknowledge,
    AMFConfigurationUpdateFailure,
    Cause,
    ErrorIndication,
    HandoverFailure,
    HandoverNotify,
    HandoverRequestAcknowledge,
    InitialUEMessage,
    NgapError,
    NgapMessage,
    NGReset,
    NGResetAcknowledge,
    NGSetupRequest,
    OtherMessage,
    PathSwitchRequest,
    RANConfigurationUpdate,
    UEContextReleaseCommand,
    UEContextReleaseComplete,
    UplinkNASTransport,
    UplinkRANStatusTransfer,
    decode,
    error_answer,
    failure_of,
    name_of,
    not_comprehended,
    notification,
)
from nfs.transports.base import Association

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.mobility.handover_preparation import HandoverTarget

log = structlog.get_logger("amf")

OUT_OF_STATE = Cause("protocol", "message-not-compatible-with-receiver-state")
UNKNOWN_LOCAL_ID = Cause("radioNetwork", "unknown-local-UE-NGAP-ID")
INCONSISTENT_REMOTE_ID = Cause("radioNetwork", "inconsistent-remote-UE-NGAP-ID")
FROM_GNB = (
    *UE_ASSOCIATED,
    UplinkNASTransport,
    UEContextReleaseComplete,
    HandoverRequestAcknowledge,
    HandoverFailure,
    HandoverNotify,
    UplinkRANStatusTransfer,
)
"""What a gNB may say about a UE that has a connection."""

OUTCOMES = (
    NGResetAcknowledge,
    AMFConfigurationUpdateAcknowledge,
    AMFConfigurationUpdateFailure,
)
"""Of the interface procedures that the AMF starts."""

MAX_UES_PER_GNB = 65_536

_INTERFACE_PROCEDURES: dict[type[Any], Callable[[Amf, Gnb, Any], Awaitable[None]]] = {
    NGSetupRequest: ng_setup,
    NGReset: ng_reset,
    ErrorIndication: error_indication,
    RANConfigurationUpdate: ran_configuration_update,
}
"""Procedures of the interface itself (TS 38.413 clause 8.7); all others concern one UE."""


class N2:
    def __init__(self, amf: Amf) -> None:
        self._amf = amf
        self._ids = itertools.count(1)
        self.gnbs: set[Gnb] = set()
        self.ues: dict[int, Ue] = {}
        self.targets: dict[int, HandoverTarget] = {}
        """By the AMF UE NGAP ID that the UE will have there."""
        self._leaving: set[tuple[Gnb, int]] = set()
        """Where UEs have been, until the gNB has confirmed."""
        self.overload = Overload(amf)

    async def serve(self, association: Association) -> None:
        """Receive from one gNB until its association ends; then its UEs are without N2."""
        gnb = Gnb(association, self._amf.trace)
        self.gnbs.add(gnb)
        try:
            while (message := await association.receive()) is not None:
                await self._handle_safely(gnb, message.payload)
        finally:
            self.gnbs.discard(gnb)
            gnb.lost()
            self._leaving = {(g, i) for g, i in self._leaving if g is not gnb}
            for ue in list(gnb.ues.values()):
                ue.deliver(N2Lost())
            await association.close()
            log.info("gNB gone", gnb=str(gnb))

    async def _handle_safely(self, gnb: Gnb, octets: bytes) -> None:
        """A mistake of ours costs one message, not the association and all its UEs."""
        try:
            await self._handle(gnb, octets)
        except ConnectionError as error:
            log.info("gNB not answered", gnb=str(gnb), reason=str(error))
        except Exception:
            log.exception("NGAP message not handled", gnb=str(gnb), octets=octets.hex())

    async def _handle(self, gnb: Gnb, octets: bytes) -> None:
        """Every message is handled, answered or dropped with a line in the log; none is fatal."""
        self._amf.trace.record(Interface.N2, "gNB", "AMF", name_of(octets), octets)
        try:
            message = decode(octets)
        except NgapError as error:
            log.warning("NGAP message refused", gnb=str(gnb), reason=str(error))
            await self._answer(gnb, error_answer(error))
            return
        if isinstance(message, OtherMessage):
            log.warning("NGAP procedure not offered", gnb=str(gnb), procedure=message.procedure)
            await self._answer(gnb, not_comprehended(message))
            return
        procedure = _INTERFACE_PROCEDURES.get(type(message))
        if not (gnb.ready or isinstance(message, NGSetupRequest | ErrorIndication)):
            await self._refuse(gnb, message, OUT_OF_STATE, "before NG Setup")
        elif procedure is not None:
            await procedure(self._amf, gnb, message)
        elif isinstance(message, InitialUEMessage):
            await self._initial(gnb, message)
        elif isinstance(message, PathSwitchRequest):
            await self._path_switch(gnb, message)
        elif isinstance(message, OUTCOMES):
            if not gnb.answered(message):
                log.warning("nobody has asked", gnb=str(gnb), message=message.NAME)
        elif isinstance(message, FROM_GNB):
            await self._deliver(gnb, message)
        else:
            await self._refuse(gnb, message, OUT_OF_STATE, "no message for an AMF")
        await self._answer(gnb, notification(message))

    async def _answer(self, gnb: Gnb, answer: NgapMessage | None) -> None:
        if answer is not None:
            await gnb.send(answer)

    async def _initial(self, gnb: Gnb, message: InitialUEMessage) -> None:
        """Initial UE Message (TS 38.413 clause 8.6.1): a new UE-associated connection."""
        if len(gnb.ues) >= MAX_UES_PER_GNB:
            cause = Cause("misc", "control-processing-overload")
            await self._refuse(gnb, message, cause, "too many UEs at one gNB")
            return
        old = gnb.ues.get(message.ran_ue_ngap_id)
        if old is not None:
            old.deliver(N2Lost())
        ids = message.ran_ue_ngap_id, self.new_id()
        ue = Ue(gnb, *ids, self._amf.trace, self._amf.config.timers)
        ue.wants_context_at_gnb = bool(message.ue_context_request)
        ue.claimed = self._amf.registry.claimed(message)
        gnb.ues[message.ran_ue_ngap_id] = ue
        self.ues[ue.amf_ue_ngap_id] = ue
        ue.deliver(message)
        self._amf.serve_ue(ue)
        await self.overload.follow_load()

    async def _deliver(self, gnb: Gnb, message: NgapMessage) -> None:
        """To the UE that both identifiers name; AP ID errors are those of clause 10.6."""
        amf_id: int | None = getattr(message, "amf_ue_ngap_id", None)
        ran_id: int | None = getattr(message, "ran_ue_ngap_id", None)
        if isinstance(message, UEContextReleaseComplete) and (gnb, amf_id) in self._leaving:
            self._leaving.discard((gnb, message.amf_ue_ngap_id))
            return
        target = self.targets.get(amf_id) if amf_id is not None else None
        if target is not None and target.gnb is gnb and target.ran_ue_ngap_id in (None, ran_id):
            target.ue.deliver(message)
            return
        ue = self.ues.get(amf_id) if amf_id is not None else None
        known = ue is not None and ue.gnb is gnb
        if ue is not None and known and ue.ran_ue_ngap_id == ran_id:
            ue.deliver(message)
            return
        cause = INCONSISTENT_REMOTE_ID if known else UNKNOWN_LOCAL_ID
        release_locally(gnb, amf_id, ran_id)
        if not isinstance(message, UEContextReleaseComplete):
            await self._refuse(gnb, message, cause, f"UE {amf_id}, {ran_id} is not at this gNB")

    async def _path_switch(self, gnb: Gnb, request: PathSwitchRequest) -> None:
        """From a gNB that the UE was not at: it is known by the identifier of before, or by the
        one that a handover which is not complete yet gives it."""
        ue = self.ues.get(request.source_amf_ue_ngap_id)
        if ue is None and (target := self.targets.get(request.source_amf_ue_ngap_id)) is not None:
            ue = target.ue
        if ue is None:
            await gnb.send(path_switch_failure(request, UNKNOWN_LOCAL_ID), request.ran_ue_ngap_id)
        else:
            ue.deliver(PathSwitch(gnb, request))

    async def _refuse(self, gnb: Gnb, message: NgapMessage, cause: Cause, reason: str) -> None:
        """A logical error (10.4): the failure of the procedure, else an error indication."""
        name = message.NAME
        log.warning("message refused", gnb=str(gnb), message=name, reason=reason, cause=cause.value)
        if message.PDU != INITIATING:
            return
        ids = getattr(message, "amf_ue_ngap_id", None), getattr(message, "ran_ue_ngap_id", None)
        failure = failure_of(message.PROCEDURE, *ids, cause)
        await gnb.send(failure or ErrorIndication(*ids, cause))

    def new_id(self) -> int:
        """An AMF UE NGAP ID that nobody has."""
        return next(self._ids)

    def move(self, ue: Ue, gnb: Gnb, amf_id: int, ran_id: int) -> None:
        """The UE's connection is with another gNB from now on."""
        self._forget_ids(ue)
        ue.gnb, ue.amf_ue_ngap_id, ue.ran_ue_ngap_id = gnb, amf_id, ran_id
        gnb.ues[ran_id] = ue
        self.ues[amf_id] = ue

    async def leave(self, gnb: Gnb, ids: tuple[int, int], cause: Cause) -> None:
        """Release a UE's resources at a gNB where it is not, or not any more."""
        self._leaving.add((gnb, ids[0]))
        try:
            await gnb.send(UEContextReleaseCommand(ids, cause), ids[1])
        except ConnectionError as error:
            log.info("gNB not told", gnb=str(gnb), reason=str(error))

    def forget(self, ue: Ue) -> None:
        """The UE-associated connection has ended; its identifiers are free again."""
        ue.connected = False
        self._forget_ids(ue)

    def _forget_ids(self, ue: Ue) -> None:
        self.ues.pop(ue.amf_ue_ngap_id, None)
        if ue.gnb.ues.get(ue.ran_ue_ngap_id) is ue:
            del ue.gnb.ues[ue.ran_ue_ngap_id]
