"""The values of the vocabulary: numbers with their ranges, times, texts and closed values.

A JSON Schema made from these types accepts what they accept (``nfs.semantics.schema``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

MAX_TEXT = 4096
"""Characters of a text to analyse, and so of anything cut out of it."""

_YEAR_SECONDS = 31_536_000
_KEYWORDS = {
    "gt": "exclusiveMinimum",
    "ge": "minimum",
    "lt": "exclusiveMaximum",
    "le": "maximum",
}


class _JsonNumber:
    """JSON has one kind of number; neither ``"20"`` nor ``true`` is one."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_no_word, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        written = handler(schema)
        if "anyOf" not in written:
            return written
        return {"type": "number"} | {
            _KEYWORDS[name]: value for name, value in written.items() if name in _KEYWORDS
        }


def _no_word(value: object) -> object:
    if isinstance(value, str | bool):
        raise PydanticCustomError("number_type", "a number is wanted")
    return value


class _NeverNull:
    """What is absent is left out: null is no value."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema = handler(source)
        return schema["schema"] if schema["type"] == "nullable" else schema


T = TypeVar("T")
Absent = Annotated[T | None, _NeverNull()]
"""May be left out, and then is None; on the wire null is refused."""

NUMBER = _JsonNumber()

FreeText = Annotated[str, StringConstraints(min_length=1, max_length=256)]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]
Milliseconds = Annotated[int | float, Field(gt=0, lt=1_000_000), NUMBER]
MegabitsPerSecond = Annotated[int | float, Field(gt=0, le=1_000_000), NUMBER]
Percent = Annotated[int | float, Field(ge=0, le=100), NUMBER]
Metres = Annotated[int | float, Field(gt=0, le=1_000_000), NUMBER]
KilometresPerHour = Annotated[int | float, Field(ge=0, le=2000), NUMBER]
Seconds = Annotated[int, Field(gt=0, le=_YEAR_SECONDS), NUMBER]
Count = Annotated[int, Field(gt=0, le=1_000_000), NUMBER]
Priority = Annotated[int, Field(ge=1, le=100), NUMBER]
Participants = Count | FreeText

Version = Annotated[str, StringConstraints(pattern=r"^1\.[0-9]{1,4}$")]
"""Of the profile: its minor number may be any, for what is of another major one is not read."""

_DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_ZONE = r"(Z|[+-][0-9]{2}:[0-9]{2})"
_CLOCK_TIME = rf"({_DATE})?T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?{_ZONE}?"
Time = Annotated[str, StringConstraints(pattern=rf"^(now|\+[0-9]{{1,8}}|{_CLOCK_TIME})$")]
"""``now``, ``+SECONDS``, local ISO 8601 time ``T18:00`` or date and time."""

_SST = r"(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
SliceName = Annotated[
    str, StringConstraints(pattern=rf"^(eMBB|URLLC|mMTC|{_SST}(-[0-9a-fA-F]{{6}})?)$")
]
Language = Annotated[
    str, StringConstraints(max_length=35, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
]


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
