"""The packaged examples that classifier and tagger learn from."""

from __future__ import annotations

import pytest

from nfs.semantics.examples import packaged
from nfs.semantics.resources import supported_languages
from nfs.semantics.vocabulary import PROFILES, Kind


@pytest.mark.parametrize("language", sorted(supported_languages()))
def test_every_kind_has_examples_with_slots_that_it_carries(language: str) -> None:
    lines = packaged(language)
    assert {line["kind"] for line in lines} == {kind.value for kind in Kind}
    for line in lines:
        slots = line.get("slots", {})
        assert slots.keys() <= PROFILES[Kind(line["kind"])].carries
        assert all(value in line["text"] for value in slots.values())
        assert "{" not in line["text"]


def test_a_language_without_examples_has_none() -> None:
    assert packaged("xx") == []
