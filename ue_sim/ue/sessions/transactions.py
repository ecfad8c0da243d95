"""Procedure transactions that the UE begins (TS 24.501 clause 6.1.3.2, TS 24.007 11.2.3.1a)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from nfs.protocols.nas import DlNasTransport, SmMessage
from ue_sim.ue.errors import NoAnswer

Answer = SmMessage | DlNasTransport
"""What ends a transaction: a message of the SMF, or the AMF's word that it was not forwarded."""

_LAST_PTI = 254


class Aborted(Exception):
    """A procedure of the network goes first (clause 6.4.2.5)."""


class Transaction:
    """One request with its procedure transaction identity, until it is answered."""

    def __init__(self, pti: int, pdu_session_id: int) -> None:
        self.pti = pti
        self.pdu_session_id = pdu_session_id
        self.over = asyncio.Event()
        """What the answer says has been done."""
        self._answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    @property
    def is_answered(self) -> bool:
        return self._answer.done()

    def answered(self, answer: Answer) -> None:
        if not self._answer.done():
            self._answer.set_result(answer)

    def abort(self) -> None:
        if not self._answer.done():
            self._answer.set_exception(Aborted)

    async def run(
        self,
        procedure: str,
        send: Callable[[], Awaitable[None]],
        seconds: float,
        retransmissions: int,
    ) -> Answer:
        """Send, and again on each expiry of the timer; raises NoAnswer at the last, or Aborted."""
        for _ in range(1 + retransmissions):
            await send()
            done, _ = await asyncio.wait({self._answer}, timeout=seconds)
            if done:
                return self._answer.result()
        raise NoAnswer(procedure, "TIMER_EXPIRED")


class Transactions:
    def __init__(self) -> None:
        self._under_way: dict[int, Transaction] = {}
        self._last = 0

    @contextmanager
    def begin(self, pdu_session_id: int) -> Iterator[Transaction]:
        """With a PTI that no other transaction has."""
        while True:
            self._last = self._last % _LAST_PTI + 1
            if self._last not in self._under_way:
                break
        transaction = Transaction(self._last, pdu_session_id)
        self._under_way[transaction.pti] = transaction
        try:
            yield transaction
        finally:
            del self._under_way[transaction.pti]
            transaction.over.set()

    def get(self, pti: int) -> Transaction | None:
        return self._under_way.get(pti)

    @property
    def only(self) -> Transaction | None:
        """The one under way, unless there are several."""
        return next(iter(self._under_way.values())) if len(self._under_way) == 1 else None

    async def settle(self, pdu_session_id: int) -> None:
        """Returns when all that has been answered for the session has been done too."""
        for transaction in self.of_session(pdu_session_id):
            if transaction.is_answered:
                await transaction.over.wait()

    def of_session(self, pdu_session_id: int) -> list[Transaction]:
        return [t for t in self._under_way.values() if t.pdu_session_id == pdu_session_id]
