"""What a gNB says about a UE by itself (TS 38.413 clauses 8.2.4, 8.2.5, 8.4.6, 8.6.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nfs.protocols.ngap import (
    Cause,
    NASNonDeliveryIndication,
    PduSessionItem,
    PDUSessionResourceModifyConfirm,
    PDUSessionResourceModifyIndication,
    PDUSessionResourceModifyIndicationTransfer,
    PDUSessionResourceNotify,
    PDUSessionResourceNotifyReleasedTransfer,
    PDUSessionResourceNotifyTransfer,
    UplinkRANStatusTransfer,
)

if TYPE_CHECKING:
    from ue_sim.gnb.gnb import Gnb
    from ue_sim.gnb.rrc import RrcConnection

HANDOVER = Cause("radioNetwork", "ng-intra-system-handover-triggered")
_COUNT = {"pDCP-SN12": 0, "hFN-PDCP-SN12": 0}
_STATUS = {
    "dRBsSubjectToStatusTransferList": [
        {
            "dRB-ID": 1,
            "dRBStatusUL": ("dRBStatusUL12", {"uL-COUNTValue": _COUNT}),
            "dRBStatusDL": ("dRBStatusDL12", {"dL-COUNTValue": _COUNT}),
        }
    ]
}


async def release_session(gnb: Gnb, ue: RrcConnection, session_id: int, cause: Cause) -> None:
    """The radio cannot keep it (8.2.4)."""
    gnb.user_plane.release(ue, session_id)
    transfer = PDUSessionResourceNotifyReleasedTransfer(cause).encode()
    released = (PduSessionItem(session_id, transfer),)
    await ue.send(PDUSessionResourceNotify(*ue.ids, released=released, location=gnb.location))


async def notify_qos(
    gnb: Gnb, ue: RrcConnection, session_id: int, transfer: PDUSessionResourceNotifyTransfer
) -> None:
    """Guaranteed bit rates that are not kept, or are again (8.2.4)."""
    notified = (PduSessionItem(session_id, transfer.encode()),)
    await ue.send(PDUSessionResourceNotify(*ue.ids, notified, location=gnb.location))


async def move_tunnel(gnb: Gnb, ue: RrcConnection, session_id: int) -> bool:
    """A new end of the tunnel of a session; whether the core has followed (8.2.5)."""
    session = ue.sessions[session_id]
    downlink = gnb.user_plane.open_another(ue, session_id)
    transfer = PDUSessionResourceModifyIndicationTransfer(downlink, session.qfis)
    items = (PduSessionItem(session_id, transfer.encode()),)
    confirm = await ue.ask(PDUSessionResourceModifyIndication(*ue.ids, items))
    done = isinstance(confirm, PDUSessionResourceModifyConfirm) and bool(confirm.modified)
    gnb.user_plane.close(ue, session.downlink if done else downlink)
    if done:
        ue.sessions[session_id] = replace(session, downlink=downlink)
    return done


async def not_delivered(ue: RrcConnection, nas: bytes) -> None:
    """The UE is on its way to another cell (8.6.4)."""
    await ue.send(NASNonDeliveryIndication(*ue.ids, nas, HANDOVER))


async def transfer_status(ue: RrcConnection) -> None:
    """PDCP counts, for the target of a handover (8.4.6); without a radio, all are zero."""
    if ue.sessions:
        await ue.send(UplinkRANStatusTransfer(*ue.ids, _STATUS))
