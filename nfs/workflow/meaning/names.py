"""Names of devices and places, without the words that people put before them."""

from __future__ import annotations

from functools import cache
from importlib import resources

from nfs.common.yaml_text import load_yaml


def plain_name(name: str) -> str:
    """``name`` without case, leading articles and possessives."""
    words = name.casefold().split()
    while len(words) > 1 and words[0] in words_of("determiners"):
        words.pop(0)
    plain = " ".join(words)
    for prefix in words_of("prefixes"):
        if plain.startswith(prefix) and plain != prefix:
            return plain.removeprefix(prefix)
    return plain


def without_agent(name: str) -> str:
    """A plain name without the word for what it is the name of."""
    for word in words_of("agentWords"):
        if name.endswith(word) and name != word:
            return name.removesuffix(word).strip(" -")
        if name.startswith(f"{word} "):
            return name.removeprefix(word).strip()
    return name


def words_of(group: str) -> tuple[str, ...]:
    """A group of words of ``names.yaml``."""
    return _words()[group]


@cache
def _words() -> dict[str, tuple[str, ...]]:
    source = resources.files(__package__).joinpath("names.yaml").read_text("utf-8")
    return {name: tuple(map(str, words)) for name, words in load_yaml(source).items()}
