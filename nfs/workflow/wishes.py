"""A text with several wishes: each is carried out for itself, and all are answered together."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from nfs.semantics.intent import IntentStatus, OperatorResult
from nfs.semantics.vocabulary import Kind


def answer_together(
    intent_id: str, kind: Kind, results: Sequence[OperatorResult]
) -> OperatorResult:
    """Fulfilled when one wish is; the output's ``results`` say which were and which were not."""
    output: dict[str, JsonValue] = {"results": [result.to_json() for result in results]}
    for status in (IntentStatus.FULFILLED, IntentStatus.NEEDS_INPUT):
        first = next((result for result in results if result.status is status), None)
        if first is not None:
            achieved = [target for result in results for target in result.achieved]
            return OperatorResult(
                intent_id=intent_id,
                kind=kind,
                status=status,
                question=first.question,
                output=output,
                achieved=achieved,
            )
    first = results[0]
    return OperatorResult(
        intent_id=intent_id,
        kind=kind,
        status=first.status,
        cause=first.cause,
        output=first.output | output,
    )
