"""The operator-defined intent and its result, as they travel between UE, AMF and IAF.

Kinds and slots are those of the testbed's vocabulary; expectation targets use the generic
ExpectationTarget of TS 28.312 (``TS28312_IntentNrm.yaml``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel

from nfs.semantics.values import (
    MAX_TEXT,
    NUMBER,
    Absent,
    Count,
    Effect,
    FreeText,
    KilometresPerHour,
    Language,
    LongText,
    MegabitsPerSecond,
    Metres,
    Metric,
    Milliseconds,
    Participants,
    Percent,
    Priority,
    Seconds,
    SliceName,
    Subject,
    Symptom,
    Time,
    Trigger,
    Version,
)
from nfs.semantics.vocabulary import MEASURED, VERSION, Kind, TargetCondition

__all__ = [
    "MAX_TEXT",
    "VERSION",
    "AchievedTarget",
    "Effect",
    "ExpectationTarget",
    "IntentStatus",
    "Metric",
    "OperatorIntent",
    "OperatorResult",
    "RefusalClass",
    "Slots",
    "SubIntent",
    "Subject",
    "Symptom",
    "TargetCondition",
    "Trigger",
]

_MAX_ITEMS = 16


class IntentModel(BaseModel):
    """Frozen, camelCase on the wire, and nothing that the vocabulary does not know."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
    )

    def to_json(self) -> dict[str, Any]:
        """The wire form; what is absent is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class ExpectationTarget(IntentModel):
    """ExpectationTarget of TS 28.312; the name is the slot's, the unit that of the vocabulary."""

    target_name: str
    target_condition: TargetCondition
    target_value_range: int | float
    unit: str


class Slots(IntentModel):
    """What the user expressed, nothing else; a kind uses the slots that its profile names.

    Latency and jitter in ms, throughputs in Mbit/s, reliability and packet loss in percent,
    accuracy in metres, speed in km/h. Times are ``now``, ``+SECONDS`` or ISO 8601 local time.
    """

    application: Absent[FreeText] = None
    target: Absent[FreeText] = None
    latency: Absent[Milliseconds] = None
    downlink_throughput: Absent[MegabitsPerSecond] = None
    uplink_throughput: Absent[MegabitsPerSecond] = None
    reliability: Absent[Percent] = None
    packet_loss: Absent[Percent] = None
    jitter: Absent[Milliseconds] = None
    duration_seconds: Absent[Seconds] = None
    start_time: Absent[Time] = None
    end_time: Absent[Time] = None
    area: Absent[FreeText] = None
    dnn: Absent[FreeText] = None
    slice: Absent[SliceName] = None
    accuracy: Absent[Metres] = None
    trigger: Absent[Trigger] = None
    object: Absent[FreeText] = None
    metric: Absent[Metric] = None
    symptom: Absent[Symptom] = None
    capability: Absent[FreeText] = None
    constraint: Absent[FreeText] = None
    input: Absent[LongText] = None
    language: Absent[Language] = None
    model: Absent[FreeText] = None
    dataset: Absent[FreeText] = None
    rounds: Absent[Count] = None
    participants: Absent[Participants] = None
    endpoint_a: Absent[FreeText] = None
    endpoint_b: Absent[FreeText] = None
    speed: Absent[KilometresPerHour] = None
    route: Absent[FreeText] = None
    subject: Absent[Subject] = None
    effect: Absent[Effect] = None
    reference: Absent[FreeText] = None

    def targets(self) -> list[ExpectationTarget]:
        """The measurable ones as expectation targets of TS 28.312."""
        present = self.to_json()
        return [
            ExpectationTarget(
                target_name=name,
                target_condition=measure.condition,
                target_value_range=present[name],
                unit=measure.unit,
            )
            for name, measure in MEASURED.items()
            if name in present and measure.condition is not None
        ]

    def present(self) -> set[str]:
        """Wire names of the slots that have a value."""
        return {
            _WIRE_NAMES[name] for name in self.model_fields_set if getattr(self, name) is not None
        }


_WIRE_NAMES = {name: to_camel(name) for name in Slots.model_fields}


class SubIntent(IntentModel):
    """One of several wishes of a text, or one step of a task."""

    kind: Kind
    slots: Slots = Slots()


class OperatorIntent(IntentModel):
    """An intent in the operator's terms (drafts: operator-defined intent).

    ``ambiguity`` names what the text leaves open: slots, or readings. ``priority`` is among the
    intents of the one who asks, 100 first (intentPriority of TS 28.312). ``confidence`` is the
    analyser's trust in ``kind``; ``description`` is the text as the user gave it.
    """

    intent_id: Absent[FreeText] = None
    version: Version = VERSION
    kind: Kind
    slots: Slots = Slots()
    ambiguity: list[FreeText] = Field(default=[], max_length=_MAX_ITEMS)
    sub_intents: list[SubIntent] = Field(default=[], max_length=_MAX_ITEMS)
    priority: Absent[Priority] = None
    language: Language = "en"
    confidence: Annotated[float, Field(ge=0, le=1), NUMBER] = 1.0
    description: str = Field(default="", max_length=MAX_TEXT)

    def targets(self) -> list[ExpectationTarget]:
        """Expectation targets of this intent's own slots; a sub-intent's are in its slots."""
        return self.slots.targets()


class IntentStatus(StrEnum):
    """Where an intent stands: DEGRADED when it was fulfilled and its targets are missed now,
    EXPIRED when its time is over."""

    ACKNOWLEDGED = "ACKNOWLEDGED"
    IN_PROGRESS = "IN_PROGRESS"
    FULFILLED = "FULFILLED"
    DEGRADED = "DEGRADED"
    EXPIRED = "EXPIRED"
    FAILED = "FAILED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    NEEDS_INPUT = "NEEDS_INPUT"


class RefusalClass(StrEnum):
    """The class of check that an intent failed; never the policy behind it."""

    NOT_UNDERSTOOD = "NOT_UNDERSTOOD"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    LANGUAGE = "LANGUAGE"
    COMPLIANCE = "COMPLIANCE"
    SUBSCRIPTION = "SUBSCRIPTION"
    OPERATOR_POLICY = "OPERATOR_POLICY"
    INFEASIBLE = "INFEASIBLE"
    TARGET_UNKNOWN = "TARGET_UNKNOWN"
    CAPABILITY_NOT_FOUND = "CAPABILITY_NOT_FOUND"
    EXECUTION = "EXECUTION"


class AchievedTarget(IntentModel):
    """What was reached for one expectation target (targetAchievedValue of TS 28.312)."""

    target_name: str
    value: Annotated[int | float, NUMBER]
    unit: str


class OperatorResult(IntentModel):
    """Outcome of an intent; ``output`` holds the facts of its kind under camelCase names.

    A refusal has a ``cause``, a result that waits for the user a ``question``.
    """

    intent_id: FreeText
    kind: Kind
    status: IntentStatus
    cause: RefusalClass | None = None
    question: str | None = None
    output: dict[str, JsonValue] = {}
    achieved: list[AchievedTarget] = []
