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

IN_FLIGHT = 50
"""UEs that register at the same time."""

Tell = Callable[[str, str], None]
"""Called with a SUPI and what has happened to it."""


@dataclass
class Attachment:
    """One UE: ``cause`` is why it is not registered, ``failed`` why sessions are not there."""

    ue: UserEquipment
    cause: str | None = None
    failed: dict[int, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return self.cause is None and not self.failed

    def to_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"supi": self.ue.supi, "state": str(self.ue.modem.state)}
        if self.cause is not None:
            return said | {"cause": self.cause}
        said |= {"guti": self.ue.guti, "sessions": self.ue.sessions}
        return said | ({"failedSessions": self.failed} if self.failed else {})


async def attach_all(configs: Iterable[UeConfig], cell: Cell, tell: Tell) -> list[Attachment]:
    """Register each UE and establish the sessions of its configuration; failures are told."""
    gate = asyncio.Semaphore(IN_FLIGHT)
    attachments = [Attachment(UserEquipment(config, cell)) for config in configs]

    async def one(attachment: Attachment) -> None:
        async with gate:
            await _attach(attachment, tell)

    await asyncio.gather(*map(one, attachments))
    return attachments


async def detach_all(attachments: Iterable[Attachment], tell: Tell) -> None:
    """Deregister those that are registered."""
    gate = asyncio.Semaphore(IN_FLIGHT)

    async def one(attachment: Attachment) -> None:
        if attachment.cause is not None:
            return
        async with gate:
            try:
                await attachment.ue.deregister()
            except (ProcedureRejected, ConnectionError) as error:
                tell(attachment.ue.supi, f"deregistered locally: {error}")

    await asyncio.gather(*map(one, attachments))


async def _attach(attachment: Attachment, tell: Tell) -> None:
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
