"""When the UE tries again to register (TS 24.501 clauses 5.5.1.2.7 and 5.3.9)."""

from __future__ import annotations

import asyncio

import structlog

from nfs.protocols.nas import RegistrationAccept
from ue_sim.ue.errors import BackOff, NoAnswer
from ue_sim.ue.modem import Modem
from ue_sim.ue.registration import register

log = structlog.get_logger("ue")

ATTEMPTS = 5


async def register_persistently(modem: Modem) -> RegistrationAccept:
    """Until the network accepts or refuses: T3511 between attempts, T3502 after five of them,
    T3346 when the network is congested. Raises ProcedureRejected for a refusal."""
    attempts = 0
    while True:
        try:
            return await register(modem)
        except BackOff as congestion:
            pause = congestion.seconds
        except NoAnswer:
            attempts += 1
            pause = modem.timer("T3511" if attempts < ATTEMPTS else "T3502")
            attempts %= ATTEMPTS
        log.info("registration is tried again", seconds=pause)
        await asyncio.sleep(pause)
