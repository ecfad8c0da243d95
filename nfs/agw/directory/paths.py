"""Attributes of a JSON document by path: ``skills.tags`` (ADP v02.01, clause 4.2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def nodes(document: Any, path: str) -> list[Any]:
    """What stands at the path; of an array on the way, what stands there in each element."""
    found = [document]
    for name in path.split("."):
        found = [node[name] for item in found for node in _objects(item) if name in node]
    return found


def values(document: Any, path: str) -> Iterator[Any]:
    """The strings, numbers and booleans at the path, those of arrays one by one."""
    for node in nodes(document, path):
        yield from scalars(node)


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    elif isinstance(node, list):
        for item in node:
            yield from _objects(item)


def scalars(node: Any) -> Iterator[Any]:
    if isinstance(node, list):
        for item in node:
            yield from scalars(item)
    elif node is not None and not isinstance(node, dict):
        yield node
