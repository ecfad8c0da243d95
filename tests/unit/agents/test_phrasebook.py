"""The phrase-book: what it knows in every direction, and that it names what it does not know."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.agents.phrasebook import Translation, Untranslatable, normalise, packaged

BOOK = packaged()


@pytest.mark.parametrize(
    ("text", "source", "target", "expected"),
    [
        ("where is the station", "en", "de", "Wo ist der Bahnhof?"),
        ("Where's the airport?", "en", "fr", "Où est l'aéroport ?"),
        ("good morning", "en", "es", "¡Buenos días!"),
        ("danke", "de", "en", "Thank you."),
        ("早上好", "zh", "de", "Guten Morgen!"),
        ("駅はどこですか", "ja", "zh", "车站在哪里？"),
        ("J’ai besoin d’un médecin.", "fr", "en", "I need a doctor."),
        ("My name is Anna Maria", "en", "ja", "私の名前はAnna Mariaです。"),
        ("Ich heiße Jörg Groß.", "de", "en", "My name is Jörg Groß."),
        ("The train leaves at 8:30.", "en", "de", "Der Zug fährt um 8:30 Uhr ab."),
        ("It costs 2.50 euros.", "en", "es", "Cuesta 2.50 euros."),
        ("station", "en", "es", "la estación"),
        ("How do I get to the airport?", "en", "de", "Wie komme ich zum Flughafen?"),
    ],
)
def test_phrases(text: str, source: str, target: str, expected: str) -> None:
    assert BOOK.translate(text, source, target) == Translation(expected, word_by_word=False)


@pytest.mark.parametrize(("source", "target"), list(permutations(BOOK.languages, 2)))
def test_every_direction_has_the_whole_book(source: str, target: str) -> None:
    asked = {
        language: BOOK.translate("Where is the station?", "en", language)
        for language in (source, target)
        if language != "en"
    }
    texts = {"en": "Where is the station?"} | {
        language: result.text
        for language, result in asked.items()
        if isinstance(result, Translation)
    }
    translated = BOOK.translate(texts[source], source, target)
    assert translated == Translation(texts[target], word_by_word=False)


def test_several_sentences_and_clauses() -> None:
    result = BOOK.translate("Hello, where is the hotel? Thank you!", "en", "de")
    assert result == Translation("Hallo! Wo ist das Hotel? Danke.", word_by_word=False)


def test_words_side_by_side_are_marked_as_such() -> None:
    result = BOOK.translate("coffee and water", "en", "de")
    assert result == Translation("einen Kaffee und Wasser", word_by_word=True)


def test_unknown_parts_are_named_and_nothing_is_guessed() -> None:
    result = BOOK.translate("Hello. The quantum foam, where is the station?", "en", "de")
    assert result == Untranslatable(("The quantum foam",))
    assert BOOK.translate("Where is the cyclotron?", "en", "de") == Untranslatable(
        ("Where is the cyclotron",)
    )


@pytest.mark.parametrize(
    ("text", "target", "language"),
    [
        ("wo ist der bahnhof", "en", "de"),
        ("où est la gare", "en", "fr"),
        ("dónde está la estación", "en", "es"),
        ("谢谢", "en", "zh"),
        ("ありがとう", "en", "ja"),
        ("where is the station and the cyclotron", "de", "en"),
    ],
)
def test_source_language(text: str, target: str, language: str) -> None:
    assert BOOK.source_language(text, target) == language


@given(st.text(max_size=300), st.sampled_from(list(permutations(BOOK.languages, 2))))
def test_any_text_is_translated_or_refused(text: str, pair: tuple[str, str]) -> None:
    result = BOOK.translate(text, *pair)
    assert isinstance(result, Translation | Untranslatable)
    if isinstance(result, Translation):
        assert result.text


@given(st.text(max_size=100))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
