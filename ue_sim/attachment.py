"""UEs that attach as their configuration says, and stay until they are told to leave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ue_sim.radio.cell import Cell
from ue_sim.ue.config import UeConfig
from ue_sim.ue.equipment import UserEquipment
from ue_sim.ue.errors import ProcedureRejected
from ue_sim.ue.sessions import Session
from ue_sim.ue.tun import SessionTun

IN_FLIGHT = 50
"""UEs that register at the same time."""

Tell = Callable[[str, str], None]
"""Called with a SUPI and what has happened to it."""


@dataclass(frozen=True, slots=True)
class Options:
    tun: str | None = None
    """Name of the TUN devices, with %d for a number; None: no device."""
    ping: str | None = None
    """An address that each session pings once."""


@dataclass
class Attachment:
    """One UE: ``cause`` is why it is not registered, ``failed`` why sessions are not there."""

    ue: UserEquipment
    cause: str | None = None
    failed: dict[int, str] = field(default_factory=dict)
    tuns: dict[int, SessionTun] = field(default_factory=dict)
    pings: dict[int, float] = field(default_factory=dict)
    """Milliseconds, by PDU session."""

    @property
    def complete(self) -> bool:
        return self.cause is None and not self.failed

    def to_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"supi": self.ue.supi, "state": str(self.ue.modem.state)}
        if self.cause is not None:
            return said | {"cause": self.cause}
        said |= {"guti": self.ue.guti, "sessions": [self._session(s) for s in self.ue.sessions]}
        return said | ({"failedSessions": self.failed} if self.failed else {})

    def _session(self, session: dict[str, Any]) -> dict[str, Any]:
        number = session["pduSessionId"]
        tun, ping = self.tuns.get(number), self.pings.get(number)
        return session | {"tun": tun.name if tun else None, "pingMs": ping}


_NONE = Options()


async def attach_all(
    configs: Iterable[UeConfig], cell: Cell, tell: Tell, options: Options = _NONE
) -> list[Attachment]:
    """Register each UE and establish the sessions of its configuration; failures are told."""
    gate = asyncio.Semaphore(IN_FLIGHT)
    attachments = [Attachment(UserEquipment(config, cell)) for config in configs]

    async def one(attachment: Attachment) -> None:
        async with gate:
            await _attach(attachment, tell, options)

    await asyncio.gather(*map(one, attachments))
    return attachments


async def detach_all(attachments: Iterable[Attachment], tell: Tell) -> None:
    """Deregister those that are registered."""
    gate = asyncio.Semaphore(IN_FLIGHT)

    async def one(attachment: Attachment) -> None:
        for tun in attachment.tuns.values():
            tun.close()
        if attachment.cause is not None:
            return
        async with gate:
            try:
                await attachment.ue.deregister()
            except (ProcedureRejected, ConnectionError) as error:
                tell(attachment.ue.supi, f"deregistered locally: {error}")

    await asyncio.gather(*map(one, attachments))


async def _attach(attachment: Attachment, tell: Tell, options: Options) -> None:
    ue = attachment.ue
    ue.modem.on_state = lambda state: tell(ue.supi, str(state))
    try:
        await ue.register()
    except (ProcedureRejected, ConnectionError) as error:
        attachment.cause = error.cause if isinstance(error, ProcedureRejected) else "N2_LOST"
        tell(ue.supi, str(error))
        return
    tell(ue.supi, f"registered as {ue.guti}")
    for session_id, wanted in enumerate(ue.config.sessions, 1):
        try:
            session = await ue.establish(session_id, wanted)
        except (ProcedureRejected, ConnectionError) as error:
            cause = error.cause if isinstance(error, ProcedureRejected) else "N2_LOST"
            attachment.failed[session_id] = cause
            tell(ue.supi, f"session {session_id}: {error}")
        else:
            there = session.to_json()
            address = there["address"] or there["linkLocal"] or "none"
            what = f"{there['dnn']}, slice {there['sNssai']}, address {address}"
            tell(ue.supi, f"session {session_id}: {what}")
            await _use(attachment, session, tell, options)


async def _use(attachment: Attachment, session: Session, tell: Tell, options: Options) -> None:
    """Let the kernel use the session, and see whether packets flow."""
    supi, number = attachment.ue.supi, session.pdu_session_id
    if options.tun is not None and session.address is not None:
        try:
            tun = SessionTun(session.interface, session.mtu, options.tun)
        except OSError as error:
            tell(supi, f"session {number}: no TUN device: {error.strerror}")
        else:
            attachment.tuns[number] = tun
            tell(supi, f"session {number}: TUN device {tun.name}")
    if options.ping is None:
        return
    try:
        milliseconds = round(await session.interface.ping(options.ping) * 1000, 2)
    except (TimeoutError, ConnectionError) as error:
        reason = str(error) or "no answer"
        attachment.failed[number] = "NO_PACKETS"
        tell(supi, f"session {number}: ping {options.ping}: {reason}")
    else:
        attachment.pings[number] = milliseconds
        tell(supi, f"session {number}: ping {options.ping}: {milliseconds} ms")
