"""How an ASN.1 type becomes a value of ours and comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = [
    "CAUSE",
    "UNSPECIFIED",
    "Cause",
    "Codec",
    "plain",
]


@dataclass(frozen=True, slots=True)
class Codec:
    """An ASN.1 type by name, and how its value becomes ours and comes back."""

    type: str
    load: Callable[[Any], Any]
    dump: Callable[[Any], Any]


def _same(v: Any) -> Any:
    return v


def plain(name: str) -> Codec:
    return Codec(name, _same, _same)


@dataclass(frozen=True, slots=True)
class Cause:
    """Group and value as in the ASN.1: ``Cause("nas", "normal-release")`` (9.3.1.2)."""

    group: str
    value: str


CAUSE = Codec("Cause", lambda v: Cause(*v), lambda c: (c.group, c.value))

UNSPECIFIED = Cause("misc", "unspecified")
