"""A user equipment as its user sees it: switch on, speak, switch off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from nfs.common.models.device_order import DeviceOrder
from nfs.common.trace import Trace
from nfs.protocols.nas import (
    PduSessionType,
    QosFlowDescription,
    QosRule,
    RegistrationType,
    ServiceType,
)
from ue_sim.gnb import Gnb, GnbConfig
from ue_sim.radio.cell import Cell
from ue_sim.ue.attempts import register_persistently
from ue_sim.ue.config import SessionConfig, UeConfig
from ue_sim.ue.deregistration import deregister
from ue_sim.ue.mm_state import MmState
from ue_sim.ue.modem import Modem
from ue_sim.ue.network_procedures import answer_the_network
from ue_sim.ue.os_agent import OsAgent, SayResult
from ue_sim.ue.registration import register, update_registration
from ue_sim.ue.service_request import request_service
from ue_sim.ue.sessions import Session, Sessions, SmTimers
from ue_sim.ue.timers import seconds
from ue_sim.ue.user_plane import UserPlane


class UserEquipment:
    def __init__(self, config: UeConfig, gnb: Cell, trace: Trace | None = None) -> None:
        self.config = config
        self.modem = Modem(config, gnb, trace)
        t3580, t3581, t3582 = (seconds(config.timers, f"T358{n}") for n in range(3))
        self._sessions = Sessions(
            self.modem, SmTimers(t3580, t3581, t3582), config.integrity_full_rate
        )
        UserPlane(self.modem, self._sessions)
        self._periodic: asyncio.TimerHandle | None = None
        answer_the_network(self.modem)
        self.modem.on_paged = self._answer_paging
        self.modem.before_uplink = self._leave_idle
        self.modem.on_idle = self._start_t3512
        self.agent = OsAgent(self.modem)
        self.agent.on_order = self._carry_out

    @property
    def supi(self) -> str:
        return self.config.supi

    @property
    def guti(self) -> str | None:
        return str(self.modem.guti) if self.modem.guti else None

    @property
    def aic(self) -> str | None:
        return self.agent.aic

    @property
    def acs(self) -> dict[str, Any] | None:
        return self.agent.acs

    @property
    def sessions(self) -> list[dict[str, Any]]:
        return [session.to_json() for session in self._sessions]

    def session(self, session_id: int) -> Session | None:
        return self._sessions.find(session_id)

    async def register(self, *, persistently: bool = False) -> None:
        """Once, or ``persistently`` as often as TS 24.501 has a phone try."""
        await (register_persistently if persistently else register)(self.modem)

    async def move_to(self, gnb: Cell) -> None:
        """Camp on another gNB and update the registration there."""
        self.modem.camp_on(gnb)
        await update_registration(self.modem)

    async def reselect(self, gnb: Gnb) -> None:
        """Camp on another gNB; outside of the registration area that is for the network to know
        (TS 24.501 clause 5.5.1.3.2 a)."""
        self.modem.camp_on(gnb)
        if gnb.location.tai not in self.modem.registration_area:
            await update_registration(self.modem)

    async def hand_over(self, gnb: Gnb, *, xn: bool = False) -> None:
        """Go to another gNB without giving up the connection; raises HandoverFailed."""
        await self.modem.access.hand_over(gnb, xn=xn)

    async def establish_session(
        self,
        dnn: str | None = None,
        kind: PduSessionType = PduSessionType.IPV4,
        s_nssai: str | None = None,
        *,
        always_on: bool = False,
    ) -> Session:
        """Under the lowest free identity; raises ProcedureRejected."""
        return await self._sessions.establish(
            dnn or self.config.dnn,
            s_nssai or self.config.s_nssai,
            pdu_type=kind,
            always_on=always_on,
        )

    async def establish(self, session_id: int, session: SessionConfig) -> Session:
        """A session of the configuration; raises ProcedureRejected."""
        kind = PduSessionType[session.type.upper()]
        return await self._sessions.establish(session.dnn, session.s_nssai, session_id, kind)

    async def modify_session(
        self,
        session_id: int,
        rules: tuple[QosRule, ...] | None = None,
        flows: tuple[QosFlowDescription, ...] | None = None,
    ) -> Session:
        """Ask for QoS; ``sessions.new_flow`` makes what asks for a flow. Raises
        ProcedureRejected."""
        return await self._sessions.modify(session_id, rules, flows)

    async def release_session(self, session_id: int) -> None:
        """Raises ProcedureRejected when there is no such session."""
        await self._sessions.release(session_id)

    async def register_agent(self) -> None:
        await self.agent.register()

    async def say(
        self,
        text: str,
        language: str | None = None,
        on_progress: Callable[[int, str], None] | None = None,
    ) -> SayResult:
        return await self.agent.say(text, language, on_progress)

    async def _carry_out(self, order: DeviceOrder) -> None:
        if (session := order.establish_session) is not None:
            await self.establish_session(session.dnn, s_nssai=session.s_nssai)

    async def go_idle(self) -> None:
        """The gNB finds the UE inactive; returns when its connection has been released."""
        await self.modem.access.go_idle()

    async def request_service(self, sessions: frozenset[int] | None = None) -> frozenset[int]:
        """Back from idle mode, with user plane for ``sessions`` and for those that are always on;
        returns those without."""
        kind = ServiceType.SIGNALLING if sessions is None else ServiceType.DATA
        return await request_service(self.modem, kind, self._with_always_on(sessions))

    def _with_always_on(self, sessions: frozenset[int] | None = None) -> frozenset[int] | None:
        """The uplink data status (TS 24.501 clause 5.6.1.2)."""
        if self.modem.connected:
            return sessions
        return ((sessions or frozenset()) | self._sessions.always_on) or sessions

    async def deregister(self, *, switch_off: bool = False) -> None:
        await deregister(self.modem, switch_off=switch_off)

    async def _answer_paging(self) -> None:
        await request_service(
            self.modem, ServiceType.MOBILE_TERMINATED_SERVICES, self._with_always_on()
        )

    async def _leave_idle(self) -> None:
        if not self.modem.connected and self.modem.state is MmState.REGISTERED:
            await self.request_service()

    def _start_t3512(self) -> None:
        """Periodic registration (TS 24.501 clause 5.3.7)."""
        seconds = self.config.timers.get("T3512", self.modem.t3512_seconds)
        if self._periodic is not None:
            self._periodic.cancel()
        if seconds and self.modem.state is MmState.REGISTERED:
            loop = asyncio.get_running_loop()
            self._periodic = loop.call_later(seconds, self._register_periodically)

    def _register_periodically(self) -> None:
        async def update() -> None:
            if not self.modem.connected and self.modem.state is MmState.REGISTERED:
                await update_registration(self.modem, RegistrationType.PERIODIC_UPDATING)

        self.modem.spawn(update())


@asynccontextmanager
async def attach(
    n2: str,
    ue_config: UeConfig | None = None,
    gnb_config: GnbConfig | None = None,
    *,
    trace: Trace | None = None,
) -> AsyncIterator[UserEquipment]:
    """A gNB and a UE on it: registered, with a session and an AIC; deregistered at the end.

    Raises OSError when nothing listens at ``n2``, NgSetupError, and ProcedureRejected.
    """
    gnb = Gnb(gnb_config or GnbConfig(), trace)
    try:
        await gnb.start(n2)
        ue = UserEquipment(ue_config or UeConfig(), gnb, trace)
        await ue.register()
        try:
            await ue.establish_session()
            await ue.register_agent()
            yield ue
        finally:
            await ue.deregister()
    finally:
        await gnb.stop()
