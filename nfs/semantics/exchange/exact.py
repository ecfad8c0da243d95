"""What makes a conversion lossless: whatever is read must come out again as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import JsonValue

from nfs.semantics.intent import OperatorIntent
from nfs.semantics.ontology.reading import IntentError, pointer, read_intent

Document = dict[str, JsonValue]

Path = tuple[str | int, ...]

_NAMES = ("contextAttribute", "targetName", "name")
"""Members that name an item of a list whose order means nothing."""


class Obstacle(StrEnum):
    """Why a document or an intent cannot be converted."""

    MALFORMED = "MALFORMED"
    NOT_OF_THE_PROFILE = "NOT_OF_THE_PROFILE"
    NOT_EXPRESSIBLE = "NOT_EXPRESSIBLE"


class NotConvertible(ValueError):
    """``path`` is a JSON Pointer to the obstacle, in the document that was to be converted."""

    def __init__(self, obstacle: Obstacle, path: str, text: str) -> None:
        super().__init__(f"{path or 'document'}: {text}")
        self.obstacle = obstacle
        self.path = path
        self.text = text


@dataclass(frozen=True, slots=True)
class Converted:
    """What a foreign request says: a wish, and what is ``kept`` beside it since no wish has it
    (where to report, how often), by its foreign name."""

    intent: OperatorIntent
    kept: Document = field(default_factory=dict)


def malformed(path: Path, text: str) -> NotConvertible:
    return NotConvertible(Obstacle.MALFORMED, pointer(*path), text)


def foreign(path: Path, near: str = "") -> NotConvertible:
    """``near`` says what of the profile comes near."""
    text = f"the profile has no place for this{near and '; '}{near}"
    return NotConvertible(Obstacle.NOT_OF_THE_PROFILE, pointer(*path), text)


def inexpressible(path: Path, text: str) -> NotConvertible:
    return NotConvertible(Obstacle.NOT_EXPRESSIBLE, pointer(*path), text)


def intent_of(document: object) -> OperatorIntent:
    """The intent that a foreign document turned into. Raises NotConvertible."""
    try:
        return read_intent(document)
    except IntentError as error:
        raise malformed((), f"this gives no valid intent: {error}") from None


def require_same(given: Any, written: JsonValue, at: Path = ()) -> None:
    """Raise NotConvertible at the first place where ``given`` is not as we would write it."""
    if given is written:
        return
    if isinstance(given, Mapping) and isinstance(written, Mapping):
        for name in written:
            if name not in given:
                raise malformed((*at, name), f"this is missing; the profile has {written[name]!r}")
        for name in given:
            if name not in written:
                raise foreign((*at, name))
            require_same(given[name], written[name], (*at, name))
    elif isinstance(given, list) and isinstance(written, list):
        _require_same_items(given, written, at)
    elif given != written or isinstance(given, bool) is not isinstance(written, bool):
        raise foreign(at)


def _require_same_items(given: Sequence[JsonValue], written: Sequence[JsonValue], at: Path) -> None:
    """In the same order, or with the same names."""
    by_name = {_name(item): item for item in written if _name(item) is not None}
    for index, item in enumerate(given):
        other = by_name.get(_name(item)) if by_name else None
        if other is None and (by_name or index >= len(written)):
            raise foreign((*at, index))
        require_same(item, written[index] if other is None else other, (*at, index))
    if len(given) != len(written):
        raise malformed(at, f"the profile has {len(written)} of these")


def _name(item: JsonValue) -> JsonValue:
    if not isinstance(item, Mapping):
        return None
    return next((item[name] for name in _NAMES if name in item), None)
