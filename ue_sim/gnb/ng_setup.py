"""NG Setup (TS 38.413 clause 8.7.1), as often as the AMF asks for."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import structlog

from nfs.protocols import ngap
from nfs.protocols.ngap import NGSetupFailure, NGSetupRequest, NGSetupResponse
from nfs.transports import connect
from ue_sim.gnb.errors import NgSetupError

if TYPE_CHECKING:
    from ue_sim.gnb.amf import AmfConnection
    from ue_sim.gnb.gnb import Gnb

log = structlog.get_logger("gnb")

NG_SETUP_TIMEOUT = 10.0
NG_SETUP_PAUSE = 0.3
"""Seconds."""


async def set_up(gnb: Gnb, n2: str) -> AmfConnection:
    """Connect and set up; raises OSError or NgSetupError.

    An association that ends before its answer is tried again: forwarders of ports take
    connections while the AMF behind them is still starting.
    """
    ngap.load()
    try:
        async with asyncio.timeout(NG_SETUP_TIMEOUT):
            while True:
                with contextlib.suppress(ConnectionResetError):
                    return await _set_up(gnb, n2)
                await asyncio.sleep(NG_SETUP_PAUSE)
    except TimeoutError:
        raise NgSetupError(f"no answer to NG SETUP REQUEST from {n2}") from None


async def _set_up(gnb: Gnb, n2: str) -> AmfConnection:
    amf = gnb.attach(await connect(n2))
    config = gnb.config
    request = NGSetupRequest(
        global_ran_node_id=config.global_id,
        supported_tas=config.supported_tas,
        ran_node_name=config.name,
    )
    try:
        answer = await amf.ask(request)
    except ConnectionError as error:
        await gnb.detach(amf)
        raise ConnectionResetError(str(error)) from error
    if isinstance(answer, NGSetupResponse):
        amf.serves(answer)
        return amf
    await gnb.detach(amf)
    assert isinstance(answer, NGSetupFailure)  # noqa: S101 - the other outcome
    seconds = float(answer.time_to_wait[1:-1]) if answer.time_to_wait else None
    raise NgSetupError(f"the AMF refuses the gNB: {answer.cause.value}", seconds)
