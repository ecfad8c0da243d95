"""Deregistration as the UE sees it (TS 24.501 clause 5.5.2)."""

from __future__ import annotations

from nfs.protocols.nas import (
    DeregistrationAcceptNw,
    DeregistrationAcceptUe,
    DeregistrationRequestNw,
    DeregistrationRequestUe,
    MmCause,
    NasMessage,
)
from nfs.protocols.nas.mm.deregistration import SWITCH_OFF, THREE_GPP_ACCESS
from ue_sim.ue.errors import NoAnswer
from ue_sim.ue.mm_state import MmEvent, MmState
from ue_sim.ue.modem import Modem
from ue_sim.ue.registration import register

ATTEMPTS = 5
"""Transmissions of DEREGISTRATION REQUEST before the UE deregisters locally (5.5.2.2.6)."""


async def deregister(modem: Modem, *, switch_off: bool = False) -> None:
    """UE-initiated; a network that does not answer is not waited for any longer than T3521 says."""
    async with modem.procedure():
        if modem.security is None or modem.state is MmState.DEREGISTERED:
            return
        kind = THREE_GPP_ACCESS | (SWITCH_OFF if switch_off else 0)
        identity = modem.guti or modem.suci
        request = DeregistrationRequestUe(kind, modem.security.ng_ksi, identity)
        modem.happens(MmEvent.DEREGISTRATION_REQUESTED)
        try:
            for _ in range(1 if switch_off else ATTEMPTS):
                await modem.send(request, modem.initial_header)
                if switch_off:
                    break
                try:
                    await modem.expect(DeregistrationAcceptUe, seconds=modem.timer("T3521"))
                except NoAnswer as failure:
                    if failure.cause == "CONNECTION_RELEASED":
                        break
                else:
                    break
        finally:
            modem.forget_registration(keep_guti=True)
        await modem.released()


async def deregistered_by_network(modem: Modem, message: NasMessage) -> None:
    """Network-initiated (5.5.2.3): accept; register anew when the network wants that."""
    assert isinstance(message, DeregistrationRequestNw)  # noqa: S101 - wired for it only
    async with modem.procedure():
        await modem.send(DeregistrationAcceptNw())
        lost = message.cause in (MmCause.ILLEGAL_UE, MmCause.ILLEGAL_ME, MmCause.PLMN_NOT_ALLOWED)
        modem.forget_registration(keep_guti=not lost)
        await modem.released()
    if message.re_registration_required:
        await register(modem)
