"""A model's answer, read as a stranger's: validated, and kept to what the text says."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import ValidationError

from nfs.semantics.intent import OperatorIntent
from nfs.semantics.vocabulary import FREE_TEXT_SLOTS, PROFILES, Kind

_WORD = re.compile(r"\w+")


class UnusableAnswer(Exception):
    """The model's answer is not an operator-defined intent."""


def intent_of(answer: str, text: str, language: str) -> OperatorIntent:
    """The intent that ``answer`` (JSON) states for ``text``.

    Slots that the kind does not carry are dropped, and so is free text that the user did not say.
    What the kind needs and now lacks is in ``ambiguity``. Raises UnusableAnswer.
    """
    try:
        stated = json.loads(answer)
        kind = Kind(stated["kind"])
        slots = _slots(kind, stated["slots"], text)
        steps = [
            (step_kind, _slots(step_kind, step["slots"], text))
            for step in stated["subIntents"]
            for step_kind in (Kind(step["kind"]),)
        ]
        wishes = [(kind, slots), *steps]
        missing = [slot for each, found in wishes for slot in PROFILES[each].missing(set(found))]
        return OperatorIntent.model_validate(
            {
                "kind": kind,
                "slots": slots,
                "subIntents": [{"kind": each, "slots": found} for each, found in steps],
                "ambiguity": list(dict.fromkeys([*_open(stated), *missing])),
                "confidence": min(max(float(stated["confidence"]), 0.0), 1.0),
                "language": language,
                "description": text,
            }
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise UnusableAnswer(f"not an operator-defined intent: {why}") from error


def _slots(kind: Kind, stated: dict[str, Any], text: str) -> dict[str, Any]:
    return {
        name: value
        for name, value in stated.items()
        if value is not None
        and name in PROFILES[kind].carries
        and (name not in FREE_TEXT_SLOTS or _said(value, text))
    }


def _said(value: Any, text: str) -> bool:
    """Whether every word of ``value`` is in the text."""
    if not isinstance(value, str):
        return True
    said = text.casefold()
    return all(word in said for word in _WORD.findall(value.casefold()))


def _open(stated: dict[str, Any]) -> list[str]:
    known = {slot for profile in PROFILES.values() for slot in profile.carries}
    return [name for name in stated["ambiguity"] if name in known]
