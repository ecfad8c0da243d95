"""The translation agent: ``/capability/translation`` from a phrase-book."""

from __future__ import annotations

from nfs.agents.core_agent import IN_THE_NETWORK, CoreAgent
from nfs.agents.phrasebook import Untranslatable, packaged
from nfs.common.agents.identity import AgentDescription
from nfs.common.agents.task import DataItem, Task, TaskRejected

MAX_TEXT = 2_000


def translate(text: str, target: str, source: str | None = None) -> list[DataItem]:
    """The text in ``target`` (BCP 47), and from which language and how it was translated.

    Raises TaskRejected that names the language or the very words which are not in the phrase-book.
    """
    book = packaged()
    target = _known(target, book.languages)
    if len(text) > MAX_TEXT:
        raise TaskRejected(f"a text has at most {MAX_TEXT} characters, this one {len(text)}")
    if source is None:
        source = book.source_language(text, target)
    else:
        source = _known(source, book.languages)
    result = book.translate(text, source, target)
    if isinstance(result, Untranslatable):
        unknown = "; ".join(repr(part) for part in result.parts) or repr(text)
        raise TaskRejected(f"not in the phrase-book: {unknown}")
    method = "word-by-word" if result.word_by_word else "phrase-book"
    facts = {"sourceLanguage": source, "targetLanguage": target, "method": method}
    return [DataItem(text=result.text), DataItem(data=facts)]


def _known(language: str, languages: tuple[str, ...]) -> str:
    primary = language.casefold().partition("-")[0]
    if primary not in languages:
        raise TaskRejected(f"the language {language!r} is not one of {', '.join(languages)}")
    return primary


class TranslationAgent(CoreAgent):
    description = AgentDescription(
        template="core.translation",
        instance="translation",
        name="Translation",
        description=(
            "Translates everyday travel phrases and words between English, German, French, "
            "Spanish, Chinese and Japanese from a phrase-book. It cannot translate free text: what "
            "is not in the phrase-book is refused and named, never guessed."
        ),
        capabilities=("/capability/translation",),
        entity_meta=IN_THE_NETWORK,
    )

    def perform(self, task: Task) -> list[DataItem]:
        target, source = task.data.get("language"), task.data.get("sourceLanguage")
        if not isinstance(target, str):
            raise TaskRejected("the input does not say into which language")
        if not task.text.strip():
            raise TaskRejected("the input has no text")
        return translate(task.text, target, source if isinstance(source, str) else None)
