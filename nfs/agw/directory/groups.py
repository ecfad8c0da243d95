"""Agents by what they have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Generic, TypeVar

Key = TypeVar("Key", str, bytes)


class Groups(Generic[Key]):
    """Members by key, those that joined first first; a group of one has no collection of its own,
    for there may be a million of those."""

    def __init__(self) -> None:
        self._members: dict[Key, str | dict[str, None]] = {}

    def of(self, key: Key) -> Collection[str]:
        """The members now: the collection is not to be kept over a change."""
        members = self._members.get(key, {})
        return (members,) if isinstance(members, str) else members.keys()

    def __iter__(self) -> Iterator[Key]:
        return iter(self._members)

    def __contains__(self, key: Key) -> bool:
        return key in self._members

    def add(self, key: Key, member: str) -> None:
        members = self._members.get(key)
        if members is None:
            self._members[key] = member
        elif isinstance(members, str):
            self._members[key] = {members: None, member: None}
        else:
            members[member] = None

    def discard(self, key: Key, member: str) -> None:
        members = self._members.get(key)
        if isinstance(members, dict):
            members.pop(member, None)
            if members:
                return
        elif members != member:
            return
        del self._members[key]
