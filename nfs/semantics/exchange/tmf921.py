"""Operator-defined intent to and from the Intent resource of TM Forum's TMF921 v5.

The expression is JSON-LD in the TM Forum Intent Ontology 3.6.0 (TR290, TR292): a wish is a
PropertyExpectation where a state is to be ensured, else a DeliveryExpectation; slots that name an
object are properties of its target, slots with a condition its conditions, all others its context.
What was understood of the text (language, confidence, ambiguity) is in characteristics.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from nfs.semantics.exchange.exact import Document, foreign, intent_of, malformed, require_same
from nfs.semantics.exchange.expectations import FACES, Expectation, Verb, expectations_of
from nfs.semantics.intent import OperatorIntent, TargetCondition
from nfs.semantics.vocabulary import MEASURED, PROFILE_NAME, Kind

_TIO = "http://tio.models.tmforum.org/tio/v3.6.0"
_MODEL = f"{_TIO}/IntentCommonModel/"
_OURS = "anf:"
_LD_CONTEXT: Document = {
    "icm": _MODEL,
    "log": f"{_TIO}/LogicalOperators/",
    "quan": f"{_TIO}/QuantityOntology/",
    "set": f"{_TIO}/SetOperators/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "anf": f"urn:{PROFILE_NAME}:1:",
}
_TYPES = {Verb.ENSURE: "icm:PropertyExpectation", Verb.DELIVER: "icm:DeliveryExpectation"}
_COMPARATORS: dict[TargetCondition | None, str] = {
    TargetCondition.AT_MOST: "quan:atMost",
    TargetCondition.AT_LEAST: "quan:atLeast",
}
_CHARACTERISTICS = {
    "version": ("StringCharacteristic", "string"),
    "language": ("StringCharacteristic", "string"),
    "confidence": ("NumberCharacteristic", "number"),
    "ambiguity": ("StringArrayCharacteristic", "array"),
}


class _Read(BaseModel):
    """What is read of a resource; what is not named is carried along, and found to be foreign."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow", strict=True)


class _Condition(_Read):
    for_all: dict[str, JsonValue] = Field(alias="set:forAll")


class _Conditions(_Read):
    items: list[_Condition] = Field(alias="@list")


class _Expectation(_Read):
    kind: str = Field(alias="anf:kind")
    target: dict[str, JsonValue] = Field(alias="icm:target")
    conditions: _Conditions = Field(alias="log:allOf")
    context: dict[str, JsonValue] = Field(alias="anf:context")


class _Expectations(_Read):
    items: list[_Expectation] = Field(alias="@list", min_length=1)


class _Value(_Read):
    all_of: _Expectations = Field(alias="log:allOf")


class _Expression(_Read):
    expression_value: _Value


class _Characteristic(_Read):
    name: str
    value: JsonValue


class _Intent(_Read):
    resource_type: Literal["Intent"] = Field(alias="@type")
    id: str | None = None
    description: str = ""
    priority: str | None = Field(default=None, pattern="^[0-9]{1,3}$")
    expression: _Expression
    characteristic: list[_Characteristic] = []


def to_tmf921(intent: OperatorIntent) -> Document:
    """The Intent, as it is posted to ``/tmf-api/intentManagement/v5/intent``."""
    document = intent.to_json()
    optional: Document = {}
    if intent.intent_id is not None:
        optional["id"] = intent.intent_id
    if intent.priority is not None:
        optional["priority"] = str(intent.priority)
    return {
        "@type": "Intent",
        "name": intent.kind.value,
        "description": intent.description,
        "isBundle": bool(intent.sub_intents),
        "expression": {
            "@type": "JsonLdExpression",
            "iri": _MODEL,
            "expressionValue": {
                "@context": dict(_LD_CONTEXT),
                "@type": "icm:Intent",
                "log:allOf": {"@list": [*map(_expectation, expectations_of(intent))]},
            },
        },
        "characteristic": [
            {"@type": described, "name": name, "valueType": value_type, "value": document[name]}
            for name, (described, value_type) in _CHARACTERISTICS.items()
            if document[name] != []
        ],
        **optional,
    }


def from_tmf921(document: object) -> OperatorIntent:
    """The intent that ``to_tmf921`` makes ``document`` of. Raises NotConvertible."""
    try:
        read = _Intent.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise malformed(first["loc"], first["msg"]) from None
    wishes = [
        _wish(expectation, number).wish()
        for number, expectation in enumerate(read.expression.expression_value.all_of.items)
    ]
    intent: dict[str, Any] = {**wishes[0], "subIntents": wishes[1:]}
    for number, characteristic in enumerate(read.characteristic):
        name = characteristic.name
        if name not in _CHARACTERISTICS or name in intent:
            raise foreign(("characteristic", number))
        intent[name] = characteristic.value
    intent["description"] = read.description
    if read.id is not None:
        intent["intentId"] = read.id
    if read.priority is not None:
        intent["priority"] = int(read.priority)
    converted = intent_of(intent)
    require_same(document, to_tmf921(converted))
    return converted


def _expectation(wish: Expectation) -> Document:
    return {
        "@type": _TYPES[FACES[wish.kind].verb],
        "anf:kind": wish.kind.value,
        "icm:target": {"@type": "icm:Target", **_terms(wish.object)},
        "log:allOf": {
            "@list": [_condition(slot, value) for slot, value in wish.targets.items()],
        },
        "anf:context": {"@type": "icm:Context", **_terms(wish.contexts)},
    }


def _condition(slot: str, value: JsonValue) -> Document:
    measure = MEASURED[slot]
    return {
        "@type": "icm:Condition",
        "set:forAll": {
            "icm:valuesOfTargetProperty": {"@id": f"{_OURS}{slot}"},
            _COMPARATORS[measure.condition]: {"rdf:value": value, "quan:unit": measure.unit},
        },
    }


def _terms(values: Document) -> Document:
    return {f"{_OURS}{name}": value for name, value in values.items()}


def _values(terms: Document) -> Document:
    """The slots among ``terms``; what else is there is compared later."""
    return {
        name.removeprefix(_OURS): value for name, value in terms.items() if name.startswith(_OURS)
    }


def _wish(read: _Expectation, number: int) -> Expectation:
    at = ("expression", "expressionValue", "log:allOf", "@list", number)
    try:
        kind = Kind(read.kind)
    except ValueError:
        raise malformed((*at, "anf:kind"), "this is no kind of the vocabulary") from None
    targets: Document = {}
    for index, condition in enumerate(read.conditions.items):
        slot, value = _measured(condition.for_all)
        if slot is None or slot in targets:
            raise foreign((*at, "log:allOf", "@list", index))
        targets[slot] = value
    return Expectation(kind, _values(read.target), targets, _values(read.context))


def _measured(for_all: Document) -> tuple[str | None, JsonValue]:
    """The slot that a condition is on, and its value; no slot for a condition of others."""
    measured = for_all.get("icm:valuesOfTargetProperty")
    term = measured.get("@id") if isinstance(measured, dict) else None
    for comparator in _COMPARATORS.values():
        quantity = for_all.get(comparator)
        if isinstance(term, str) and isinstance(quantity, dict) and "rdf:value" in quantity:
            return term.removeprefix(_OURS), quantity["rdf:value"]
    return None, None
