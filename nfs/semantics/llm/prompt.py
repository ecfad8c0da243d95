"""What a model is told: the vocabulary, the form of the answer, and a text that is only data."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from nfs.common.yaml_text import load_yaml
from nfs.semantics.intent import Slots
from nfs.semantics.vocabulary import PROFILES, Kind

_TYPES = ("type", "enum")


@cache
def instructions() -> str:
    """The system message."""
    told = load_yaml(resources.files(__package__).joinpath("prompt.yaml").read_text("utf-8"))
    kinds = "\n".join(
        f"- {kind}: {told['kinds'][kind]}. Slots: {', '.join(sorted(profile.carries)) or 'none'}"
        for kind, profile in PROFILES.items()
    )
    return f"{told['task']}\n\nKinds:\n{kinds}\n\n{told['rules']}"


def messages(text: str, language: str | None, now: str) -> list[dict[str, str]]:
    """The text travels as a JSON string: nothing in it ends the quotation."""
    given = {"text": text, "language": language, "localTime": now}
    return [
        {"role": "system", "content": instructions()},
        {"role": "user", "content": json.dumps(given, ensure_ascii=False)},
    ]


@cache
def answer_schema() -> dict[str, Any]:
    """JSON Schema of the answer: every property is required, those not said are null, as strict
    structured output wants it."""
    kind = {"type": "string", "enum": [each.value for each in Kind]}
    properties = {
        "kind": kind,
        "slots": _slots(),
        "ambiguity": {"type": "array", "items": {"type": "string"}},
        "subIntents": {"type": "array", "items": _object({"kind": kind, "slots": _slots()})},
        "confidence": {"type": "number"},
    }
    return _object(properties)


def _slots() -> dict[str, Any]:
    schema = Slots.model_json_schema()
    named = schema.get("$defs", {})
    return _object({name: _nullable(prop, named) for name, prop in schema["properties"].items()})


def _nullable(prop: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """Types and closed values only: the bounds are checked when the answer is read."""
    found = (
        named[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
        for each in prop.get("anyOf", [prop])
    )
    kept = [{key: each[key] for key in _TYPES if key in each} for each in found]
    null = {"type": "null"}
    return {"anyOf": [*(each for each in kept if each != null), null]}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
