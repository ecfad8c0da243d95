"""Operator-defined intent to and from an Intent of the Intent NRM (TS 28.312 clause 6.2.1).

A wish is a generic IntentExpectation: slots that name an object are objectContexts, slots with a
condition expectationTargets, all others expectationContexts; steps are further expectations. What
the NRM has no attribute for (kind, unit, language, confidence, ambiguity) is in contexts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from nfs.semantics.exchange.exact import Document, foreign, intent_of, malformed, require_same
from nfs.semantics.exchange.expectations import FACES, Expectation, expectations_of
from nfs.semantics.intent import OperatorIntent
from nfs.semantics.ontology.alignment import hint
from nfs.semantics.vocabulary import MEASURED, Kind

_NAME = "ts28312"
PURPOSE = "FULFILMENT_WITH_NEGOTIATION"
"""The intentMgmtPurpose of every intent: what is unclear or infeasible is answered, not guessed."""

_EQUAL = "IS_EQUAL_TO"
_ALL_OF = "IS_ALL_OF"
_SAID = ("version", "language", "confidence", "ambiguity")
"""What intentContexts tell of how the intent was understood."""


class _Nrm(BaseModel):
    """An NRM object as it is read; what is not named is carried along, and found to be foreign."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow", strict=True)


class _Context(_Nrm):
    context_attribute: str
    context_condition: str
    context_value_range: JsonValue


class _Target(_Nrm):
    target_name: str
    target_condition: str
    target_value_range: JsonValue


class _Object(_Nrm):
    object_contexts: list[_Context] = []


class _Expectation(_Nrm):
    expectation_object: _Object
    expectation_targets: list[_Target] = []
    expectation_contexts: list[_Context] = []


class _Intent(_Nrm):
    id: str | None
    object_class: Literal["Intent"]
    user_label: str = ""
    intent_expectations: list[_Expectation]
    intent_contexts: list[_Context] = []
    intent_priority: JsonValue = None


def to_ts28312(intent: OperatorIntent) -> Document:
    """The Intent, as the NRM's YAML has it (Intent-Single)."""
    document = intent.to_json()
    said = {name: document[name] for name in _SAID if document[name] != []}
    priority: Document = {} if intent.priority is None else {"intentPriority": intent.priority}
    return {
        "id": intent.intent_id,
        "objectClass": "Intent",
        "userLabel": intent.description,
        "intentExpectations": [
            _expectation(number, wish) for number, wish in enumerate(expectations_of(intent))
        ],
        "contextSelectivity": "ALL_OF",
        "intentContexts": _contexts(said),
        "intentMgmtPurpose": PURPOSE,
        **priority,
    }


def from_ts28312(document: object) -> OperatorIntent:
    """The intent that ``to_ts28312`` makes ``document`` of. Raises NotConvertible."""
    try:
        read = _Intent.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise malformed(first["loc"], first["msg"]) from None
    wishes = [
        _wish(expectation, number).wish()
        for number, expectation in enumerate(read.intent_expectations)
    ]
    if not wishes:
        raise malformed(("intentExpectations",), "an intent has at least one expectation")
    intent: dict[str, Any] = {**wishes[0], "subIntents": wishes[1:]}
    intent |= _values(read.intent_contexts, ("intentContexts",), _SAID)
    intent["description"] = read.user_label
    if read.id is not None:
        intent["intentId"] = read.id
    if read.intent_priority is not None:
        intent["priority"] = read.intent_priority
    converted = intent_of(intent)
    require_same(document, to_ts28312(converted))
    return converted


def _expectation(number: int, wish: Expectation) -> Document:
    face = FACES[wish.kind]
    return {
        "expectationId": str(number),
        "expectationVerb": face.verb.value,
        "expectationObject": {
            "objectType": face.object_type,
            "objectContexts": _contexts(wish.object),
        },
        "expectationTargets": [_target(slot, value) for slot, value in wish.targets.items()],
        "expectationContexts": _contexts({"kind": wish.kind.value, **wish.contexts}),
    }


def _contexts(values: Document) -> list[JsonValue]:
    return [
        {
            "contextAttribute": name,
            "contextCondition": _ALL_OF if isinstance(value, list) else _EQUAL,
            "contextValueRange": value,
        }
        for name, value in values.items()
    ]


def _target(slot: str, value: JsonValue) -> Document:
    measure = MEASURED[slot]
    return {
        "targetName": slot,
        "targetCondition": str(measure.condition),
        "targetValueRange": value,
        "targetContexts": _contexts({"unit": measure.unit}),
    }


def _wish(read: _Expectation, number: int) -> Expectation:
    at = ("intentExpectations", number)
    contexts = _values(read.expectation_contexts, (*at, "expectationContexts"))
    try:
        kind = Kind(str(contexts.pop("kind", None)))
    except ValueError:
        text = "no context named kind has a kind of the vocabulary"
        raise malformed((*at, "expectationContexts"), text) from None
    object_at = (*at, "expectationObject", "objectContexts")
    for index, target in enumerate(read.expectation_targets):
        if target.target_name not in MEASURED:
            raise foreign((*at, "expectationTargets", index), hint(_NAME, target.target_name))
    return Expectation(
        kind,
        _values(read.expectation_object.object_contexts, object_at),
        {target.target_name: target.target_value_range for target in read.expectation_targets},
        contexts,
    )


def _values(
    contexts: list[_Context], at: tuple[str | int, ...], known: Iterable[str] | None = None
) -> Document:
    values: Document = {}
    for number, context in enumerate(contexts):
        name = context.context_attribute
        if name in values or (known is not None and name not in known):
            raise foreign((*at, number))
        values[name] = context.context_value_range
    return values
