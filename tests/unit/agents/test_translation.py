from __future__ import annotations

import pytest

from nfs.agents.translation import MAX_TEXT, translate
from nfs.common.agents.task import TaskRejected


def test_products_say_how_it_was_translated() -> None:
    text, facts = translate("where is the station", "de")
    assert text.text == "Wo ist der Bahnhof?"
    assert facts.data == {
        "sourceLanguage": "en",
        "targetLanguage": "de",
        "method": "phrase-book",
    }


def test_a_language_tag_may_have_a_region() -> None:
    assert translate("danke", "en-GB", "de-AT")[0].text == "Thank you."


@pytest.mark.parametrize(
    ("text", "target", "named"),
    [
        ("where is the station", "sw", "'sw'"),
        ("the mitochondrion is large", "de", "'the mitochondrion is large'"),
        ("?!", "de", "'?!'"),
        ("a" * (MAX_TEXT + 1), "de", str(MAX_TEXT)),
    ],
)
def test_a_refusal_names_what_is_missing(text: str, target: str, named: str) -> None:
    with pytest.raises(TaskRejected) as refusal:
        translate(text, target)
    assert named in refusal.value.reason
