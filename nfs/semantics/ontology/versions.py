"""Versions of the profile: which are understood, and what an intent says to a reader of another.

A reader understands every minor version of its own major one: a newer minor version only adds what
may be left out. Another major version is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pydantic import JsonValue

from nfs.semantics.intent import OperatorIntent
from nfs.semantics.vocabulary import VERSION, VERSION_ADDS


class VersionNotUnderstood(ValueError):
    """``understood`` has the versions that are."""

    def __init__(self, version: object) -> None:
        self.understood = tuple(VERSION_ADDS)
        super().__init__(f"version {version!r}: understood are {', '.join(self.understood)}")


class Version(NamedTuple):
    major: int
    minor: int

    @classmethod
    def parse(cls, text: object) -> Version:
        """``"1.1"`` or, of a whole profile, ``"1.1.0"``. Raises VersionNotUnderstood."""
        parts = text.split(".") if isinstance(text, str) else []
        if len(parts) not in (2, 3) or not all(p.isascii() and p.isdigit() for p in parts):
            raise VersionNotUnderstood(text)
        if any(len(part) > 4 for part in parts):
            raise VersionNotUnderstood(text)
        return cls(int(parts[0]), int(parts[1]))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


OURS = Version.parse(VERSION)


def understood(text: object) -> Version:
    """A version that intents may have. Raises VersionNotUnderstood for another major one."""
    version = Version.parse(text)
    if version.major != OURS.major:
        raise VersionNotUnderstood(text)
    return version


def negotiate(offered: Iterable[str]) -> str:
    """The version to write for a peer that reads ``offered``: the newest that both know.

    Raises VersionNotUnderstood if there is none.
    """
    offers = list(offered)
    common = [min(version, OURS) for version in map(_or_none, offers) if version is not None]
    if not common:
        raise VersionNotUnderstood(", ".join(map(str, offers)))
    return str(max(common))


def written_for(
    intent: OperatorIntent, version: str
) -> tuple[dict[str, JsonValue], dict[str, JsonValue]]:
    """``intent`` as a reader of ``version`` knows it, and the attributes that it does not know.

    Raises VersionNotUnderstood.
    """
    reader = understood(version)
    document: dict[str, JsonValue] = intent.to_json()
    newer = [
        name
        for since, names in VERSION_ADDS.items()
        for name in names
        if Version.parse(since) > reader and name in document
    ]
    lost = {name: document.pop(name) for name in newer}
    if reader < Version.parse(intent.version):
        document["version"] = str(reader)
    return document, lost


def _or_none(text: str) -> Version | None:
    try:
        return understood(text)
    except VersionNotUnderstood:
        return None
