"""session.release: the network ends a PDU session of a device of the subscription."""

from __future__ import annotations

from nfs.common.identities import Snssai
from nfs.semantics.intent import RefusalClass
from nfs.semantics.render import ask
from nfs.workflow.execution import Execution, Step
from nfs.workflow.meaning.data_networks import wish_of
from nfs.workflow.refusal import Question, Refusal
from nfs.workflow.sessions import sessions_of


def steps(execution: Execution) -> list[Step]:
    """One step: of all sessions the one that is meant ends. Raises Refusal TARGET_UNKNOWN."""
    supi, wish = execution.target_supi(), wish_of(execution.intent.slots)

    async def release() -> None:
        sessions = await sessions_of(execution, supi)
        meant = [s for s in sessions if wish.fits(s.dnn, Snssai.parse(s.s_nssai))]
        if not meant:
            raise Refusal(RefusalClass.INFEASIBLE, "there is no such connection")
        if len({session.dnn for session in meant}) > 1:
            raise Question(ask(["dnn"], execution.intent.language), "dnn")
        for session in meant:
            await execution.tool("release-session", supi=supi, pduSessionId=session.pdu_session_id)
        execution.output["dnn"] = meant[0].dnn

    return [Step("release", "ending the connection", release)]
