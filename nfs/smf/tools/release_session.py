"""release-session: network-requested PDU session release (TS 23.502 clause 4.3.4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem
from nfs.common.tools import Tool
from nfs.protocols.nas import SmCause
from nfs.smf.release import release_session
from nfs.smf.sm_context import sm_context_ref

if TYPE_CHECKING:
    from nfs.smf.app import Smf


class SessionOfDevice(SbiModel):
    """With ``address`` only the session that has it: identities are used again."""

    supi: str = Field(min_length=1, max_length=64)
    pdu_session_id: int = Field(ge=1, le=15)
    address: str | None = None


class Released(SbiModel):
    dnn: str


def tool(smf: Smf) -> Tool[SessionOfDevice, Released]:
    async def perform(which: SessionOfDevice) -> Released:
        session = await smf.sessions.find(sm_context_ref(which.supi, which.pdu_session_id))
        address = session.address.to_json()
        if which.address not in (None, address.get("ipv4"), address.get("ipv6Prefix")):
            detail = f"the session {which.pdu_session_id} has not the address {which.address}"
            raise SbiProblem(404, "CONTEXT_NOT_FOUND", detail)
        await release_session(smf, session, SmCause.REGULAR_DEACTIVATION)
        return Released(dnn=session.dnn)

    return Tool(
        name="release-session",
        purpose="SM release",
        description="Ends a PDU session of a device, at the device, the gNB and the UPF.",
        input=SessionOfDevice,
        output=Released,
        perform=perform,
        pre_conditions=("session.active",),
        post_conditions=("session.released",),
    )
