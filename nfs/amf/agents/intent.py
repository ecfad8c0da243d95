"""An intent from a UE (architecture draft, mobile deployment; L1, L2).

An AMF with agent capability comprehends and carries it out itself; one without forwards it to the
IAF, which reports progress and result to this AMF's callback.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from nfs.amf.consumer import iaf
from nfs.common.models.iaf import (
    AgentSubscription,
    IntentNotification,
    IntentSubmission,
    PduSessionInfo,
)
from nfs.common.models.iaf import IntentProgress as Progress
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.agent import (
    AgentCause,
    AgentStatus,
    IntentCancel,
    IntentProgress,
    IntentReject,
    IntentRequest,
    IntentResult,
)
from nfs.semantics.intent import IntentStatus, OperatorResult, RefusalClass

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

MAX_TEXT = 4096
"""Characters of an intent's text; a longer one is refused before anybody analyses it."""
MAX_DURATION = 600.0
"""Seconds an AMF waits for the result of an intent."""

CAUSES = {
    RefusalClass.NOT_UNDERSTOOD: AgentCause.INTENT_NOT_UNDERSTOOD,
    RefusalClass.OUT_OF_SCOPE: AgentCause.INTENT_OUT_OF_SCOPE,
    RefusalClass.LANGUAGE: AgentCause.LANGUAGE_NOT_SUPPORTED,
    RefusalClass.COMPLIANCE: AgentCause.COMPLIANCE,
    RefusalClass.SUBSCRIPTION: AgentCause.SUBSCRIPTION_NOT_ALLOWED,
    RefusalClass.OPERATOR_POLICY: AgentCause.OPERATOR_POLICY,
    RefusalClass.INFEASIBLE: AgentCause.INFEASIBLE,
    RefusalClass.TARGET_UNKNOWN: AgentCause.TARGET_UNKNOWN,
    RefusalClass.CAPABILITY_NOT_FOUND: AgentCause.CAPABILITY_NOT_FOUND,
    RefusalClass.EXECUTION: AgentCause.EXECUTION_FAILED,
}

Answer = IntentResult | IntentReject


async def carry_out_intent(amf: Amf, ue: Ue, request: IntentRequest) -> Answer | None:
    if ue.context.agent is None:
        why = "the UE's agent is not registered: it has no AIC"
        return IntentReject(request.pti, AgentCause.AGENT_NOT_REGISTERED, why)
    if request.text is not None and len(request.text) > MAX_TEXT:
        why = f"an intent has at most {MAX_TEXT} characters, this one {len(request.text)}"
        return _refused(amf, ue, request.pti, AgentCause.INTENT_TOO_LONG, why)
    try:
        submission = _submission(amf, ue, request)
    except (ValueError, RecursionError) as error:
        cause = AgentCause.INVALID_MANDATORY_INFORMATION
        return _refused(amf, ue, request.pti, cause, f"the intent cannot be read: {_fault(error)}")
    current = asyncio.current_task()
    assert current is not None  # noqa: S101 - always inside a task
    intents = ue.agent_work.intents
    intents[request.pti] = current
    try:
        async with asyncio.timeout(MAX_DURATION):
            result = await _execute(amf, ue, request.pti, submission)
    except SbiProblem as problem:
        why = f"the intent function does not answer: {problem.detail or problem.cause}"
        return _refused(amf, ue, request.pti, AgentCause.SERVICE_UNAVAILABLE, why)
    except ValidationError as error:
        why = f"the intent function's result cannot be read: {error.errors()[0]['msg']}"
        return _refused(amf, ue, request.pti, AgentCause.EXECUTION_FAILED, why)
    except TimeoutError:
        why = f"no result in {MAX_DURATION:g} s"
        return _refused(amf, ue, request.pti, AgentCause.EXECUTION_FAILED, why)
    except asyncio.CancelledError:
        return None
    finally:
        intents.pop(request.pti, None)
    return _answer(amf, ue, request.pti, result)


async def cancel_intent(_amf: Amf, ue: Ue, request: IntentCancel) -> IntentReject | AgentStatus:
    task = ue.agent_work.intents.get(request.pti)
    if task is None:
        return AgentStatus(request.pti, AgentCause.INTENT_UNKNOWN)
    task.cancel()
    return IntentReject(request.pti, AgentCause.CANCELLED, "cancelled by the user")


def _submission(amf: Amf, ue: Ue, request: IntentRequest) -> IntentSubmission:
    """What the intent function is told: the text or stage 1's intent, and who asks."""
    context = ue.context
    subscription = context.subscription
    assert context.agent is not None  # noqa: S101 - checked by the caller
    assert subscription is not None  # noqa: S101
    assert context.supi is not None  # noqa: S101
    intent = json.loads(request.intent) if request.intent is not None else None
    return IntentSubmission(
        supi=context.supi,
        ue_aic=context.agent.aic,
        text=request.text,
        intent=intent,
        language=request.language,
        pdu_sessions=[
            PduSessionInfo(pdu_session_id=s.pdu_session_id, dnn=s.dnn, s_nssai=s.s_nssai.to_json())
            for s in context.sessions.values()
        ],
        subscription=AgentSubscription(
            scope=list(context.agent.scope),
            devices=subscription.devices,
            intent_class=subscription.intent_class,
        ),
        notification_uri=f"{amf.api_root}/namf-callback/v1/intents/{uuid.uuid4()}",
    )


async def _execute(amf: Amf, ue: Ue, pti: int, submission: IntentSubmission) -> OperatorResult:
    def progress(report: Progress) -> None:
        order = json.dumps(report.order.to_json()).encode() if report.order else None
        amf.send_agent_message(ue.context, IntentProgress(pti, report.percent, report.text, order))

    reports: asyncio.Queue[IntentNotification] = asyncio.Queue()
    key = submission.notification_uri.rpartition("/")[2]
    amf.intent_reports[key] = reports
    try:
        if amf.intents is not None:
            intent_id = amf.intents.create(submission).intent_id
        else:
            intent_id = await iaf.submit(amf, submission.to_json())
        try:
            while (report := await reports.get()).result is None:
                if report.progress is not None:
                    progress(report.progress)
        except asyncio.CancelledError:
            await _cancel(amf, intent_id)
            raise
    finally:
        del amf.intent_reports[key]
    return OperatorResult.model_validate(report.result)


async def _cancel(amf: Amf, intent_id: str) -> None:
    if amf.intents is not None:
        amf.intents.cancel(intent_id)
    else:
        await iaf.cancel(amf, intent_id)


def report_intent(amf: Amf, key: str, body: dict[str, Any]) -> None:
    """A notification from the IAF has come."""
    reports = amf.intent_reports.get(key)
    if reports is None:
        raise SbiProblem(404, "SUBSCRIPTION_NOT_FOUND", "nobody waits for this intent any more")
    reports.put_nowait(IntentNotification.model_validate(body))


async def deliver_intent(
    amf: Amf, request: IntentSubmission, notification: IntentNotification
) -> bool:
    """As ``report_intent``, from this AMF's own agent. Whether somebody waits for it."""
    reports = amf.intent_reports.get(request.notification_uri.rpartition("/")[2])
    if reports is not None:
        reports.put_nowait(notification)
    return reports is not None


def _answer(amf: Amf, ue: Ue, pti: int, result: OperatorResult) -> Answer:
    good = result.status in (IntentStatus.FULFILLED, IntentStatus.ACKNOWLEDGED)
    if good or result.question is not None:
        return IntentResult(pti, result.model_dump_json(by_alias=True, exclude_none=True).encode())
    cause = CAUSES.get(result.cause, AgentCause.EXECUTION_FAILED) if result.cause else None
    return _refused(amf, ue, pti, cause or AgentCause.EXECUTION_FAILED, _reason(result))


def _reason(result: OperatorResult) -> str | None:
    reason = result.output.get("reason")
    return str(reason) if reason else None


def _fault(error: Exception) -> str:
    """The first thing that is wrong, in one line."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}".removeprefix(": ")


def _refused(amf: Amf, ue: Ue, pti: int, cause: AgentCause, why: str | None) -> IntentReject:
    remedy = "say it otherwise, or see the subscriber's rights and the operator's offer"
    amf.explanations.add(ue.name, "intent", cause.name, why or cause.text, remedy)
    return IntentReject(pti, cause, why)
