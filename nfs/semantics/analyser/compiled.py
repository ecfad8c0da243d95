"""Compiled patterns of a grammar, kept between processes.

To compile the patterns of a language takes a second, to load them a tenth. As Python keeps its
modules, what was compiled is kept in the cache folder of the user, by pattern and by the version
that compiled it. What is not there, or cannot be used, is compiled.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]
import contextlib
import hashlib
import marshal
import os
import re
import sys
import tempfile
from array import array
from pathlib import Path
from re import _compiler as compiler  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from nfs.semantics.analyser.beginnings import Beginnings, needed

CACHE = "AGENTNF_CACHE"
"""Environment variable with the folder; empty: nothing is kept."""
_DIGEST = hashlib.sha256().digest_size
_CODE = "I"


class Compiled:
    """The patterns of one language, and what texts they need."""

    def __init__(self, language: str, folder: Path | None) -> None:
        made_by = f"{language}-{sys.implementation.cache_tag}-{_sre.MAGIC}"
        self._file = folder / made_by if folder is not None else None
        self._known: dict[bytes, Any] = _load(self._file) if self._file is not None else {}
        self._used: dict[bytes, Any] = {}

    def compile(self, pattern: str) -> re.Pattern[str]:
        key = _key("compiled", pattern)
        parts = self._known.get(key) or _parts(pattern)
        self._used[key] = parts
        flags, code, groups, names = parts
        by_number: list[str | None] = [None] * (groups + 1)
        for name, number in names.items():
            by_number[number] = name
        made: re.Pattern[str] = _sre.compile(
            pattern, flags, array(_CODE, code).tolist(), groups, names, tuple(by_number)
        )
        return made

    def needed(self, pattern: str) -> Beginnings | None:
        """As ``beginnings.needed``."""
        key = _key("needed", pattern)
        words = self._known[key] if key in self._known else needed(pattern)
        self._used[key] = words
        return words

    def keep(self) -> None:
        """Write what was used, unless it is what was kept already, and forget it here."""
        file, used = self._file, self._used
        changed = used.keys() != self._known.keys()
        self._file, self._known, self._used = None, {}, {}
        if file is not None and changed:
            _save(file, marshal.dumps(used))


def _save(file: Path, content: bytes) -> None:
    with contextlib.suppress(OSError):  # a folder that cannot be written costs time, no more
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as written:
            written.write(hashlib.sha256(content).digest() + content)
        Path(name).replace(file)


def _key(what: str, pattern: str) -> bytes:
    return hashlib.sha256(f"{what} {pattern}".encode()).digest()


def _parts(pattern: str) -> tuple[int, bytes, int, dict[str, int]]:
    """What ``re`` makes of a pattern (re._compiler): flags, code, groups and their names."""
    parsed = parser.parse(pattern)
    code = array(_CODE, compiler._code(parsed, 0)).tobytes()
    return parsed.state.flags, code, parsed.state.groups - 1, dict(parsed.state.groupdict)


def _load(file: Path) -> dict[bytes, Any]:
    try:
        kept = file.read_bytes()
    except OSError:
        return {}
    digest, content = kept[:_DIGEST], kept[_DIGEST:]
    if hashlib.sha256(content).digest() != digest:
        return {}
    known: dict[bytes, Any] = marshal.loads(content)  # noqa: S302 - ours, as Python's own cache is
    return known


def cache_folder() -> Path | None:
    """The user's, where nothing else is said (XDG Base Directory Specification)."""
    said = os.environ.get(CACHE)
    if said is not None:
        return Path(said) if said else None
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    with contextlib.suppress(RuntimeError):  # no home
        return Path(base).expanduser() / "agentnf" / "grammar"
    return None
