"""Overload Start and Stop (TS 38.413 clauses 8.7.7, 8.7.8; TS 23.501 clause 5.19.5.2).

The AMF asks gNBs to send less when an operator says so, or when it serves as many connections as it
may; it stops asking when they have become clearly fewer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.protocols.ngap import NgapMessage, OverloadStart, OverloadStop

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.n2.gnb import Gnb

log = structlog.get_logger("amf")

ACTION = "reject-rrc-cr-signalling"
"""Connections for signalling are refused; those for emergencies and paging responses are not."""
CALM = 0.8
"""Of the connections that an AMF may serve: below this it is overloaded no more."""


class Overload:
    def __init__(self, amf: Amf) -> None:
        self._amf = amf
        self.action: str | None = None
        self._by_operator = False

    async def start(self, action: str = ACTION) -> None:
        """An operator says so, until it says stop."""
        self._by_operator = True
        await self._tell(action)

    async def stop(self) -> None:
        self._by_operator = False
        await self._tell(None)

    async def follow_load(self) -> None:
        """The number of connections has changed."""
        allowed = self._amf.config.max_connections
        if self._by_operator or allowed is None:
            return
        now = len(self._amf.n2.ues)
        if self.action is None and now >= allowed:
            await self._tell(ACTION)
        elif self.action is not None and now < allowed * CALM:
            await self._tell(None)

    async def welcome(self, gnb: Gnb) -> None:
        """A gNB that has set up meanwhile has to know as well."""
        if self.action is not None:
            await gnb.send(OverloadStart(amf_overload_response=self.action))

    async def _tell(self, action: str | None) -> None:
        if action == self.action:
            return
        self.action = action
        log.warning("overload", action=action or "over")
        message: NgapMessage = OverloadStart(action) if action is not None else OverloadStop()
        for gnb in [g for g in self._amf.n2.gnbs if g.ready]:
            try:
                await gnb.send(message)
            except ConnectionError as error:
                log.info("gNB not told", gnb=str(gnb), reason=str(error))
