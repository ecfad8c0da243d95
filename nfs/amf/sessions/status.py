"""What SMFs tell of PDU sessions (SMContextStatusNotify, TS 29.502 clause 5.2.2.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nfs.amf.consumer import smf

if TYPE_CHECKING:
    from nfs.amf.app import Amf


async def session_status(
    amf: Amf, supi: str, session_id: int, notification: dict[str, Any]
) -> None:
    """The session has gone to another instance of its SMF (newSmfId), or is released."""
    context = amf.registry.context(supi)
    session = context.sessions.get(session_id) if context else None
    if context is None or session is None:
        return
    if isinstance(instance := notification.get("newSmfId"), str):
        smf.moved(session, await amf.nrf.locate_instance(instance, smf.SERVICE))
    else:
        context.sessions.pop(session_id, None)
    amf.contexts.save(context)
