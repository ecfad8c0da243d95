"""intent.status: how an earlier request of the subscriber stands."""

from __future__ import annotations

from nfs.semantics.render import ask, render, status_text
from nfs.workflow.dialogue.references import name_of, referred
from nfs.workflow.execution import Execution, Step
from nfs.workflow.kinds.intent_cancel import earlier
from nfs.workflow.refusal import NothingToRefer, Question


def steps(execution: Execution) -> list[Step]:
    """One step: the look-up. Raises Question where several may be meant, Refusal where none is."""
    intent = execution.intent
    known = earlier(execution)
    found = referred(known, intent.slots.reference, intent.language)
    if not known:
        raise NothingToRefer
    if len(found) != 1:
        raise Question(ask(["reference"], intent.language), "reference")
    record = found[0]

    async def tell() -> None:
        result = record.result
        said = (
            render(result, intent.language)
            if result is not None
            else status_text(record.status, intent.language)
        )
        execution.output |= {
            "reference": name_of(record, intent.language),
            "requestStatus": record.status.value,
            "statusText": said,
        }
        if record.expires_at is not None and not record.ended:
            execution.output["expiresAt"] = record.expires_at.isoformat()

    return [Step("status", "looking the request up", tell)]
