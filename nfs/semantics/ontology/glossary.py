"""The glossary: terms of the field, and the codes by which an intent is refused."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from nfs.common.yaml_text import load_yaml


class UnknownTerm(LookupError):
    """The glossary has no such term."""


def look_up(term: str) -> Mapping[str, str]:
    """``name``, ``meaning``, ``source`` and, for a refusal's code, ``remedy`` of a term.

    Letters of either case are alike. Raises UnknownTerm.
    """
    entry = terms().get(term.strip().casefold())
    if entry is None:
        raise UnknownTerm(f"the glossary has no {term!r}")
    return entry


@cache
def terms() -> Mapping[str, Mapping[str, str]]:
    """Every entry by its term in small letters."""
    source = resources.files(__package__).joinpath("glossary.yaml").read_text("utf-8")
    entries: dict[Any, dict[str, str]] = load_yaml(source)
    return {str(term).casefold(): entry for term, entry in entries.items()}
