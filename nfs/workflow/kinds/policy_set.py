"""policy.set: the subscriber's own rules on the use of location, data and agent.

A rule takes rights from others, or gives back what an earlier one took. It gives nobody what the
subscription does not include.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from nfs.common.models.iaf import IntentSubmission
from nfs.common.models.privacy import PrivacySubject
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.intent import RefusalClass, Subject
from nfs.semantics.render import ask
from nfs.semantics.vocabulary import Kind
from nfs.workflow.execution import Execution, Step
from nfs.workflow.meaning.devices import find_device
from nfs.workflow.meaning.names import plain_name, words_of
from nfs.workflow.refusal import Question, Refusal
from nfs.workflow.search import agent_named
from nfs.workflow.times import holds_for

_SUBJECTS = {
    Subject.LOCATION: [PrivacySubject.LOCATION],
    Subject.DATA: [PrivacySubject.DATA],
    Subject.AGENT: [PrivacySubject.AGENT],
    Subject.ALL: list(PrivacySubject),
}
_FOR_AGENTS = (Subject.DATA, Subject.ALL)
"""What an agent of the network may be given."""


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
    supi, party = execution.request.supi, _party(slots.target, slots.subject, execution.request)
    about_agent = party is not None and find_device(slots.target, execution.request) is None
    subjects = [PrivacySubject.DATA] if about_agent else _SUBJECTS[slots.subject]
    seconds = holds_for(slots)
    rule: dict[str, JsonValue] = {
        "intentId": execution.intent_id,
        "subjects": [subject.value for subject in subjects],
        "effect": slots.effect.value,
    }
    if party is not None:
        rule["party"] = party
    if seconds is not None:
        rule["until"] = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()

    async def set_rule() -> None:
        if about_agent:
            rule["party"] = await agent_named(execution, slots.target or "")
        if PrivacySubject.AGENT in subjects:  # taken back after the rule
            execution.undo_with("follow-agent-rules", supi=supi)
        execution.undo_with("remove-privacy-rule", supi=supi, intentId=execution.intent_id)
        await execution.tool("set-privacy-rule", supi=supi, rule=rule)
        execution.output |= {"subject": str(slots.subject), "effect": str(slots.effect)}
        if party is not None:
            execution.output["target"] = slots.target
        if seconds is not None:
            execution.output["durationSeconds"] = seconds
        else:
            await _end_superseded(execution, party)

    async def show_agent() -> None:
        if PrivacySubject.AGENT in subjects:
            await execution.tool("follow-agent-rules", supi=supi)

    kept = frozenset({"privacy.set"})
    return [
        Step("rule", "keeping your rule", set_rule, gives=kept),
        Step("agent", "telling the agent gateway", show_agent, needs=kept),
    ]


async def _end_superseded(execution: Execution, party: str | None) -> None:
    """Of rules on the same use by the same party, the newest counts for good."""
    subject = execution.intent.slots.subject
    for record in execution.requests.of(execution.request.supi):
        intent = record.intent
        if (
            record.intent_id != execution.intent_id
            and record.holds
            and intent is not None
            and (intent.kind, intent.slots.subject) == (Kind.POLICY_SET, subject)
            and _who(intent.slots.target, record.request) == party
        ):
            with contextlib.suppress(SbiProblem):  # it has ended by itself meanwhile
                await execution.requests.end(record.intent_id)


def _party(name: str | None, subject: Subject, request: IntentSubmission) -> str | None:
    """Whom the rule is about: a device's SUPI, or the plain name of what must be an agent; None is
    anybody.

    Raises Refusal: TARGET_UNKNOWN for somebody whom the network does not know, as a rule about
    those would protect from nobody; OPERATOR_POLICY for what it cannot tell apart.
    """
    party = _who(name, request)
    if party is None:
        return None
    unknown = party == plain_name(name or "") and subject not in _FOR_AGENTS
    if unknown or party == request.supi:
        reason = f"the network knows no {name!r} of this subscription"
        raise Refusal(RefusalClass.TARGET_UNKNOWN, reason)
    if subject is Subject.AGENT:
        reason = "an agent is found by everybody or by nobody"
        raise Refusal(RefusalClass.OPERATOR_POLICY, reason)
    return party


def _who(name: str | None, request: IntentSubmission) -> str | None:
    if name is None or plain_name(name) in words_of("anybody"):
        return None
    return find_device(name, request) or plain_name(name)
