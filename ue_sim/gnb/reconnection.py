"""An N2 association that is lost is set up again, with a pause that grows (TS 38.412 clause 7)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from ue_sim.gnb.errors import NgSetupError
from ue_sim.gnb.ng_setup import set_up

if TYPE_CHECKING:
    from ue_sim.gnb.amf import AmfConnection
    from ue_sim.gnb.gnb import Gnb

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
"""Seconds."""

Tell = Callable[[str], None]


async def stay_connected(gnb: Gnb, n2: str, amf: AmfConnection | None, tell: Tell) -> None:
    """Keep the gNB connected with the AMF at ``n2``, until cancelled.

    ``amf`` is the association that there is already; ``tell`` gets a line at each change.
    """
    pause = FIRST_PAUSE
    while True:
        if amf is not None:
            assert amf.reader is not None  # noqa: S101 - attached
            await asyncio.wait({amf.reader})
            tell("association lost")
        try:
            amf = await set_up(gnb, n2)
        except OSError as error:
            amf = None
            wait = error.time_to_wait if isinstance(error, NgSetupError) else None
            seconds = wait or pause
            tell(f"{error}; next attempt in {seconds:g} s")
            await asyncio.sleep(seconds)
            pause = min(2 * pause, LONGEST_PAUSE)
        else:
            tell(f"NG Setup done with AMF {amf.name}")
            pause = FIRST_PAUSE
