"""The classifier of kinds, and what the analyser makes of its opinion."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.semantics.analyser import analyse
from nfs.semantics.analyser.readings import read
from nfs.semantics.analyser.verdict import verdict
from nfs.semantics.classifier import Classifier, classifier
from nfs.semantics.classifier.classifier import WEIGHTS
from nfs.semantics.classifier.features import MAX_WORDS, features
from nfs.semantics.classifier.training import digest, examples, train
from nfs.semantics.examples import packaged
from nfs.semantics.vocabulary import Kind

LABELLED = sorted(Path("tests/data/intents").glob("*.jsonl"))
LEARNED = [
    path.name
    for path in resources.files("nfs.semantics").joinpath("lexicon").iterdir()
    if path.joinpath(WEIGHTS).is_file()
]

EXAMPLES = [
    ("where is my phone", "location.get"),
    ("where is the truck", "location.get"),
    ("find the truck", "location.get"),
    ("save the battery", "energy.save"),
    ("save battery until noon", "energy.save"),
    ("my battery must last", "energy.save"),
]


def test_numbers_are_alike_and_order_counts() -> None:
    assert features("Under 20 ms") == features("under 5,5 ms")
    assert features("a before b") != features("b before a")


def test_a_script_without_spaces_is_read_by_characters() -> None:
    assert {"手", "手 机", "我 的 手"} <= set(features("我的手机"))


@given(st.text(max_size=400))
def test_any_text_has_bounded_features_and_probabilities(text: str) -> None:
    assert len(features(text)) <= 5 * MAX_WORDS + 5
    learned = Classifier(train(EXAMPLES)) if not text else _LEARNED
    likely = learned.probabilities(text)
    assert not likely or sum(likely.values()) == pytest.approx(1)


_LEARNED = Classifier(train(EXAMPLES))


def test_it_learns_what_texts_have_in_common() -> None:
    likely = _LEARNED.probabilities("where is the battery truck")
    assert max(likely, key=likely.__getitem__) is Kind.LOCATION_GET


def test_the_same_examples_give_the_same_weights() -> None:
    assert train(EXAMPLES) == train(EXAMPLES)
    assert train(EXAMPLES)["weights"] != train(EXAMPLES[1:])["weights"]


@pytest.mark.parametrize("language", LEARNED)
def test_the_packaged_weights_are_of_the_packaged_examples(language: str) -> None:
    """If not: agentnf intent train LANGUAGE tests/data/intents/*.jsonl"""
    folder = resources.files("nfs.semantics").joinpath("lexicon", language)
    document = json.loads(folder.joinpath(WEIGHTS).read_text("utf-8"))
    lines = [json.loads(line) for path in LABELLED for line in path.read_text("utf-8").splitlines()]
    assert document["examples"] == digest(examples(language, [*packaged(language), *lines]))


def test_where_the_grammar_reads_nothing_the_classifier_decides() -> None:
    text = "be so kind and whisper to me once lorry nine rolls up at the quay"
    unread = read(text, "en")
    assert unread.kind is Kind.NONE
    learned = classifier("en")
    assert learned is not None
    decided = verdict(unread, learned.probabilities(text))
    assert decided.kind is not Kind.NONE
    assert analyse(text).kind is decided.kind


def test_without_an_opinion_the_reading_stands() -> None:
    reading = read("where is my phone", "en")
    assert verdict(reading, {}) is reading


def test_what_is_sure_by_the_grammar_is_not_overruled_by_a_guess() -> None:
    reading = read("where is my phone", "en")
    guess = {Kind.LOCATION_GET: 0.3, Kind.NONE: 0.4, Kind.ENERGY_SAVE: 0.3}
    assert verdict(reading, guess).kind is Kind.LOCATION_GET
