"""What subscribers do not want done is not done: their own rules, which the UDM keeps.

Who asks hears that it may not be, as for every reason of law, security and privacy; not why.
"""

from __future__ import annotations

from nfs.common.models.privacy import PrivacySubject
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.intent import RefusalClass
from nfs.workflow.execution import Execution, Tools
from nfs.workflow.refusal import Refusal, Unavailable


async def check_location(execution: Execution, supi: str) -> None:
    """Before a device is located. Raises Refusal COMPLIANCE, Unavailable."""
    if supi != execution.request.supi:
        await _check(execution, supi, PrivacySubject.LOCATION, execution.request.supi)


async def check_data(execution: Execution, agent: str | None = None) -> None:
    """Before an agent (its AIC) gets what the user gives it to work on. Raises Refusal COMPLIANCE,
    Unavailable."""
    await _check(execution, execution.request.supi, PrivacySubject.DATA, agent)


async def _check(
    execution: Execution, supi: str, subject: PrivacySubject, party: str | None
) -> None:
    try:
        may = await allowed(execution.nf, execution.tools, supi, subject, party)
    except SbiProblem as problem:
        raise Unavailable("the network cannot tell whether this may be") from problem
    if not may:
        raise Refusal(RefusalClass.COMPLIANCE, "the network may not do this")


async def allowed(
    nf: NetworkFunction, tools: Tools, supi: str, subject: PrivacySubject, party: str | None
) -> bool:
    """What the UDM says; one of another make keeps no rules. Raises SbiProblem."""
    try:
        await nf.nrf.candidates("UDM", "nudm-tool")
    except SbiProblem:
        await nf.nrf.candidates("UDM", "nudm-uecm")
        return True
    use = {"supi": supi, "subject": subject.value} | ({"party": party} if party else {})
    return bool((await tools.call("check-privacy", {**use})).get("allowed"))
