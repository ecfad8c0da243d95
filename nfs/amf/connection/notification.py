"""Notification (TS 24.501 clause 5.6.3): a connected UE says which PDU sessions it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.sessions.user_plane import agree_on_sessions
from nfs.amf.timers import T3565
from nfs.protocols.nas import Notification, NotificationResponse
from nfs.protocols.nas.mm.deregistration import THREE_GPP_ACCESS

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue


async def notify(amf: Amf, ue: Ue) -> None:
    response = await ue.expect(
        T3565,
        lambda: ue.send_nas(Notification(THREE_GPP_ACCESS)),
        NotificationResponse,
        others_wait=True,
    )
    await agree_on_sessions(amf, ue.context, response.pdu_session_status)
