"""Reads intents that others wrote: all that the published JSON Schema accepts, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from nfs.semantics.intent import OperatorIntent
from nfs.semantics.ontology.rules import Rule, Violation, violations


class IntentError(ValueError):
    """A document is no intent of the profile; ``violations`` say why, and where."""

    def __init__(self, found: list[Violation]) -> None:
        super().__init__("; ".join(f"{v.path or 'document'}: {v.text}" for v in found))
        self.violations = found


def read_intent(document: object) -> OperatorIntent:
    """The intent of a wire form. Raises IntentError."""
    try:
        intent = OperatorIntent.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        raise IntentError(violations_of(error, document)) from None
    if found := list(violations(intent)):
        raise IntentError(found)
    return intent


def violations_of(error: ValidationError, document: object) -> list[Violation]:
    """What pydantic has against ``document``, in the terms of the profile; each place once."""
    found: dict[str, Violation] = {}
    for detail in error.errors(include_url=False, include_input=False):
        unknown = detail["type"] == "extra_forbidden"
        rule = Rule.ATTRIBUTE_UNKNOWN if unknown else Rule.VALUE_MALFORMED
        path = pointer(*_steps(detail["loc"], document))
        found.setdefault(path, Violation(rule, path, detail["msg"]))
    return list(found.values())


def pointer(*steps: str | int) -> str:
    """A JSON Pointer: ``pointer("slots", "a/b") == "/slots/a~1b"``."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _steps(location: tuple[str | int, ...], document: object) -> Iterator[str | int]:
    """Those of ``location`` that lead into ``document``: not which of several types was tried."""
    for step in location:
        if isinstance(document, Mapping):
            document = document.get(step)
        elif isinstance(document, list) and isinstance(step, int) and step < len(document):
            document = document[step]
        else:
            return
        yield step
