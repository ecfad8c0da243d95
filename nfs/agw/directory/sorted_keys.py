"""Keys in order, for look-ups by prefix: a list of short sorted lists."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

LONGEST = 1024


class SortedKeys:
    """No key is in it twice. Adding and discarding cost the square root of the number of keys, in
    memory moved; finding a prefix costs its logarithm."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._lists: list[list[str]] = []
        self._firsts: list[str] = []

    def __len__(self) -> int:
        return sum(map(len, self._lists))

    def add(self, key: str) -> None:
        if not self._lists:
            self._lists.append([key])
            self._firsts.append(key)
            return
        at = self._list_of(key)
        keys = self._lists[at]
        insort(keys, key)
        if len(keys) > self._longest:
            self._lists.insert(at + 1, keys[self._longest // 2 :])
            self._firsts.insert(at + 1, keys[self._longest // 2])
            del keys[self._longest // 2 :]
        self._firsts[at] = keys[0]

    def discard(self, key: str) -> None:
        """Raises ValueError when the key is not there."""
        at = self._list_of(key)
        keys = self._lists[at] if self._lists else []
        place = bisect_left(keys, key)
        if keys[place : place + 1] != [key]:
            raise ValueError(key)
        del keys[place]
        if keys:
            self._firsts[at] = keys[0]
        else:
            del self._lists[at], self._firsts[at]

    def starting(self, prefix: str) -> Iterator[str]:
        """Keys with this prefix, in order. Nothing is added or discarded meanwhile."""
        if not self._lists:
            return
        at = self._list_of(prefix)
        place = bisect_left(self._lists[at], prefix)
        for keys in self._lists[at:]:
            for key in keys[place:]:
                if not key.startswith(prefix):
                    return
                yield key
            place = 0

    def _list_of(self, key: str) -> int:
        return max(0, bisect_right(self._firsts, key) - 1)
