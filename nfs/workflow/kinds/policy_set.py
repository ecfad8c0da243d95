"""policy.set: the subscriber's own rules on the use of location, data and agent.

A rule takes rights from others, or gives back what an earlier one took. It gives nobody what the
subscription does not include.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from nfs.common.models.privacy import PrivacySubject
from nfs.semantics.intent import RefusalClass, Subject
from nfs.semantics.render import ask
from nfs.workflow.devices import find_device
from nfs.workflow.execution import Execution, Step
from nfs.workflow.names import plain_name, words_of
from nfs.workflow.refusal import Question, Refusal
from nfs.workflow.times import holds_for

_SUBJECTS = {
    Subject.LOCATION: [PrivacySubject.LOCATION],
    Subject.DATA: [PrivacySubject.DATA],
    Subject.AGENT: [PrivacySubject.AGENT],
    Subject.ALL: list(PrivacySubject),
}


def steps(execution: Execution) -> list[Step]:
    """The rule at the UDM, then, where it is about the agent, what the gateway shows of it. Raises
    Question, Refusal."""
    slots, spoken = execution.intent.slots, execution.intent.language
    if slots.subject is None or slots.effect is None:
        missing = "subject" if slots.subject is None else "effect"
        raise Question(ask([missing], spoken), missing)
    if slots.subject not in _SUBJECTS:
        reason = "this network has no contacts of its subscribers"
        raise Refusal(RefusalClass.OPERATOR_POLICY, reason)
    subjects, supi = _SUBJECTS[slots.subject], execution.request.supi
    seconds = holds_for(slots)
    rule: dict[str, JsonValue] = {
        "intentId": execution.intent_id,
        "subjects": [subject.value for subject in subjects],
        "effect": slots.effect.value,
    }
    if (party := _party(execution)) is not None:
        rule["party"] = party
    if seconds is not None:
        rule["until"] = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()

    async def set_rule() -> None:
        if PrivacySubject.AGENT in subjects:  # taken back after the rule
            execution.undo_with("follow-agent-rules", supi=supi)
        execution.undo_with("remove-privacy-rule", supi=supi, intentId=execution.intent_id)
        await execution.tool("set-privacy-rule", supi=supi, rule=rule)
        execution.output |= {"subject": str(slots.subject), "effect": str(slots.effect)}
        if slots.target is not None:
            execution.output["target"] = slots.target

    async def show_agent() -> None:
        if PrivacySubject.AGENT in subjects:
            await execution.tool("follow-agent-rules", supi=supi)

    kept = frozenset({"privacy.set"})
    return [
        Step("rule", "keeping your rule", set_rule, gives=kept),
        Step("agent", "telling the agent gateway", show_agent, needs=kept),
    ]


def _party(execution: Execution) -> str | None:
    """The SUPI of the device that the rule is about; None is anybody. Raises Refusal
    TARGET_UNKNOWN: a rule about somebody whom the network does not know would protect from
    nobody."""
    name = execution.intent.slots.target
    if name is None or plain_name(name) in words_of("anybody"):
        return None
    supi = find_device(name, execution.request)
    if supi is None or supi == execution.request.supi:
        reason = f"the network knows no {name!r} of this subscription"
        raise Refusal(RefusalClass.TARGET_UNKNOWN, reason)
    return supi
