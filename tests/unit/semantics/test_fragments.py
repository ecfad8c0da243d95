"""Utterances that only a conversation makes sense of: yes and no, answers, corrections."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nfs.semantics.analyser import EmptyText, TextError
from nfs.semantics.analyser.fragments import Fragment, read_fragment
from nfs.semantics.intent import Slots
from nfs.semantics.resources import load, supported_languages
from nfs.semantics.vocabulary import Kind

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
QOS, WHERE = Kind.QOS_ASSURE, Kind.LOCATION_GET


def read(text: str, language: str) -> Fragment:
    return read_fragment(text, language, now=NOON)


@pytest.mark.parametrize(
    ("language", "yes", "no"),
    [
        ("en", "yes please", "no thanks"),
        ("de", "ja, bitte", "nein danke"),
        ("fr", "oui, d'accord", "non merci"),
        ("es", "sí, por favor", "no, gracias"),
        ("zh", "好的", "不用了"),
        ("ja", "はい、お願いします", "いいえ、結構です"),
        ("ar", "نعم من فضلك", "لا شكرا"),
        ("hi", "हाँ, ठीक है", "नहीं धन्यवाद"),
    ],
)
def test_yes_and_no(language: str, yes: str, no: str) -> None:
    assert (read(yes, language).agrees, read(yes, language).said) == (True, "")
    assert (read(no, language).agrees, read(no, language).said) == (False, "")
    assert not read(no, language).corrects


@pytest.mark.parametrize(
    ("language", "text", "slots"),
    [
        ("en", "about 20 Mbit/s please", {"downlinkThroughput": 20}),
        ("en", "10 ms", {"latency": 10}),
        ("en", "an hour", {"durationSeconds": 3600}),
        ("en", "until 6 pm", {"endTime": "T18:00"}),
        ("de", "eine halbe Stunde", {"durationSeconds": 1800}),
        ("fr", "une heure", {"durationSeconds": 3600}),
        ("es", "una hora", {"durationSeconds": 3600}),
        ("zh", "一个小时", {"durationSeconds": 3600}),
        ("zh", "10毫秒", {"latency": 10}),
        ("ja", "30分です", {"durationSeconds": 1800}),
        ("ar", "ساعة واحدة", {"durationSeconds": 3600}),
        ("hi", "एक घंटा", {"durationSeconds": 3600}),
    ],
)
def test_a_bare_quantity(language: str, text: str, slots: dict[str, Any]) -> None:
    fragment = read(text, language)
    assert fragment.bare
    assert not fragment.corrects
    assert fragment.slots(QOS) == slots


@pytest.mark.parametrize(
    ("language", "kind", "text", "slots"),
    [
        ("en", QOS, "make it an hour instead", {"durationSeconds": 3600}),
        ("en", QOS, "no, 10 ms", {"latency": 10}),
        ("en", WHERE, "I meant the drone", {"target": "drone"}),
        ("de", QOS, "mach eine Stunde daraus", {"durationSeconds": 3600}),
        ("de", WHERE, "ich meinte die Drohne", {"target": "Drohne"}),
        ("fr", QOS, "plutôt une heure", {"durationSeconds": 3600}),
        ("fr", WHERE, "je voulais dire le drone", {"target": "drone"}),
        ("es", QOS, "no, 10 ms", {"latency": 10}),
        ("es", WHERE, "me refería al dron", {"target": "dron"}),
        ("zh", QOS, "改成一个小时", {"durationSeconds": 3600}),
        ("zh", WHERE, "我是说无人机", {"target": "无人机"}),
        ("ja", QOS, "1時間にしてください", {"durationSeconds": 3600}),
        ("ja", WHERE, "ドローンのことです", {"target": "ドローン"}),
        ("ar", QOS, "اجعلها ساعة واحدة", {"durationSeconds": 3600}),
        ("ar", WHERE, "أقصد الطائرة", {"target": "الطائرة"}),
        ("hi", QOS, "इसे एक घंटा कर दो", {"durationSeconds": 3600}),
        ("hi", WHERE, "मेरा मतलब ड्रोन", {"target": "ड्रोन"}),
    ],
)
def test_a_correction(language: str, kind: Kind, text: str, slots: dict[str, Any]) -> None:
    fragment = read(text, language)
    assert fragment.corrects
    assert fragment.slots(kind) == slots


@pytest.mark.parametrize(
    ("language", "text", "replaced", "application"),
    [
        ("en", "not the game, the call", "the game", "call"),
        ("en", "the call, not the game", "the game", "call"),
        ("de", "nicht das Spiel, sondern den Anruf", "das Spiel", "Anruf"),
        ("fr", "pas le jeu, l'appel", "le jeu", "appel"),
        ("es", "no el juego, la llamada", "el juego", "llamada"),
        ("zh", "不是游戏，是通话", "游戏", "通话"),
        ("ja", "ゲームじゃなくて通話", "ゲーム", "通話"),
        ("ar", "ليس اللعبة، بل المكالمة", "اللعبة", "المكالمة"),
        ("hi", "गेम नहीं, कॉल", "गेम", "कॉल"),
    ],
)
def test_one_thing_in_place_of_another(
    language: str, text: str, replaced: str, application: str
) -> None:
    fragment = read(text, language)
    assert (fragment.corrects, fragment.replaced) == (True, replaced)
    assert fragment.slots(QOS) == {"application": application}


@pytest.mark.parametrize(
    ("language", "slot", "text", "value"),
    [
        ("en", "target", "the robot", ("target", "robot")),
        ("en", "target", "it is truck 7", ("target", "truck 7")),
        ("en", "area", "at the harbour", ("area", "harbour")),
        ("en", "language", "into German", ("language", "de")),
        ("en", "language", "the robot", None),
        ("en", "dnn", "the URLLC slice", ("slice", "URLLC")),
        ("en", "input", "where is the station", ("input", "where is the station")),
        ("en", "effect", "the robot", None),
        ("en", "target", "the moon is made of cheese and so on and on", None),
        ("de", "area", "am Hafen", ("area", "Hafen")),
        ("fr", "target", "le drone", ("target", "drone")),
        ("zh", "target", "我的无人机", ("target", "无人机")),
        ("ja", "target", "私のドローン", ("target", "ドローン")),
        ("ar", "target", "طائرتي", ("target", "طائرتي")),
        ("hi", "target", "मेरा ड्रोन", ("target", "ड्रोन")),
    ],
)
def test_a_name(language: str, slot: str, text: str, value: tuple[str, str] | None) -> None:
    assert read(text, language).named(slot) == value


@pytest.mark.parametrize(
    ("language", "allowed", "forbidden"),
    [
        ("en", "allow it", "forbidden"),
        ("de", "erlaubt", "verboten"),
        ("fr", "autoriser", "interdit"),
        ("es", "permitido", "prohibido"),
        ("zh", "允许", "不允许"),
        ("ja", "許可する", "禁止"),
        ("ar", "مسموح", "ممنوع"),
        ("hi", "अनुमति दो", "मना है"),
    ],
)
def test_allowed_or_forbidden(language: str, allowed: str, forbidden: str) -> None:
    assert read(allowed, language).slots(Kind.POLICY_SET)["effect"] == "ALLOW"
    assert read(forbidden, language).slots(Kind.POLICY_SET)["effect"] == "DENY"


def test_a_whole_wish_corrects_nothing_by_itself() -> None:
    for text in ("keep my video call smooth for an hour", "please make my game faster"):
        assert not read(text, "en").corrects
    assert not read("mach mein Spiel schneller", "de").corrects
    assert not read("mets mon jeu en priorité", "fr").corrects
    assert not read("मेरे गेम को तेज़ कर दो", "hi").corrects


def test_what_is_not_to_be_read() -> None:
    with pytest.raises(EmptyText):
        read(" \u200b", "en")
    long = "yes " * 500
    assert (read(long, "en").agrees, read(long, "en").said) == (None, long.strip())
    assert read("Πού είναι;", "el").said == "Πού είναι;"


def test_all_languages_have_the_same_words() -> None:
    keys = {name: set(load("dialogue", name)) for name in supported_languages()}
    kinds = {name: set(load("dialogue", name)["kinds"]) for name in supported_languages()}
    assert all(found == keys["en"] for found in keys.values())
    assert all(found == kinds["en"] for found in kinds.values())
    assert kinds["en"] <= set(Kind)


@given(
    text=st.text(min_size=1, max_size=40), language=st.sampled_from(sorted(supported_languages()))
)
@settings(max_examples=40, deadline=None)
def test_any_text_is_a_fragment_or_none(text: str, language: str) -> None:
    try:
        fragment = read_fragment(text, language, now=NOON)
    except TextError:
        return
    assert isinstance(fragment.elliptical, bool)
    for kind in (QOS, WHERE, Kind.POLICY_SET):
        Slots.model_validate(fragment.slots(kind))
    named = fragment.named("target")
    assert named is None or named[1]
