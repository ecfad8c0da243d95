"""Handover as the SMF sees it: UpdateSMContext with hoState, or a path switch (TS 29.502 5.2.2.3).

N2 handover: TS 23.502 clause 4.9.1.3; the tunnel at the target is used from its completion on.
Xn handover: clause 4.9.1.2; the UE is at the new gNB already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.ngap import (
    GtpTunnel,
    HandoverCommandTransfer,
    HandoverRequestAcknowledgeTransfer,
    HandoverRequiredTransfer,
    HandoverResourceAllocationUnsuccessfulTransfer,
    NgapError,
    PathSwitchRequestAcknowledgeTransfer,
    PathSwitchRequestTransfer,
    PDUSessionResourceModifyConfirmTransfer,
    PDUSessionResourceModifyIndicationTransfer,
)
from nfs.smf.sm_context import SmContext, UpCnxState
from nfs.smf.user_plane_connection import setup_request

if TYPE_CHECKING:
    from nfs.smf.app import Smf

log = structlog.get_logger("smf")

N2Answer = tuple[str, bytes] | None
"""N2SmInfoType and octets for the AMF."""


async def update_handover(
    smf: Smf, session: SmContext, state: str, kind: str | None, octets: bytes | None
) -> N2Answer:
    """``state`` is a HoState; ``kind`` and ``octets`` the N2 SM information with it."""
    try:
        match state, kind:
            case "PREPARING", "HANDOVER_REQUIRED":
                HandoverRequiredTransfer.decode(octets or b"")
                session.target_tunnel = None
                return "PDU_RES_SETUP_REQ", setup_request(session).encode()
            case "PREPARED", "HANDOVER_REQ_ACK":
                answer = HandoverRequestAcknowledgeTransfer.decode(octets or b"")
                session.target_tunnel = answer.downlink_tunnel
                return "HANDOVER_CMD", HandoverCommandTransfer().encode()
            case "PREPARED", "HANDOVER_RES_ALLOC_FAIL":
                failure = HandoverResourceAllocationUnsuccessfulTransfer.decode(octets or b"")
                log.warning("target refuses", supi=session.supi, cause=failure.cause.value)
                session.target_tunnel = None
            case "COMPLETED", _:
                await _complete(smf, session)
            case "CANCELLED", _:
                session.target_tunnel = None
            case _:
                detail = f"hoState {state!r} with N2 SM information {kind!r}"
                raise SbiProblem(400, "MANDATORY_IE_INCORRECT", detail)
    except NgapError as error:
        raise SbiProblem(403, "N2_SM_ERROR", f"{kind}: {error}") from error
    return None


async def switch_path(smf: Smf, session: SmContext, octets: bytes) -> N2Answer:
    """PATH_SWITCH_REQ; raises NgapError. The end of the uplink stays where it is."""
    request = PathSwitchRequestTransfer.decode(octets)
    await move_downlink(smf, session, request.downlink_tunnel)
    acknowledge = PathSwitchRequestAcknowledgeTransfer(session.uplink_tunnel)
    return "PATH_SWITCH_REQ_ACK", acknowledge.encode()


async def tunnel_moved(smf: Smf, session: SmContext, octets: bytes) -> N2Answer:
    """PDU_RES_MOD_IND: the gNB has changed its end; raises NgapError."""
    indication = PDUSessionResourceModifyIndicationTransfer.decode(octets)
    if session.uplink_tunnel is None:
        raise SbiProblem(409, "SESSION_NOT_ACTIVE", f"the session is in state {session.state}")
    await move_downlink(smf, session, indication.downlink_tunnel)
    confirm = PDUSessionResourceModifyConfirmTransfer(indication.qfis, session.uplink_tunnel)
    return "PDU_RES_MOD_CFM", confirm.encode()


async def move_downlink(smf: Smf, session: SmContext, tunnel: GtpTunnel) -> None:
    """What the UPF has for the UE goes to another gNB from now on."""
    session.downlink_tunnel = tunnel
    session.up_cnx_state = UpCnxState.ACTIVATED
    smf.sessions.save(session)
    await smf.n4.modify(session)


async def _complete(smf: Smf, session: SmContext) -> None:
    """A session that the target has not taken has no user plane any more."""
    if session.target_tunnel is not None:
        await move_downlink(smf, session, session.target_tunnel)
        session.target_tunnel = None
        return
    session.downlink_tunnel = None
    session.up_cnx_state = UpCnxState.DEACTIVATED
    smf.sessions.save(session)
    await smf.n4.modify(session)
