"""The N2 reference point at the AMF: associations in, NGAP messages to whom they concern."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog

from nfs.amf.gnb import Gnb
from nfs.amf.ng_reset import ng_reset
from nfs.amf.ng_setup import ng_setup
from nfs.amf.ue import N2Lost, Ue
from nfs.common.trace import Interface
from nfs.protocols.ngap import (
    Cause,
    ErrorIndication,
    InitialUEMessage,
    NgapError,
    NgapMessage,
    NGReset,
    NGSetupRequest,
    OtherMessage,
    decode,
    error_answer,
    name_of,
)
from nfs.transports.base import Association

if TYPE_CHECKING:
    from nfs.amf.app import Amf

log = structlog.get_logger("amf")

MAX_UES_PER_GNB = 65_536

_INTERFACE_PROCEDURES: dict[type[Any], Callable[[Amf, Gnb, Any], Awaitable[None]]] = {
    NGSetupRequest: ng_setup,
    NGReset: ng_reset,
}
"""Procedures of the interface itself (TS 38.413 clause 8.7); all others concern one UE."""


class N2:
    def __init__(self, amf: Amf) -> None:
        self._amf = amf
        self._ids = itertools.count(1)
        self.gnbs: set[Gnb] = set()
        self.ues: dict[int, Ue] = {}

    async def serve(self, association: Association) -> None:
        """Receive from one gNB until its association ends; then its UEs are without N2."""
        gnb = Gnb(association, self._amf.trace)
        self.gnbs.add(gnb)
        try:
            while (message := await association.receive()) is not None:
                await self._handle(gnb, message.payload)
        finally:
            self.gnbs.discard(gnb)
            for ue in list(gnb.ues.values()):
                ue.deliver(N2Lost())
            await association.close()
            log.info("gNB gone", gnb=str(gnb))

    async def _handle(self, gnb: Gnb, octets: bytes) -> None:
        """Every message is handled, answered or dropped with a line in the log; none is fatal."""
        self._amf.trace.record(Interface.N2, "gNB", "AMF", name_of(octets), octets)
        try:
            message = decode(octets)
        except NgapError as error:
            answer = error_answer(error)
            log.warning("NGAP message refused", gnb=str(gnb), reason=str(error))
            if answer is not None:
                await gnb.send(answer)
            return
        procedure = _INTERFACE_PROCEDURES.get(type(message))
        if procedure is not None:
            await procedure(self._amf, gnb, message)
        elif isinstance(message, ErrorIndication):
            log.warning("gNB indicates an error", gnb=str(gnb), cause=str(message.cause))
        elif not gnb.ready:
            cause = Cause("protocol", "message-not-compatible-with-receiver-state")
            await self._refuse(gnb, cause, f"{message.NAME} before NG Setup")
        elif isinstance(message, InitialUEMessage):
            await self._initial(gnb, message)
        else:
            await self._deliver(gnb, message)

    async def _initial(self, gnb: Gnb, message: InitialUEMessage) -> None:
        """Initial UE Message (TS 38.413 clause 8.6.1): a new UE-associated connection."""
        if len(gnb.ues) >= MAX_UES_PER_GNB:
            cause = Cause("misc", "control-processing-overload")
            await self._refuse(gnb, cause, "too many UEs at one gNB")
            return
        old = gnb.ues.get(message.ran_ue_ngap_id)
        if old is not None:
            old.deliver(N2Lost())
        ids = message.ran_ue_ngap_id, next(self._ids)
        ue = Ue(gnb, *ids, self._amf.trace, self._amf.config.timers)
        ue.wants_context_at_gnb = bool(message.ue_context_request)
        ue.claimed = self._amf.registry.claimed(message)
        gnb.ues[message.ran_ue_ngap_id] = ue
        self.ues[ue.amf_ue_ngap_id] = ue
        ue.deliver(message)
        self._amf.serve_ue(ue)

    async def _deliver(self, gnb: Gnb, message: NgapMessage) -> None:
        if isinstance(message, OtherMessage):
            if message.criticality == "reject":
                cause = Cause("protocol", "abstract-syntax-error-reject")
                await self._refuse(gnb, cause, f"procedure {message.procedure} is not offered")
            return
        amf_id = getattr(message, "amf_ue_ngap_id", None)
        ran_id = getattr(message, "ran_ue_ngap_id", None)
        ue = self.ues.get(amf_id) if amf_id is not None else None
        if ue is None or ue.gnb is not gnb:
            cause = Cause("radioNetwork", "unknown-local-UE-NGAP-ID")
            await self._refuse(gnb, cause, f"{message.NAME} for no UE of this gNB", amf_id, ran_id)
        elif ue.ran_ue_ngap_id != ran_id:
            cause = Cause("radioNetwork", "inconsistent-remote-UE-NGAP-ID")
            await self._refuse(gnb, cause, f"{message.NAME} for another UE", amf_id, ran_id)
        else:
            ue.deliver(message)

    async def _refuse(
        self,
        gnb: Gnb,
        cause: Cause,
        reason: str,
        amf_id: int | None = None,
        ran_id: int | None = None,
    ) -> None:
        log.warning("NGAP message refused", gnb=str(gnb), reason=reason, cause=cause.value)
        await gnb.send(ErrorIndication(amf_id, ran_id, cause))

    def forget(self, ue: Ue) -> None:
        """The UE-associated connection has ended; its identifiers are free again."""
        ue.connected = False
        self.ues.pop(ue.amf_ue_ngap_id, None)
        if ue.gnb.ues.get(ue.ran_ue_ngap_id) is ue:
            del ue.gnb.ues[ue.ran_ue_ngap_id]
