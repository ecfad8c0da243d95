"""Paging: an idle UE is called, and what came for it waits (TS 23.502 clause 4.2.3.3).

The UE answers with a service request or a registration; then everything goes out in order. When it
does not answer, SMFs are told, and what is for its agent and its configuration waits until the UE
is back.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from nfs.amf.registration.deregistration import deregister_implicitly
from nfs.amf.timers import T3513
from nfs.amf.ue.context import Rm, UeContext
from nfs.amf.ue.events import (
    AgentContainer,
    ConfigurationUpdate,
    Downlink,
    N1N2Message,
    NetworkDeregistration,
)
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.ngap import FiveGSTmsi
from nfs.protocols.ngap import Paging as PagingMessage

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.n2.gnb import Gnb
    from nfs.amf.ue.ue import Ue

log = structlog.get_logger("amf")

MAX_WAITING = 16
"""Of one UE; what comes on top is refused."""


class Paging:
    """Who is being called, and what waits for them."""

    def __init__(self, amf: Amf) -> None:
        self._amf = amf
        self._waiting: dict[str, list[Downlink]] = {}
        self._calls: dict[str, asyncio.Task[None]] = {}

    def reachable(self, context: UeContext) -> bool:
        """Whether it makes sense to call this UE."""
        gnbs = self._gnbs(context)
        listens = context.paging_proceeds and not context.mico
        return context.rm is Rm.REGISTERED and listens and bool(gnbs)

    def deliver(self, context: UeContext, downlink: Downlink) -> bool:
        """Whether it goes out at once; else it waits, and the UE is called."""
        ue = self._amf.registry.get(context.supi or "")
        if ue is not None and ue.connected and not ue.releasing:
            ue.deliver(downlink)
            return True
        waiting = self._waiting.setdefault(context.supi or "", [])
        if len(waiting) >= MAX_WAITING:
            log.warning("dropped: too much waits for the UE", ue=context.name)
        else:
            waiting.append(downlink)
        self.resume(context)
        return False

    def resume(self, context: UeContext) -> None:
        """Call the UE if something waits for it and it has no connection."""
        supi = context.supi or ""
        ue = self._amf.registry.get(supi)
        connected = ue is not None and ue.connected
        if self._waiting.get(supi) and not connected and supi not in self._calls:
            self._calls[supi] = self._amf.spawn(self._call(context))

    def calling(self, context: UeContext) -> bool:
        """Whether the UE is being called."""
        return (context.supi or "") in self._calls

    def answered(self, ue: Ue, activated: frozenset[int] = frozenset()) -> bool:
        """The UE is connected and its context in use again; whether something waited for it.

        Setting up the user plane of sessions that are ``activated`` already waits no more.
        """
        supi = ue.context.supi or ""
        if (call := self._calls.pop(supi, None)) is not None:
            call.cancel()
        waiting = self._waiting.pop(supi, [])
        for downlink in waiting:
            if not _is_setup_of(downlink, activated):
                ue.deliver(downlink)
        return bool(waiting)

    async def _call(self, context: UeContext) -> None:
        """T3513, with retransmission (TS 24.501 clause 5.6.2.2.1)."""
        supi = context.supi or ""
        seconds = T3513.within(self._amf.config.timers)
        for _ in range(T3513.transmissions):
            if not self.reachable(context):
                break
            await self._page(context)
            await asyncio.sleep(seconds)
        del self._calls[supi]
        waiting = self._waiting.pop(supi, [])
        kept = [d for d in waiting if isinstance(d, AgentContainer | ConfigurationUpdate)]
        if kept:
            self._waiting[supi] = list(kept)
        log.info("UE does not answer paging", ue=context.name)
        for downlink in waiting:
            if isinstance(downlink, N1N2Message) and downlink.failure_uri is not None:
                await self._not_delivered(downlink.failure_uri, downlink)
            elif isinstance(downlink, NetworkDeregistration):
                await deregister_implicitly(self._amf, context)

    async def _page(self, context: UeContext) -> None:
        """All gNBs of the registration area (TS 38.413 clause 8.5.1)."""
        guti = context.guti
        if guti is None:
            return
        guami = guti.guami
        tmsi = FiveGSTmsi(guami.set_id, guami.pointer, guti.tmsi)
        message = PagingMessage(identity=tmsi, tais=context.registration_area)
        for gnb in self._gnbs(context):
            try:
                await gnb.send(message)
            except ConnectionError as error:
                log.info("gNB not asked to page", gnb=str(gnb), reason=str(error))

    def _gnbs(self, context: UeContext) -> list[Gnb]:
        tacs = {tai.tac for tai in context.registration_area}
        return [gnb for gnb in self._amf.n2.gnbs if any(ta.tac in tacs for ta in gnb.supported_tas)]

    async def _not_delivered(self, uri: str, transfer: N1N2Message) -> None:
        """N1N2TransferFailureNotification (TS 29.518 clause 5.2.2.3.2)."""
        body = {"cause": "UE_NOT_RESPONDING", "n1n2MsgDataUri": transfer.location}
        try:
            await self._amf.notify(uri, body, peer="SMF")
        except SbiProblem as problem:
            log.warning("failure not notified", uri=uri, reason=str(problem))


def _is_setup_of(downlink: Downlink, session_ids: frozenset[int]) -> bool:
    return (
        isinstance(downlink, N1N2Message)
        and downlink.n1_sm is None
        and downlink.n2_kind == "PDU_RES_SETUP_REQ"
        and downlink.pdu_session_id in session_ids
    )
