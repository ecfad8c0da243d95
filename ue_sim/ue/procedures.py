"""One procedure of the UE at a time, and what the network begins beside it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextvars import ContextVar
from typing import TypeVar

import structlog

from nfs.protocols.nas import NasMessage
from ue_sim.ue.errors import NoAnswer, ProcedureRejected

log = structlog.get_logger("ue")

M = TypeVar("M", bound=NasMessage)

TIMEOUT = 15.0
"""Seconds a procedure waits for the network (T3510, T3580 and T3521 are 15 to 16 s)."""

Command = Callable[[NasMessage], Coroutine[None, None, None]]

answers_on: ContextVar[object] = ContextVar("answers_on", default=None)
"""The connection on which the network has begun what is being answered."""


class Procedures:
    def __init__(self) -> None:
        self.commands: dict[type[NasMessage], Command] = {}
        """Who answers what the network begins on its own."""
        self._lock = asyncio.Lock()
        self._mailbox: asyncio.Queue[NasMessage | None] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def procedure(self) -> AsyncIterator[None]:
        """One procedure of the UE at a time; what else has come meanwhile is answered after it."""
        async with self._lock:
            self._empty_mailbox()
            try:
                yield
            finally:
                self._empty_mailbox()

    def _empty_mailbox(self) -> None:
        while not self._mailbox.empty():
            message = self._mailbox.get_nowait()
            if message is not None:
                self._answer(message)

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Beside everything else; how a procedure ends that the user did not ask for is logged."""
        task = asyncio.ensure_future(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def expect(self, *kinds: type[M], seconds: float = TIMEOUT) -> M:
        """The next message of ``kinds``; raises NoAnswer."""
        names = " or ".join(k.NAME for k in kinds)
        try:
            async with asyncio.timeout(seconds):
                while True:
                    message = await self._mailbox.get()
                    if message is None:
                        raise NoAnswer(f"waiting for {names}", "CONNECTION_RELEASED")
                    if isinstance(message, kinds):
                        return message
                    self._answer(message)
        except TimeoutError:
            raise NoAnswer(f"waiting for {names}", "TIMER_EXPIRED") from None

    def _answer(self, message: NasMessage) -> None:
        """What the network began on its own, if that is known here."""
        command = self.commands.get(type(message))
        if command is None:
            log.warning("message not expected", message=message.NAME)
        else:
            self.spawn(_on(self._where(), command(message)))

    def _where(self) -> object:
        """The connection of the moment."""
        raise NotImplementedError


async def _on(connection: object, work: Coroutine[None, None, None]) -> None:
    """What the network has begun on a connection is not answered on another one."""
    answers_on.set(connection)
    await work


async def _logged(work: Coroutine[None, None, None]) -> None:
    try:
        await work
    except (ProcedureRejected, ConnectionError) as error:
        log.warning("procedure failed", reason=str(error))
