"""Answers to NFDiscover kept as octets: consumers ask the same again and again.

It stands inside the access control and before the framework, whose routing and validation cost ten
times what finding the answer does. Any change of a profile ends what is kept.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nfs.nrf.repository import Repository

DISCOVERY_PATH = "/nnrf-disc/v1/nf-instances"
MAX_KEPT = 1024
MAX_QUERY = 1024


class DiscoveryCache:
    def __init__(self, app: ASGIApp, *, repository: Repository) -> None:
        self._app = app
        self._repository = repository
        self._generation = -1
        self._kept: dict[bytes, tuple[Message, Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["path"] != DISCOVERY_PATH
            or scope["method"] != "GET"
            or len(scope["query_string"]) > MAX_QUERY
            or any(name == b"if-none-match" for name, _ in scope["headers"])
        ):
            return await self._app(scope, receive, send)
        self._repository.check_heartbeats()
        if self._generation != self._repository.generation:
            self._generation = self._repository.generation
            self._kept.clear()
        query: bytes = scope["query_string"]
        if (known := self._kept.get(query)) is not None:
            await send(known[0])
            return await send(known[1])
        return await self._answer_and_keep(query, scope, receive, send)

    async def _answer_and_keep(
        self, query: bytes, scope: Scope, receive: Receive, send: Send
    ) -> None:
        generation = self._generation
        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)
            await send(message)

        await self._app(scope, receive, keep)
        whole = len(sent) == 2 and not sent[1].get("more_body")
        if whole and sent[0]["status"] == 200 and generation == self._repository.generation:
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            self._kept[query] = sent[0], sent[1]
