"""What the gNB says about PDU sessions by itself (TS 38.413 clauses 8.2.4 and 8.2.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.consumer import smf
from nfs.amf.sessions.n1n2_transfer import pass_on
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.ngap import (
    Cause,
    PduSessionItem,
    PDUSessionResourceModifyConfirm,
    PDUSessionResourceModifyIndication,
    PDUSessionResourceModifyIndicationUnsuccessfulTransfer,
    PDUSessionResourceNotify,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

log = structlog.get_logger("amf")

UNKNOWN_SESSION = Cause("radioNetwork", "unknown-PDU-session-ID")
REFUSED = Cause("radioNetwork", "unspecified")


async def sessions_notified(amf: Amf, ue: Ue, notify: PDUSessionResourceNotify) -> None:
    """QoS that is not kept, or is again; sessions that the gNB has released."""
    ue.note_location(notify.location)
    items = [(i, "PDU_RES_NTY") for i in notify.notified]
    items += [(i, "PDU_RES_NTY_REL") for i in notify.released]
    for item, kind in items:
        session = ue.context.sessions.get(item.pdu_session_id)
        if session is None:
            continue
        if kind == "PDU_RES_NTY_REL":
            session.up_active = False
        try:
            answer = await smf.update_n2(amf, session, kind, item.transfer)
        except SbiProblem as problem:
            log.warning("SMF refuses the notification", ue=ue.name, reason=str(problem))
        else:
            pass_on(ue, session.pdu_session_id, answer)


async def modification_indicated(
    amf: Amf, ue: Ue, indication: PDUSessionResourceModifyIndication
) -> None:
    """The gNB has moved its end of tunnels; each SMF confirms."""
    ue.note_location(indication.location)
    modified, failed = [], []
    for item in indication.items:
        id_ = item.pdu_session_id
        session = ue.context.sessions.get(id_)
        if session is None:
            failed.append(_unsuccessful(id_, UNKNOWN_SESSION))
            continue
        try:
            answer = await smf.update_n2(amf, session, "PDU_RES_MOD_IND", item.transfer)
        except SbiProblem as problem:
            log.warning("SMF refuses the indication", ue=ue.name, reason=str(problem))
            failed.append(_unsuccessful(id_, REFUSED))
            continue
        if answer.n2_sm is None or answer.n2_kind != "PDU_RES_MOD_CFM":
            failed.append(_unsuccessful(id_, REFUSED))
        else:
            modified.append(PduSessionItem(id_, answer.n2_sm))
    ids = ue.amf_ue_ngap_id, ue.ran_ue_ngap_id
    await ue.send_ngap(PDUSessionResourceModifyConfirm(*ids, tuple(modified), tuple(failed)))


def _unsuccessful(pdu_session_id: int, cause: Cause) -> PduSessionItem:
    transfer = PDUSessionResourceModifyIndicationUnsuccessfulTransfer(cause)
    return PduSessionItem(pdu_session_id, transfer.encode())
