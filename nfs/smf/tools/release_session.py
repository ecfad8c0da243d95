"""release-session: network-requested PDU session release (TS 23.502 clause 4.3.4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem
from nfs.common.tools import Tool
from nfs.protocols.nas import SmCause
from nfs.smf.release import release_session

if TYPE_CHECKING:
    from nfs.smf.app import Smf
    from nfs.smf.sm_context import SmContext


class SessionOfDevice(SbiModel):
    """The one with the identity, or else those of the data network in the slice (its text form).

    With ``address`` only the session that has it: identities are used again.
    """

    supi: str = Field(min_length=1, max_length=64)
    pdu_session_id: int | None = Field(default=None, ge=1, le=15)
    dnn: str | None = Field(default=None, max_length=100)
    s_nssai: str | None = Field(default=None, max_length=16)
    address: str | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if self.pdu_session_id is None and None in (self.dnn, self.s_nssai):
            raise ValueError("a session is named by pduSessionId, or by dnn and sNssai")
        return self

    def means(self, session: SmContext) -> bool:
        address = session.address.to_json()
        return all(
            wanted in (None, *having)
            for wanted, having in (
                (self.pdu_session_id, (session.pdu_session_id,)),
                (self.dnn, (session.dnn,)),
                (self.s_nssai, (str(session.s_nssai),)),
                (self.address, (address.get("ipv4"), address.get("ipv6Prefix"))),
            )
        )


class Released(SbiModel):
    dnn: str


def tool(smf: Smf) -> Tool[SessionOfDevice, Released]:
    async def perform(which: SessionOfDevice) -> Released:
        known = [s for s in smf.sessions.of_device(which.supi) if which.means(s)]
        if not known:
            detail = f"{which.supi} has no such PDU session"
            raise SbiProblem(404, "CONTEXT_NOT_FOUND", detail)
        for each in known:
            session = await smf.sessions.find(each.ref)
            await release_session(smf, session, SmCause.REGULAR_DEACTIVATION)
        return Released(dnn=known[0].dnn)

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
