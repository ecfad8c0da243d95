"""Nsmf_PDUSession UpdateSMContext for handovers (TS 29.502 clauses 5.2.2.3.3, 5.2.2.3.4)."""

from __future__ import annotations

from typing import Any

from nfs.amf.consumer.smf import N2_PART, modify
from nfs.amf.ue.context import SmContext, UeContext
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.multipart import NGAP, Part
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.ngap import TargetGnb


async def prepare_handover(
    nf: NetworkFunction, session: SmContext, target: TargetGnb, n2_sm: bytes
) -> bytes:
    """What the target gNB is to set up: PDU_RES_SETUP_REQ."""
    body = {"hoState": "PREPARING", "targetId": _target(target)}
    return await _exchange(nf, session, body, "HANDOVER_REQUIRED", n2_sm)


async def handover_prepared(nf: NetworkFunction, session: SmContext, n2_sm: bytes) -> bytes:
    """The target gNB has the resources; returns what the source is told: HANDOVER_CMD."""
    return await _exchange(nf, session, {"hoState": "PREPARED"}, "HANDOVER_REQ_ACK", n2_sm)


async def handover_not_prepared(nf: NetworkFunction, session: SmContext, n2_sm: bytes) -> None:
    """The target gNB does not take the session."""
    body = {"n2SmInfo": {"contentId": N2_PART}, "n2SmInfoType": "HANDOVER_RES_ALLOC_FAIL"}
    await modify(nf, session, body | {"hoState": "PREPARED"}, Part(N2_PART, NGAP, n2_sm))


async def handover_completed(nf: NetworkFunction, ue: UeContext, session: SmContext) -> None:
    await modify(nf, session, {"hoState": "COMPLETED", "ueLocation": ue.user_location()})


async def handover_cancelled(nf: NetworkFunction, session: SmContext) -> None:
    await modify(nf, session, {"hoState": "CANCELLED"})


async def switch_path(
    nf: NetworkFunction, ue: UeContext, session: SmContext, n2_sm: bytes
) -> bytes:
    """The gNB has changed behind the AMF's back (Xn): PATH_SWITCH_REQ_ACK."""
    body = {"ueLocation": ue.user_location()}
    return await _exchange(nf, session, body, "PATH_SWITCH_REQ", n2_sm)


async def path_not_switched(nf: NetworkFunction, session: SmContext, n2_sm: bytes) -> None:
    """The new gNB could not take the session over."""
    body = {"n2SmInfo": {"contentId": N2_PART}, "n2SmInfoType": "PATH_SWITCH_SETUP_FAIL"}
    await modify(nf, session, body, Part(N2_PART, NGAP, n2_sm))


async def _exchange(
    nf: NetworkFunction, session: SmContext, body: dict[str, Any], kind: str, n2_sm: bytes
) -> bytes:
    body |= {"n2SmInfo": {"contentId": N2_PART}, "n2SmInfoType": kind}
    answer = await modify(nf, session, body, Part(N2_PART, NGAP, n2_sm))
    if answer.n2_sm is None:
        raise SbiProblem(502, "INVALID_MSG_FORMAT", f"no N2 SM information after {kind}")
    return answer.n2_sm


def _target(target: TargetGnb) -> dict[str, Any]:
    """NgRanTargetId (TS 29.518 clause 6.1.6.2.28)."""
    gnb = target.gnb_id
    value = f"{gnb.gnb_id:0{(gnb.bits + 3) // 4}x}"
    node = {"plmnId": gnb.plmn.to_json(), "gNbId": {"bitLength": gnb.bits, "gNBValue": value}}
    return {"ranNodeId": node, "tai": target.tai.to_json()}
