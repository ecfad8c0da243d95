"""intent.cancel: earlier requests of the subscriber are ended, and what they changed taken back."""

from __future__ import annotations

import contextlib

from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.render import ask
from nfs.semantics.vocabulary import Kind
from nfs.workflow.dialogue.references import means_all, name_of, referred
from nfs.workflow.execution import Execution, Step
from nfs.workflow.lives.records import IntentRecord
from nfs.workflow.refusal import NothingToRefer, Question

_ABOUT_INTENTS = frozenset({Kind.INTENT_STATUS, Kind.INTENT_CANCEL, Kind.NONE})


def steps(execution: Execution) -> list[Step]:
    """One step: the end of them. Raises Question where several may be meant, Refusal where none
    is."""
    intent = execution.intent
    live = [record for record in earlier(execution) if not record.ended]
    if not live:
        raise NothingToRefer
    if means_all(intent.slots.reference or intent.description, intent.language):
        found = live
    else:
        found = referred(live, intent.slots.reference, intent.language)
        if len(found) != 1:
            raise Question(ask(["reference"], intent.language), "reference")

    async def end() -> None:
        for record in found:
            with contextlib.suppress(SbiProblem):  # it has ended by itself meanwhile
                await execution.requests.end(record.intent_id)
        execution.output["reference"] = ", ".join(
            name_of(each, execution.intent.language) for each in found
        )
        execution.output["cancelled"] = [record.intent_id for record in found]

    return [Step("cancel", "taking it back", end)]


def earlier(execution: Execution) -> list[IntentRecord]:
    """The subscriber's earlier requests that asked something of the network, the newest first: not
    what was said in the same breath."""
    requests = execution.requests.of(execution.request.supi)
    part_of = next((r.part_of for r in requests if r.intent_id == execution.intent_id), None)
    now = {execution.intent_id, part_of} - {None}
    return [
        record
        for record in requests
        if record.intent is not None
        and record.intent.kind not in _ABOUT_INTENTS
        and now.isdisjoint({record.intent_id, record.part_of})
    ]
