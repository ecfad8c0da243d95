"""Results of intents as text for people, in their language; the texts are data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import JsonValue, ValidationError

from nfs.semantics.intent import IntentStatus, OperatorResult, Slots
from nfs.semantics.resources import DEFAULT_LANGUAGE, load, supported_languages
from nfs.semantics.vocabulary import MEASURED

_DEFAULT = "default"
_FIELD = re.compile(r"\{([\w.]+)\}")


def render(result: OperatorResult, language: str = DEFAULT_LANGUAGE) -> str:
    """What to tell the user: the result, the refusal, the question, or what is reported.

    ``language`` is a BCP 47 tag; English stands in for one without texts.
    """
    texts = _texts(language)
    if (several := _results(result)) is not None:
        return " ".join(render(each, language) for each in several)
    if result.question:
        return result.question
    facts = _facts(result, texts)
    if (told := _first(_of_event(result, texts), facts)) is not None:
        return told
    if result.status is not IntentStatus.FULFILLED:
        cause = result.cause and texts["causes"].get(result.cause)
        return str(cause or texts["statuses"][result.status])
    templates = texts["fulfilled"]
    told = _first([*templates.get(result.kind, ()), *templates[_DEFAULT]], facts)
    assert told is not None  # noqa: S101 - the last text needs no facts
    return told


def _results(result: OperatorResult) -> list[OperatorResult] | None:
    """The results of the several wishes of a text."""
    results = result.output.get("results")
    if not isinstance(results, list):
        return None
    try:
        return [OperatorResult.model_validate(each) for each in results] or None
    except ValidationError:
        return None


def _of_event(result: OperatorResult, texts: dict[str, Any]) -> list[str]:
    """Texts for what is reported of an intent, if this is such a report."""
    event, events = result.output.get("event"), texts["events"]
    if not isinstance(event, str):
        return []
    return [*events.get(result.kind, {}).get(event, ()), *events[_DEFAULT].get(event, ())]


def _first(templates: list[str], facts: Mapping[str, str]) -> str | None:
    """The first whose facts are all there."""
    for template in templates:
        if all(name in facts for name in _FIELD.findall(template)):
            return _capitalised(_filled(template, facts))
    return None


def ask(open_slots: Sequence[str], language: str = DEFAULT_LANGUAGE) -> str:
    """A question for what an analysis left in ``ambiguity``, one sentence for each."""
    questions = _texts(language)["questions"]
    return " ".join(
        _filled(questions.get(slot, questions[_DEFAULT]), {"slot": slot}) for slot in open_slots
    )


def offer(slots: Slots, language: str = DEFAULT_LANGUAGE) -> str:
    """A question: whether targets of these values will do."""
    texts = _texts(language)
    values = slots.to_json()
    targets = [
        _filled(texts["targets"][name], {"value": f"{values[name]:g}", "unit": measure.unit})
        for name, measure in MEASURED.items()
        if name in values and name in texts["targets"]
    ]
    said = _listed(targets, texts) if targets else ", ".join(map(str, values.values()))
    return _filled(texts["offer"], {"offer": said})


def replace_question(request: str, language: str = DEFAULT_LANGUAGE) -> str:
    """Whether a request that is contradicted shall be replaced."""
    return _filled(_texts(language)["replace"], {"request": request})


def quoted(request: str, language: str = DEFAULT_LANGUAGE) -> str:
    """What a request is called by, in the quotation marks of the language."""
    return _filled(_texts(language)["quote"], {"request": request})


def status_text(status: IntentStatus, language: str = DEFAULT_LANGUAGE) -> str:
    """How a request stands that has no result yet."""
    return str(_texts(language)["statuses"][status])


def refusal(cause: str, language: str = DEFAULT_LANGUAGE) -> str | None:
    """What to tell the user of a refusal with ``cause``; None where there is no text for it."""
    text = _texts(language)["causes"].get(cause.removeprefix("INTENT_"))
    return None if text is None else str(text)


def _texts(language: str) -> dict[str, Any]:
    primary = language.lower().partition("-")[0]
    return load("render", primary if primary in supported_languages() else DEFAULT_LANGUAGE)


def _facts(result: OperatorResult, texts: dict[str, Any]) -> dict[str, str]:
    """The result's facts by dotted name, and those made of them."""
    facts: dict[str, str] = {}
    _flatten("", result.output, texts, facts)
    achieved = [
        _filled(texts["targets"][t.target_name], {"value": f"{t.value:g}", "unit": t.unit})
        for t in result.achieved
        if t.target_name in texts["targets"]
    ]
    if achieved:
        facts["achieved"] = _listed(achieved, texts)
    seconds = result.output.get("durationSeconds")
    if isinstance(seconds, int) and seconds > 0:
        facts["duration"] = _duration(seconds, texts)
    agents = result.output.get("agents")
    if isinstance(agents, list) and agents:
        facts["agents"] = _listed([_name(agent) for agent in agents], texts)
    return facts | _diagnosis(result.output, texts)


def _diagnosis(output: Mapping[str, JsonValue], texts: dict[str, Any]) -> dict[str, str]:
    """``cause`` of the most plausible finding, and the ``remedy`` for it."""
    findings = output.get("findings")
    if not isinstance(findings, list) or not findings or not isinstance(findings[0], dict):
        return {}
    known: dict[str, str] = {}
    _flatten("", findings[0], texts, known)
    template = texts["findings"].get(known.get("finding"))
    if template is None or any(name not in known for name in _FIELD.findall(template)):
        return {}
    remedy = texts["remedies"].get(output.get("remedy"))
    return {"cause": _filled(template, known)} | ({"remedy": str(remedy)} if remedy else {})


def _flatten(
    prefix: str, output: Mapping[str, JsonValue], texts: dict[str, Any], facts: dict[str, str]
) -> None:
    for key, value in output.items():
        name = prefix + key
        if isinstance(value, dict):
            _flatten(f"{name}.", value, texts, facts)
        elif isinstance(value, bool):
            facts[name] = texts[str(value).lower()].get(name, str(value).lower())
        elif isinstance(value, float):
            facts[name] = f"{value:.10g}"
        elif isinstance(value, str | int):
            called = texts["values"].get(name, {})
            facts[name] = str(called.get(str(value), value))


def _name(agent: JsonValue) -> str:
    return str(agent.get("name") or agent.get("aic")) if isinstance(agent, dict) else str(agent)


def _listed(items: list[str], texts: dict[str, Any]) -> str:
    listed = str(texts["comma"]).join(items[:-1])
    return str(texts["and"]).join([listed, items[-1]] if items[1:] else items)


def _duration(seconds: int, texts: dict[str, Any]) -> str:
    """In the one or two largest units that make it up exactly, or nearly so."""
    parts: list[str] = []
    for unit in texts["durations"]:
        count, seconds = divmod(seconds, unit["seconds"])
        if count:
            parts.append(unit["one"] if count == 1 else _filled(unit["many"], {"n": str(count)}))
    return _listed(parts[:2], texts)


def _filled(template: str, facts: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda match: facts[match[1]], template)


def sentence(text: str) -> str:
    """A reason in English as the phone shows it."""
    return _capitalised(text) if text.endswith((".", "?", "!")) else f"{_capitalised(text)}."


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
