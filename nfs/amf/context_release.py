"""UE Context Release (TS 38.413 clauses 8.3.2, 8.3.3; TS 23.502 clause 4.2.6, AN release)."""

from __future__ import annotations

import asyncio

from nfs.amf.ue import N2Lost, Ue
from nfs.protocols.ngap import Cause, UEContextReleaseCommand

COMPLETION_TIMEOUT = 5.0
"""Seconds after which a gNB that does not answer the command is taken to have obeyed."""


async def release_n2(ue: Ue, cause: Cause) -> None:
    """Order the gNB to release the UE; the connection ends here, with or without its answer."""
    await ue.send_ngap(UEContextReleaseCommand((ue.amf_ue_ngap_id, ue.ran_ue_ngap_id), cause))
    ue.context_at_gnb = False
    asyncio.get_running_loop().call_later(COMPLETION_TIMEOUT, ue.deliver, N2Lost())
