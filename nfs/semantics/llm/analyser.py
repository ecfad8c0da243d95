"""The analyser that asks a model where the grammar is not sure, and falls back to the grammar."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol

import structlog

from nfs.common.metrics import Metrics
from nfs.semantics.analyser import analyse, explain
from nfs.semantics.intent import OperatorIntent
from nfs.semantics.llm.answer import UnusableAnswer, intent_of
from nfs.semantics.llm.budget import Budget
from nfs.semantics.llm.config import LlmConfig, Use
from nfs.semantics.llm.prompt import answer_schema, instructions, messages
from nfs.semantics.vocabulary import Kind

log = structlog.get_logger("llm")

FAILURES = 3
"""In a row, after which the model is left alone for a while."""
PAUSE = 30.0
"""Seconds."""
_CHARACTERS_PER_TOKEN = 3
"""Cautious: tokens of a prompt are known only when they are paid for."""


class Analyse(Protocol):
    """From text to operator-defined intent. Raises TextError for one that cannot be read."""

    def __call__(
        self, text: str, language: str | None, now: datetime
    ) -> Awaitable[OperatorIntent]: ...


async def offline(text: str, language: str | None, now: datetime) -> OperatorIntent:
    """The analyser that every installation has."""
    return analyse(text, language, now=now)


class LlmAnalyser:
    """Raises ImportError, with the remedy, where the extra ``llm`` is not installed."""

    def __init__(
        self,
        config: LlmConfig,
        metrics: Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        try:
            from openai import AsyncOpenAI, OpenAIError  # noqa: PLC0415 - optional, slow to load
        except ImportError as error:
            raise ImportError("llm is configured: pip install 'agentnf[llm]'") from error
        self._client = AsyncOpenAI(
            base_url=config.base_url,
            api_key=config.api_key.get_secret_value(),
            timeout=config.seconds,
            max_retries=0,
        )
        self._error = OpenAIError
        self._config = config
        self._texts = metrics.counter(
            "llm_texts",
            "Texts: offline, answered, unusable, failed, budget, busy, pause",
            "outcome",
        )
        self._clock = clock
        self._budget = Budget(config.tokens_per_hour, clock)
        self._under_way = 0
        self._failures = 0
        self._left_alone_until = 0.0

    async def __call__(self, text: str, language: str | None, now: datetime) -> OperatorIntent:
        own = analyse(text, language, now=now)
        refusal = self._why_not(own, text, language)
        if refusal is not None:
            self._count(refusal)
            return own
        self._under_way += 1
        try:
            intent = await self._ask(text, own.language, now)
        except UnusableAnswer as error:
            return self._failed("unusable", str(error), own)
        except self._error as error:
            return self._failed("failed", repr(error), own)
        finally:
            self._under_way -= 1
        self._failures = 0
        self._count("answered")
        return intent

    async def close(self) -> None:
        await self._client.close()

    def _why_not(self, own: OperatorIntent, text: str, language: str | None) -> str | None:
        """Why the model is not asked about a text, if it is not."""
        config = self._config
        read = own.kind is not Kind.NONE and not own.ambiguity and own.confidence >= config.sure
        if read and config.use is Use.WHEN_UNSURE:
            return "offline"
        if any(reading.forbidden for reading in explain(text, language)):
            return "offline"
        if self._clock() < self._left_alone_until:
            return "pause"
        if self._under_way >= config.in_flight:
            return "busy"
        prompt = (len(instructions()) + len(text)) // _CHARACTERS_PER_TOKEN
        return None if self._budget.allows(prompt + config.answer_tokens) else "budget"

    async def _ask(self, text: str, language: str, now: datetime) -> OperatorIntent:
        asked: Any = messages(text, language, now.isoformat(timespec="minutes"))
        form: Any = {
            "type": "json_schema",
            "json_schema": {"name": "operator_intent", "strict": True, "schema": answer_schema()},
        }
        completion = await self._client.chat.completions.create(
            model=self._config.model,
            messages=asked,
            response_format=form,
            temperature=0,
            max_tokens=self._config.answer_tokens,
        )
        if completion.usage is not None:
            self._budget.spend(completion.usage.total_tokens)
        content = completion.choices[0].message.content if completion.choices else None
        if not content:
            raise UnusableAnswer("the model does not answer")
        return intent_of(content, text, language)

    def _count(self, outcome: str) -> None:
        self._texts.labels(outcome).inc()

    def _failed(self, how: str, why: str, own: OperatorIntent) -> OperatorIntent:
        log.warning("model not used", reason=why)
        self._count(how)
        self._failures += 1
        if self._failures >= FAILURES:
            self._failures = 0
            self._left_alone_until = self._clock() + PAUSE
        return own
