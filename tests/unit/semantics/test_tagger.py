"""The tagger of slots, and what the analyser takes from it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.semantics.analyser import analyse
from nfs.semantics.examples import packaged
from nfs.semantics.learnt import learn
from nfs.semantics.tagger import Tagger, tagger, training
from nfs.semantics.tagger.features import shapes, tokens
from nfs.semantics.tagger.tagger import MAX_TOKENS
from nfs.semantics.tagger.training import sentences, train
from nfs.semantics.vocabulary import PROFILES, Kind


def line(text: str, kind: str, **slots: Any) -> dict[str, Any]:
    return {"lang": "en", "text": text, "kind": kind, "slots": slots}


LINES = [
    line("whither the brown cow", "location.get", target="brown cow"),
    line("whither the old ship", "location.get", target="old ship"),
    line("whither Tom", "location.get", target="Tom"),
    line("peep when the cow is at the barn", "location.geofence", target="cow", area="barn"),
    line("peep when the ship is at the pier", "location.geofence", target="ship", area="pier"),
]


def found(learned: Tagger, kind: Kind, text: str) -> dict[str, str]:
    return {slot: text[slice(*span)] for slot, span in learned.slots(kind, text)}


def test_words_numbers_masks_and_marks_are_tokens() -> None:
    text = "Crane 12, don't! \ue040"
    assert shapes(text, tokens(text)) == ["crane", "#", ",", "don't", "!", "%"]


def test_where_no_spaces_are_written_characters_are_tokens() -> None:
    text = "AGV 在三楼, ゲート 7"
    assert shapes(text, tokens(text)) == ["agv", *"在三楼,ゲート#"]


def test_a_line_whose_free_text_is_not_labelled_teaches_nothing() -> None:
    line_ = line("whither Tom", "location.get")
    assert len(sentences("en", [line_])) == 1
    assert not sentences("en", [line_ | {"tags": ["free-text-unscored"]}])


def test_it_finds_in_new_sentences_what_stands_where_it_stood() -> None:
    learned = Tagger(train(sentences("en", LINES)))
    assert found(learned, Kind.LOCATION_GET, "whither the red fox") == {"target": "red fox"}
    fence = found(learned, Kind.LOCATION_GEOFENCE, "peep when the fox is at the hill")
    assert fence == {"target": "fox", "area": "hill"}


def test_a_kind_gets_only_slots_that_it_carries() -> None:
    learned = Tagger(train(sentences("en", LINES)))
    for kind in Kind:
        slots = found(learned, kind, "peep when the fox is at the hill")
        assert slots.keys() <= PROFILES[kind].carries


def test_what_is_not_in_the_text_is_not_learnt_from() -> None:
    assert not sentences("en", [line("where is it", "location.get", target="ship")])
    assert not sentences("de", LINES)


def test_texts_whose_free_text_is_not_labelled_are_not_learnt_from() -> None:
    assert not sentences("en", [{**LINES[0], "slots": {}, "tags": ["free-text-unscored"]}])


def test_words_of_a_slot_are_those_of_the_text_as_it_is_read() -> None:
    line = {"lang": "fr", "kind": "location.get", "text": "où est le chat de l'école"}
    [(_, said, tags)] = sentences("fr", [{**line, "slots": {"target": "chat de l'école"}}])
    assert said == ["où", "est", "le", "chat", "de", "l", "école"]
    assert tags[2:] == ["-", "B target", "I target", "I target", "I target"]


def test_the_same_lines_give_the_same_weights() -> None:
    assert train(sentences("en", LINES)) == train(sentences("en", LINES))


def test_few_sentences_make_no_tagger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "FEWEST", len(sentences("hi", packaged("hi"))) + 1)
    assert learn("hi", LINES).keys() == {"weights.json"}


@given(st.text(), st.sampled_from(list(Kind)))
def test_any_text_is_tagged_in_bounds(text: str, kind: Kind) -> None:
    learned = tagger("en")
    assert learned is not None
    spans = [span for _, span in learned.slots(kind, text)]
    assert len(spans) <= MAX_TOKENS
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)


def test_the_analyser_takes_from_it_what_no_rule_finds() -> None:
    intent = analyse("does anyone know where the harpist is")
    assert intent.kind is Kind.LOCATION_GET
    assert intent.slots.target == "harpist"
    assert intent.ambiguity == []
