"""The operator-defined intent and its result, as they travel between UE, AMF and IAF.

Kinds and slots are those of the testbed's vocabulary; expectation targets use the generic
ExpectationTarget of TS 28.312 (``TS28312_IntentNrm.yaml``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints
from pydantic.alias_generators import to_camel

from nfs.semantics.vocabulary import Kind

MAX_TEXT = 4096
"""Characters of a text to analyse, and so of anything cut out of it."""

VERSION = "1.0"

_MAX_ITEMS = 16
_YEAR_SECONDS = 31_536_000

_FreeText = Annotated[str, StringConstraints(min_length=1, max_length=256)]
_LongText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]
_Milliseconds = Annotated[int | float, Field(gt=0, lt=1e6)]
_MegabitsPerSecond = Annotated[int | float, Field(gt=0, le=1e6)]
_Percent = Annotated[int | float, Field(ge=0, le=100)]
_Metres = Annotated[int | float, Field(gt=0, le=1e6)]
_KilometresPerHour = Annotated[int | float, Field(ge=0, le=2000)]
_Seconds = Annotated[int, Field(gt=0, le=_YEAR_SECONDS)]
_Count = Annotated[int, Field(gt=0, le=1_000_000)]
_Date = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_ClockTime = rf"({_Date})?T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(Z|[+-]\d{{2}}:\d{{2}})?"
_Time = Annotated[str, StringConstraints(pattern=rf"^(now|\+\d{{1,8}}|{_ClockTime})$")]
_SST = r"(25[0-5]|2[0-4]\d|1?\d?\d)"
_Slice = Annotated[
    str, StringConstraints(pattern=rf"^(eMBB|URLLC|mMTC|{_SST}(-[0-9a-fA-F]{{6}})?)$")
]
_Language = Annotated[
    str, StringConstraints(max_length=35, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
]


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


class TargetCondition(StrEnum):
    """The conditions of TS 28.312 that slots lead to."""

    AT_MOST = "IS_EQUAL_TO_OR_LESS_THAN"
    AT_LEAST = "IS_EQUAL_TO_OR_GREATER_THAN"


class ExpectationTarget(IntentModel):
    """ExpectationTarget of TS 28.312; the name is the slot's, the unit that of the vocabulary."""

    target_name: str
    target_condition: TargetCondition
    target_value_range: int | float
    unit: str


_TARGETS = {
    "latency": (TargetCondition.AT_MOST, "ms"),
    "jitter": (TargetCondition.AT_MOST, "ms"),
    "packetLoss": (TargetCondition.AT_MOST, "percent"),
    "accuracy": (TargetCondition.AT_MOST, "m"),
    "downlinkThroughput": (TargetCondition.AT_LEAST, "Mbit/s"),
    "uplinkThroughput": (TargetCondition.AT_LEAST, "Mbit/s"),
    "reliability": (TargetCondition.AT_LEAST, "percent"),
}


class Trigger(StrEnum):
    """Crossing of a geofence that is reported."""

    ENTER = "ENTER"
    LEAVE = "LEAVE"
    BOTH = "BOTH"


class Metric(StrEnum):
    """What analytics are asked for."""

    CONGESTION = "congestion"
    COVERAGE = "coverage"
    USAGE = "usage"
    LOAD = "load"
    PREDICTION = "prediction"


class Symptom(StrEnum):
    """What is bad about a service."""

    SLOW = "slow"
    DROPS = "drops"
    NO_SERVICE = "no-service"
    HIGH_LATENCY = "high-latency"
    OTHER = "other"


class Subject(StrEnum):
    """What a policy protects."""

    LOCATION = "location"
    DATA = "data"
    AGENT = "agent"
    CONTACTS = "contacts"
    ALL = "all"


class Effect(StrEnum):
    """What a policy does."""

    ALLOW = "ALLOW"
    DENY = "DENY"


class Slots(IntentModel):
    """What the user expressed, nothing else; a kind uses the slots that its profile names.

    Latency and jitter in ms, throughputs in Mbit/s, reliability and packet loss in percent,
    accuracy in metres, speed in km/h. Times are ``now``, ``+SECONDS`` or ISO 8601 local time.
    """

    application: _FreeText | None = None
    target: _FreeText | None = None
    latency: _Milliseconds | None = None
    downlink_throughput: _MegabitsPerSecond | None = None
    uplink_throughput: _MegabitsPerSecond | None = None
    reliability: _Percent | None = None
    packet_loss: _Percent | None = None
    jitter: _Milliseconds | None = None
    duration_seconds: _Seconds | None = None
    start_time: _Time | None = None
    end_time: _Time | None = None
    area: _FreeText | None = None
    dnn: _FreeText | None = None
    slice: _Slice | None = None
    accuracy: _Metres | None = None
    trigger: Trigger | None = None
    object: _FreeText | None = None
    metric: Metric | None = None
    symptom: Symptom | None = None
    capability: _FreeText | None = None
    constraint: _FreeText | None = None
    input: _LongText | None = None
    language: _Language | None = None
    model: _FreeText | None = None
    dataset: _FreeText | None = None
    rounds: _Count | None = None
    participants: _Count | _FreeText | None = None
    endpoint_a: _FreeText | None = None
    endpoint_b: _FreeText | None = None
    speed: _KilometresPerHour | None = None
    route: _FreeText | None = None
    subject: Subject | None = None
    effect: Effect | None = None
    reference: _FreeText | None = None

    def targets(self) -> list[ExpectationTarget]:
        """The measurable ones as expectation targets of TS 28.312."""
        present = self.to_json()
        return [
            ExpectationTarget(
                target_name=name,
                target_condition=condition,
                target_value_range=present[name],
                unit=unit,
            )
            for name, (condition, unit) in _TARGETS.items()
            if name in present
        ]


class SubIntent(IntentModel):
    """One of several wishes of a text, or one step of a task."""

    kind: Kind
    slots: Slots = Slots()


class OperatorIntent(IntentModel):
    """An intent in the operator's terms (drafts: operator-defined intent).

    ``ambiguity`` names what the text leaves open: slots, or readings. ``confidence`` is the
    analyser's trust in ``kind``; ``description`` is the text as the user gave it.
    """

    intent_id: _FreeText | None = None
    version: str = VERSION
    kind: Kind
    slots: Slots = Slots()
    ambiguity: list[_FreeText] = Field(default=[], max_length=_MAX_ITEMS)
    sub_intents: list[SubIntent] = Field(default=[], max_length=_MAX_ITEMS)
    language: _Language = "en"
    confidence: float = Field(default=1.0, ge=0, le=1)
    description: str = Field(default="", max_length=MAX_TEXT)

    def targets(self) -> list[ExpectationTarget]:
        """Expectation targets of this intent's own slots; a sub-intent's are in its slots."""
        return self.slots.targets()


class IntentStatus(StrEnum):
    """Where an intent stands."""

    ACKNOWLEDGED = "ACKNOWLEDGED"
    IN_PROGRESS = "IN_PROGRESS"
    FULFILLED = "FULFILLED"
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
    value: int | float
    unit: str


class OperatorResult(IntentModel):
    """Outcome of an intent; ``output`` holds the facts of its kind under camelCase names.

    A refusal has a ``cause``, a result that waits for the user a ``question``.
    """

    intent_id: _FreeText
    kind: Kind
    status: IntentStatus
    cause: RefusalClass | None = None
    question: str | None = None
    output: dict[str, JsonValue] = {}
    achieved: list[AchievedTarget] = []
