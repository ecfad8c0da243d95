"""Message priority and overload control (TS 29.500 clauses 6.4, 6.8).

A request says how it matters, 0 the most and 31 the least, and what it causes matters as much. An
NF that is at work on too many refuses new ones with 503 and Retry-After, the least important first.
"""

from __future__ import annotations

from contextvars import ContextVar

from starlette.types import ASGIApp, Receive, Scope, Send

from nfs.common.health import LIVE, READY
from nfs.common.sbi.problem import SbiProblem, problem_response

HEADER = "3gpp-sbi-message-priority"
DEFAULT_PRIORITY = 24
LOWEST_PRIORITY = 31
MAX_AT_WORK = 1000
"""Requests that one NF works on at the same time."""
RETRY_AFTER = 2

current: ContextVar[int | None] = ContextVar("priority", default=None)
"""Of the request that is being served; goes with every request that it causes."""


def admitted(priority: int, at_work: int, limit: int) -> bool:
    """The least important are admitted up to half of the limit, the most important up to all."""
    reserved = limit * min(priority, LOWEST_PRIORITY) // (2 * LOWEST_PRIORITY)
    return at_work < limit - reserved


class OverloadControl:
    def __init__(self, app: ASGIApp, *, limit: int = MAX_AT_WORK) -> None:
        self._app = app
        self._limit = limit
        self._at_work = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in (LIVE, READY):
            return await self._app(scope, receive, send)
        header = next((v for k, v in scope["headers"] if k == HEADER.encode()), b"")
        given = int(header) if header.isdigit() and len(header) <= 2 else None
        priority = DEFAULT_PRIORITY if given is None else given
        if not admitted(priority, self._at_work, self._limit):
            retry = {"Retry-After": str(RETRY_AFTER)}
            detail = f"at work on {self._at_work} requests; this one has the priority {priority}"
            problem = SbiProblem(503, "NF_CONGESTION", detail, headers=retry)
            return await problem_response(problem)(scope, receive, send)
        self._at_work += 1
        token = current.set(given)
        try:
            return await self._app(scope, receive, send)
        finally:
            self._at_work -= 1
            current.reset(token)
