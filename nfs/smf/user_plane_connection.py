"""The user plane connection of a session: it ends with the UE's connection, the session does not.

Service request and AN release as the SMF sees them: UpdateSMContext with upCnxState (TS 29.502
clause 5.2.2.3.2, TS 23.502 clauses 4.2.3.2 and 4.2.6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.ngap import PDUSessionResourceSetupRequestTransfer
from nfs.smf import qos
from nfs.smf.consumer import amf
from nfs.smf.sm_context import SmContext, State, TransferFailure, UpCnxState

if TYPE_CHECKING:
    from nfs.smf.app import Smf

log = structlog.get_logger("smf")


async def update_connection(smf: Smf, session: SmContext, wanted: str) -> bytes | None:
    """Returns the N2 SM information that sets up the session at the gNB, when it is to be."""
    match wanted:
        case UpCnxState.ACTIVATING:
            return _activate(smf, session)
        case UpCnxState.DEACTIVATED:
            session.up_cnx_state = UpCnxState.DEACTIVATED
            session.downlink_tunnel = None
            smf.sessions.save(session)
            await smf.n4.modify(session)
            return None
        case other:
            raise SbiProblem(400, "MANDATORY_IE_INCORRECT", f"upCnxState {other!r} is not for AMFs")


async def downlink_data_arrived(smf: Smf, session: SmContext) -> None:
    """Network-triggered service request (TS 23.502 clause 4.2.3.3): the AMF pages an idle UE."""
    if session.up_cnx_state is not UpCnxState.DEACTIVATED:
        return
    try:
        await amf.transfer(smf, session, None, ("PDU_RES_SETUP_REQ", _activate(smf, session)))
    except SbiProblem as problem:
        log.warning("UE not reached for its data", supi=session.supi, reason=str(problem))
        session.up_cnx_state = UpCnxState.DEACTIVATED


def transfer_failed(session: SmContext, cause: str) -> None:
    """The AMF could not reach the UE: whoever waits for it learns that, and the next data pages it
    again (TS 29.518 clause 5.2.2.3.2)."""
    session.answered(TransferFailure(cause))
    if session.up_cnx_state is UpCnxState.ACTIVATING and session.downlink_tunnel is None:
        session.up_cnx_state = UpCnxState.DEACTIVATED


def _activate(smf: Smf, session: SmContext) -> bytes:
    """All flows that the session has by now: PDU_RES_SETUP_REQ."""
    if session.state is State.INACTIVE or session.uplink_tunnel is None:
        raise SbiProblem(409, "SESSION_NOT_ACTIVE", f"the session is in state {session.state}")
    session.up_cnx_state = UpCnxState.ACTIVATING
    smf.sessions.save(session)
    return setup_request(session).encode()


def setup_request(session: SmContext) -> PDUSessionResourceSetupRequestTransfer:
    """What the gNB is asked to set up: the tunnel to the UPF, and all flows."""
    assert session.uplink_tunnel is not None  # noqa: S101 - the session is established
    return PDUSessionResourceSetupRequestTransfer(
        session_ambr=session.ambr,
        uplink_tunnel=session.uplink_tunnel,
        pdu_session_type=session.address.pdu_session_type.name.lower(),
        qos_flows=tuple(qos.setup(flow) for flow in session.flows.values()),
    )
