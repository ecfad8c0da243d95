"""By what live agents are found, besides their AIC: attributes, prefixes of AICs, words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from nfs.agw.directory.groups import Groups
from nfs.agw.directory.paths import values
from nfs.agw.directory.sorted_keys import SortedKeys
from nfs.agw.directory.text_index import Said, TextIndex
from nfs.common.models.agw import AgentState

CAPABILITY = "entityMeta.capabilityIds"
INDEXED = (
    CAPABILITY,
    "skills.tags",
    "endPoints.url",
    "entityMeta.area",
    "entityMeta.nfInstanceId",
    "entityMeta.nfType",
    "entityMeta.plmn",
    "entityMeta.slice",
    "entityMeta.tai",
)
"""Paths into an ACS whose values lead to its agents directly (F11)."""


class _Facets(NamedTuple):
    tags: frozenset[tuple[str, str]]
    said: Said


class AgentIndex:
    """Documents are those of ``nfs.agw.directory.agent.Agent``, as JSON."""

    def __init__(self) -> None:
        self._groups: dict[str, Groups[str]] = {path: Groups() for path in INDEXED}
        self._keys = SortedKeys()
        self._texts = TextIndex()

    def change(self, aic: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        """From the agent's document as it was to what it is; None: there was or is none."""
        before, after = _facets(old), _facets(new)
        if before == after:
            return
        was, now = (facets.tags if facets else frozenset() for facets in (before, after))
        for path, value in was - now:
            self._groups[path].discard(value, aic)
        for path, value in now - was:
            self._groups[path].add(value, aic)
        if before is not None and (after is None or before.said != after.said):
            self._texts.discard(aic, before.said)
        if after is not None and (before is None or before.said != after.said):
            self._texts.add(aic, after.said)
        if before is None:
            self._keys.add(aic)
        elif after is None:
            self._keys.discard(aic)

    def offering(self, capability: str, meta: Mapping[str, Any]) -> Iterator[str]:
        """AICs of live agents with a capability identifier; by one of the attributes ``meta`` of
        entityMeta where fewer agents have that."""
        offering = self.group(CAPABILITY, capability)
        groups = [
            self.group(path, value)
            for path, value in ((f"entityMeta.{name}", value) for name, value in meta.items())
            if path in INDEXED and isinstance(value, str | int | float)
        ]
        fewest = min(groups, key=len, default=offering)
        if len(fewest) >= len(offering):
            return iter(offering)
        return (aic for aic in fewest if aic in offering)

    def group(self, path: str, value: object) -> Collection[str]:
        """AICs of live agents with that value at one of the indexed paths, in either case of
        letters; those that had it first first. It is not to be kept over a change."""
        return self._groups[path].of(_folded(value))

    def starting(self, prefix: str) -> Iterator[str]:
        """AICs of live agents with this prefix, in order."""
        return self._keys.starting(prefix)

    def search(self, query: str) -> Iterator[tuple[str, float]]:
        """AICs of live agents that the words mean, and scores, best first."""
        return self._texts.search(query)

    def ranked(self, query: str, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those of live agents' documents that the words mean, best first."""
        scores = self._texts.scores(query, [_said(document["acs"]) for document in documents])
        order = sorted(range(len(documents)), key=lambda n: -scores[n])
        return [documents[n] for n in order if scores[n] > 0]

    def groups(self, path: str) -> Iterable[str]:
        """What live agents have at one of the indexed paths, in any order."""
        return self._groups[path]

    def values(self, path: str) -> list[str]:
        """What live agents have at one of the indexed paths, in order."""
        return sorted(self._groups[path])


def _facets(document: dict[str, Any] | None) -> _Facets | None:
    """None unless the agent is live and may be found."""
    if document is None or document["state"] != AgentState.REGISTERED or document.get("hidden"):
        return None
    acs = document["acs"]
    tags = frozenset((path, _folded(value)) for path in INDEXED for value in values(acs, path))
    return _Facets(tags, _said(acs))


def _said(acs: dict[str, Any]) -> Said:
    skills = " ".join(
        " ".join((skill["id"], skill["name"], skill["description"], *skill.get("tags", ())))
        for skill in acs["skills"]
    )
    return Said(acs["name"], skills, acs["description"])


def _folded(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).casefold()
