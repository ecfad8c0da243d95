"""What the network says to a UE in 5GSM messages, and what it looks like at the SMF."""

from __future__ import annotations

from one_ue import OneUe

from nfs.protocols.nas import SmMessage, decode
from nfs.smf.app import Smf
from nfs.smf.sm_context import SmContext, sm_context_ref


def heard(run: OneUe, *, answering: bool = True) -> list[SmMessage]:
    """All 5GSM messages that reach the UE from now on; with ``answering`` it handles them too."""
    messages: list[SmMessage] = []
    handle = run.ue.modem.on_session_message

    def listen(octets: bytes) -> None:
        message = decode(octets)
        assert isinstance(message, SmMessage)
        messages.append(message)
        if answering:
            handle(octets)

    run.ue.modem.on_session_message = listen
    return messages


def smf_of(run: OneUe) -> Smf:
    smf = run.testbed.nfs["smf"]
    assert isinstance(smf, Smf)
    return smf


async def at_smf(run: OneUe, session_id: int = 1) -> SmContext:
    return await smf_of(run).sessions.find(sm_context_ref(run.ue.supi, session_id))
