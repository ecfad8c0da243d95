"""Reads intents that others wrote: all that the published JSON Schema accepts, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from nfs.semantics.intent import OperatorIntent
from nfs.semantics.ontology.rules import Rule, Violation, unnamed_needs, violations
from nfs.semantics.ontology.versions import OURS, VersionNotUnderstood, understood
from nfs.semantics.vocabulary import VERSION


class IntentError(ValueError):
    """A document is no intent of the profile; ``violations`` say why, and where."""

    def __init__(self, found: list[Violation]) -> None:
        super().__init__("; ".join(f"{v.path or 'document'}: {v.text}" for v in found))
        self.violations = found


def read_intent(document: object, *, complete: bool = False) -> OperatorIntent:
    """The intent of a wire form. Raises IntentError.

    With ``complete``, a need that is not named is no error but added to ``ambiguity``: it is asked
    for.
    """
    try:
        intent = OperatorIntent.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        raise IntentError(violations_of(error, document)) from None
    if complete and (needs := unnamed_needs(intent)):
        intent = intent.model_copy(update={"ambiguity": [*intent.ambiguity, *needs]})
    if found := list(violations(intent)):
        raise IntentError(found)
    return intent


@dataclass(frozen=True, slots=True)
class Understood:
    """An intent, and the paths of what a newer version added to it and was left out."""

    intent: OperatorIntent
    ignored: tuple[str, ...] = ()


def understand(document: object, *, complete: bool = False) -> Understood:
    """An intent of any version of our major one, read as ``read_intent`` reads it.

    Raises IntentError; for another version, it says which are understood.
    """
    version = document.get("version", VERSION) if isinstance(document, Mapping) else VERSION
    try:
        newer = understood(version) > OURS
    except VersionNotUnderstood as error:
        violation = Violation(Rule.VERSION_NOT_UNDERSTOOD, "/version", str(error))
        raise IntentError([violation]) from None
    if newer:
        return _leniently(document, complete=complete)
    return Understood(read_intent(document, complete=complete))


def _leniently(document: object, *, complete: bool) -> Understood:
    """What is unknown here is what the newer version added; attributes are found before slots."""
    ignored: tuple[str, ...] = ()
    while True:
        try:
            return Understood(read_intent(document, complete=complete), ignored)
        except IntentError as error:
            if not all(violation.rule in _ADDED for violation in error.violations):
                raise
            for violation in error.violations:
                document = _without(document, violation.path.split("/")[1:])
                ignored += (violation.path,)


_ADDED = frozenset({Rule.ATTRIBUTE_UNKNOWN, Rule.SLOT_NOT_CARRIED})


def _without(document: Any, steps: list[str]) -> Any:
    """A copy of ``document`` without the member that the ``steps`` of a JSON Pointer lead to."""
    step, *rest = steps
    if isinstance(document, list):
        return [
            _without(item, rest) if str(number) == step else item
            for number, item in enumerate(document)
        ]
    name = step.replace("~1", "/").replace("~0", "~")
    if not rest:
        return {key: value for key, value in document.items() if key != name}
    return {key: _without(value, rest) if key == name else value for key, value in document.items()}


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
