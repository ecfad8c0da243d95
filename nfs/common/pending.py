"""Answers that somebody waits for, each under its key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Pending(Generic[K, V]):
    def __init__(self) -> None:
        self._waiting: dict[K, asyncio.Future[V]] = {}

    async def ask(self, key: K, send: Callable[[], Awaitable[None]], seconds: float) -> V:
        """Send, and wait for what is answered under ``key``; a later ask takes it over.

        Raises TimeoutError, and what ``send`` or ``fail`` raises.
        """
        answer: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self._waiting[key] = answer
        try:
            await send()
            async with asyncio.timeout(seconds):
                return await answer
        finally:
            if self._waiting.get(key) is answer:
                del self._waiting[key]

    def answer(self, key: K, value: V) -> bool:
        """False when nobody waits for it."""
        waiting = self._waiting.get(key)
        if waiting is None or waiting.done():
            return False
        waiting.set_result(value)
        return True

    def fail(self, error: Exception) -> None:
        """Nothing will be answered any more."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(error)
