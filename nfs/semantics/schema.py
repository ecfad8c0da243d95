"""The published JSON Schemas (draft 2020-12) of operator-defined intents and their results.

They say all that the models say, so that a third party needs none of our code to write an intent
that is read here: which slots a kind carries, and what has to be named in ``ambiguity``.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from nfs.semantics.intent import OperatorIntent, OperatorResult
from nfs.semantics.ontology.rules import STEPS
from nfs.semantics.vocabulary import MEASURED, PROFILE_NAME, PROFILE_VERSION, PROFILES, Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_CARRIED = "SlotsOfKind"

Schema = dict[str, Any]


class _Plain(GenerateJsonSchema):
    """Without titles that repeat names, and without what absence stands for."""

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def intent_schema() -> Schema:
    """Of an OperatorIntent."""
    schema = _schema(OperatorIntent)
    for slot, measure in MEASURED.items():
        schema["$defs"]["Slots"]["properties"][slot]["description"] = f"in {measure.unit}"
    schema["$defs"][_CARRIED] = {"allOf": [_carries(kind) for kind in PROFILES]}
    carried = {"$ref": f"#/$defs/{_CARRIED}"}
    schema["$defs"]["SubIntent"]["allOf"] = [carried]
    schema["allOf"] = [carried, *_needs(), *_needs_of_steps(), _has_steps()]
    return schema


def result_schema() -> Schema:
    """Of an OperatorResult."""
    return _schema(OperatorResult)


def documents() -> dict[str, str]:
    """The text of each file by its name."""
    schemas = {"OperatorIntent": intent_schema(), "OperatorResult": result_schema()}
    return {
        f"{name}.schema.json": json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }


def _schema(model: type[BaseModel]) -> Schema:
    identity = f"urn:{PROFILE_NAME}:{PROFILE_VERSION}:{model.__name__}"
    described = model.model_json_schema(schema_generator=_Plain)
    return {"$schema": DIALECT, "$id": identity, **described}


def _is(kind: Kind) -> Schema:
    return {"properties": {"kind": {"const": kind.value}}, "required": ["kind"]}


def _carries(kind: Kind) -> Schema:
    names = {"enum": sorted(PROFILES[kind].carries)} if PROFILES[kind].carries else False
    return {"if": _is(kind), "then": {"properties": {"slots": {"propertyNames": names}}}}


def _has(slot: str) -> Schema:
    return {"properties": {"slots": {"required": [slot]}}, "required": ["slots"]}


def _names(*slots: str) -> Schema:
    """That ``ambiguity`` has one of them."""
    open_ones = {"contains": {"enum": list(slots)}}
    return {"properties": {"ambiguity": open_ones}, "required": ["ambiguity"]}


def _needs() -> list[Schema]:
    return [
        {"if": _is(kind), "then": {"anyOf": [*map(_has, group), _names(*group)]}}
        for kind, profile in PROFILES.items()
        for group in profile.to_be_said
    ]


def _needs_of_steps() -> list[Schema]:
    """A step has no ``ambiguity`` of its own: that of the whole says what it leaves open."""
    rules = []
    for kind, profile in PROFILES.items():
        for group in profile.to_be_said:
            lacking = {"allOf": [_is(kind), {"not": {"anyOf": [*map(_has, group)]}}]}
            some_lack = {"properties": {STEPS: {"contains": lacking}}, "required": [STEPS]}
            rules.append({"if": some_lack, "then": _names(*group)})
    return rules


def _has_steps() -> Schema:
    some = {"properties": {STEPS: {"minItems": 1}}, "required": [STEPS]}
    return {"if": _is(Kind.TASK_COLLABORATE), "then": {"anyOf": [some, _names(STEPS)]}}
