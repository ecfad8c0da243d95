"""What an operator asks of the SMF, in Nsmf_OAM (the testbed's own service)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from fastapi import FastAPI, Response
from pydantic import Field

from nfs.common.models.base import SbiModel
from nfs.protocols.nas import SmCause
from nfs.smf.release import release_session
from nfs.smf.sm_context import SmContext

if TYPE_CHECKING:
    from nfs.smf.app import Smf

ROOT = "/nsmf-oam/v1/sm-contexts"

Cause = Literal[
    "REGULAR_DEACTIVATION",
    "REACTIVATION_REQUESTED",
    "INSUFFICIENT_RESOURCES",
    "INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE_AND_DNN",
    "INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE",
    "NETWORK_FAILURE",
]


class SessionRelease(SbiModel):
    cause: Cause = "REGULAR_DEACTIVATION"
    back_off_seconds: float | None = Field(default=None, ge=0, le=36_000)
    """So long the UE is to leave DNN or slice alone; for the causes of congestion."""


def add_routes(app: FastAPI, smf: Smf) -> None:
    @app.get(ROOT)
    async def list_sm_contexts() -> dict[str, list[dict[str, Any]]]:
        return {"smContexts": [_to_json(session) for session in smf.sessions]}

    @app.post(f"{ROOT}/{{ref}}/release", status_code=202)
    async def release_sm_context(ref: str, order: SessionRelease) -> Response:
        """Network-requested PDU session release; 202: the UE is told."""
        session = await smf.sessions.find(ref)
        smf.spawn(release_session(smf, session, SmCause[order.cause], order.back_off_seconds))
        return Response(status_code=202)


def _to_json(session: SmContext) -> dict[str, Any]:
    return {
        "ref": session.ref,
        "supi": session.supi,
        "pduSessionId": session.pdu_session_id,
        "dnn": session.dnn,
        "sNssai": session.s_nssai.to_json(),
        "state": session.state,
        "upCnxState": session.up_cnx_state,
        **session.address.to_json(),
        "qosFlows": [{"qfi": f.qfi, "fiveQi": f.five_qi} for f in session.flows.values()],
    }
