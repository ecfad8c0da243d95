"""Patterns that are kept between processes are those that would be compiled."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nfs.semantics.analyser.beginnings import needed
from nfs.semantics.analyser.compiled import CACHE, Compiled, cache_folder

PATTERN = r"\b(?:find|locate) (?P<target>\w+)(?: (?P<when>now|later))?"
TEXT = "please locate lorry now"


def kept(folder: Path) -> Compiled:
    compiled = Compiled("en", folder)
    compiled.compile(PATTERN)
    compiled.needed(PATTERN)
    compiled.keep()
    return compiled


def check(compiled: Compiled) -> None:
    pattern, plain = compiled.compile(PATTERN), re.compile(PATTERN)
    found, right = pattern.search(TEXT), plain.search(TEXT)
    assert found is not None
    assert right is not None
    assert (found.groupdict(), found.span()) == (right.groupdict(), right.span())
    assert (pattern.pattern, pattern.flags, pattern.groups) == (PATTERN, plain.flags, 2)
    assert pattern.groupindex == plain.groupindex
    assert compiled.needed(PATTERN) == needed(PATTERN)


def test_another_process_finds_what_was_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tmp_path)
    monkeypatch.setattr("nfs.semantics.analyser.compiled._parts", None)  # nothing is compiled
    monkeypatch.setattr("nfs.semantics.analyser.compiled.needed", None)
    check(Compiled("en", tmp_path))


def test_what_was_kept_is_not_written_again(tmp_path: Path) -> None:
    kept(tmp_path)
    (file,) = tmp_path.iterdir()
    written = file.stat().st_mtime_ns, file.stat().st_ino
    kept(tmp_path)
    (file,) = tmp_path.iterdir()
    assert written == (file.stat().st_mtime_ns, file.stat().st_ino)


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 5000])
def test_a_damaged_file_is_as_none(tmp_path: Path, damage: bytes) -> None:
    kept(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    check(kept(tmp_path))
    check(Compiled("en", tmp_path))


def test_without_a_folder_that_can_be_written_all_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    check(kept(tmp_path / "file" / "folder"))
    check(Compiled("en", None))


def test_the_folder_is_the_users_cache_unless_said_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(CACHE, str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.setenv(CACHE, "")
    assert cache_folder() is None
    monkeypatch.delenv(CACHE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "agentnf" / "grammar"
