"""Operator-defined intents to and from the formats of others, without loss: one file a format.

Each has ``to_FORMAT`` and ``from_FORMAT``; both raise NotConvertible, which names the place.
"""

from enum import StrEnum


class Format(StrEnum):
    """Of an intent that is read or written. ``operator`` is the operator-defined intent itself,
    ``camara`` the request of the API that has its kind."""

    OPERATOR = "operator"
    TS28312 = "ts28312"
    TMF921 = "tmf921"
    CAMARA = "camara"
