"""How long an idle UE may be silent (TS 24.501 clause 5.3.7).

The mobile reachable timer is longer than T3512: a UE that has not registered by then is not paged
any more. After the implicit deregistration timer it is not registered any more.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from nfs.amf.connection.power_saving import t3512_seconds
from nfs.amf.registration.deregistration import deregister_implicitly
from nfs.amf.timers import IMPLICIT_DEREGISTRATION, LONGER_THAN_T3512, MOBILE_REACHABLE
from nfs.amf.ue.context import UeContext

if TYPE_CHECKING:
    from nfs.amf.app import Amf

log = structlog.get_logger("amf")


class MobileReachability:
    def __init__(self, amf: Amf) -> None:
        self._amf = amf
        self._timers: dict[str, asyncio.Task[None]] = {}

    def idle(self, context: UeContext) -> None:
        """The UE has no connection: the timers start."""
        self.connected(context)
        if context.supi is not None and self._amf.config.t3512_seconds:
            self._timers[context.supi] = self._amf.spawn(self._watch(context.supi, context))

    def connected(self, context: UeContext) -> None:
        """It has one, or is not registered: they stop."""
        context.paging_proceeds = True
        timer = self._timers.pop(context.supi or "", None)
        if timer is not None:
            timer.cancel()

    def resume(self) -> None:
        """After a restart, all UEs that this AMF had registered are idle."""
        amf = self._amf
        for context in amf.contexts.all():
            if not amf.shared_state or context.served_by == amf.instance_id:
                self.idle(context)

    async def _watch(self, supi: str, context: UeContext) -> None:
        config = self._amf.config
        longer = t3512_seconds(self._amf, context) + LONGER_THAN_T3512
        await asyncio.sleep(config.timers.get(MOBILE_REACHABLE, longer))
        context.paging_proceeds = False
        log.info("UE is silent: it is not paged any more", ue=context.name)
        await asyncio.sleep(config.timers.get(IMPLICIT_DEREGISTRATION, LONGER_THAN_T3512))
        del self._timers[supi]
        newest = self._amf.registry.context(supi)
        if newest is not None and newest.served_by in (None, context.served_by):
            await deregister_implicitly(self._amf, newest)
