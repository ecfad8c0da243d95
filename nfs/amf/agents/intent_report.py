"""INTENT REPORT: what becomes of an intent after its result, as the intent function says it.

A UE that is idle is paged; for one that does not answer, the report waits (``Paging``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.agents.container import send_agent_message
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.agent import IntentReport
from nfs.semantics.intent import OperatorResult

if TYPE_CHECKING:
    from nfs.amf.app import Amf

NO_PTI = 0
"""It belongs to no procedure of the UE's."""


def report_to_ue(amf: Amf, supi: str, result: OperatorResult) -> None:
    """Take a report over. Raises SbiProblem 404 for a UE that is not here, or has no agent."""
    context = amf.registry.context(supi)
    if context is None:
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no UE context of {supi} at this AMF")
    if context.agent is None:
        raise SbiProblem(404, "AGENT_NOT_REGISTERED", f"{supi} has no agent to report to")
    document = result.model_dump_json(by_alias=True, exclude_none=True)
    send_agent_message(amf, context, IntentReport(NO_PTI, document.encode()))
