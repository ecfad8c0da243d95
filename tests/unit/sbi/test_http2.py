"""The HTTP/2 transport against a real server on a socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server

from nfs.common.sbi import http2
from nfs.common.sbi.http2 import Http2Transport


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the length of the body; ``/size/N`` with N octets."""
    if scope["type"] != "http":
        return
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    path = scope["path"]
    body = b"x" * int(path[6:]) if path.startswith("/size/") else str(length).encode()
    headers = [(b"x-version", scope["http_version"].encode()), (b"x-version", b"again")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Running:
    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self.held = 0
        self.release = asyncio.Event()

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        """As ``app``; ``/held`` until it is released."""
        if scope["type"] == "http" and scope["path"] == "/held":
            self.held += 1
            await self.release.wait()
        await app(scope, receive, send)

    async def start(self) -> None:
        self._server = Server(
            self._app, "127.0.0.1", self._port, interface=Interfaces.ASGI, log_enabled=False
        )
        self._task = asyncio.ensure_future(self._server.serve())
        async with asyncio.timeout(30):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self._port)
                except OSError:
                    await asyncio.sleep(0.01)
                else:
                    writer.close()
                    return

    async def stop(self) -> None:
        self._server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait({self._task}, timeout=30)


@pytest.fixture
async def server() -> AsyncIterator[Running]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Running(port)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=Http2Transport()) as made:
        yield made


async def test_many_requests_share_one_connection(
    server: Running, client: httpx.AsyncClient
) -> None:
    bodies = [b"y" * n for n in range(0, 3000, 10)]
    requests = (client.post(server.url, content=body) for body in bodies)
    answers = await asyncio.gather(*requests)
    assert [int(a.text) for a in answers] == [len(b) for b in bodies]
    assert {a.headers.get_list("x-version")[0] for a in answers} == {"2"}
    transport = client._transport
    assert isinstance(transport, Http2Transport)
    assert len(transport._connections) == 1


async def test_bodies_larger_than_the_windows(server: Running, client: httpx.AsyncClient) -> None:
    large = b"z" * (3 << 20)
    answers = await asyncio.gather(*(client.post(server.url, content=large) for _ in range(3)))
    assert [int(a.text) for a in answers] == [len(large)] * 3
    size = 5 << 20
    answer = await client.get(f"{server.url}/size/{size}")
    assert len(answer.content) == size


async def test_an_answer_over_the_bound_is_refused(
    server: Running, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http2, "MAX_RESPONSE", 1000)
    with pytest.raises(httpx.ReadError, match="over 1000 octets"):
        await client.get(f"{server.url}/size/100000")
    assert (await client.get(f"{server.url}/size/1000")).status_code == 200


async def test_a_server_that_restarts_is_met_again(
    server: Running, client: httpx.AsyncClient
) -> None:
    assert (await client.get(server.url)).status_code == 200
    for _ in range(2):
        await server.stop()
        await server.start()
        answers = await asyncio.gather(*(client.post(server.url, content=b"1") for _ in range(20)))
        assert {a.status_code for a in answers} == {200}


async def test_one_that_gives_up_does_not_disturb_the_others(
    server: Running, client: httpx.AsyncClient
) -> None:
    held = [asyncio.ensure_future(client.get(f"{server.url}/held")) for _ in range(10)]
    async with asyncio.timeout(30):
        while server.held < len(held):
            await asyncio.sleep(0.01)
    for task in held[::2]:
        task.cancel()
    server.release.set()
    done = await asyncio.gather(*held, return_exceptions=True)
    assert [isinstance(d, asyncio.CancelledError) for d in done] == [True, False] * 5
    assert (await client.get(server.url)).status_code == 200


async def test_nobody_listens(client: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.ConnectError):
        await client.get("http://127.0.0.1:9/")


@pytest.mark.parametrize("octets", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00" * 64, b""])
async def test_a_peer_that_does_not_speak_http_2(client: httpx.AsyncClient, octets: bytes) -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(octets)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as peer:
        port = peer.sockets[0].getsockname()[1]
        with pytest.raises((httpx.ReadError, httpx.ConnectError)):
            await client.get(f"http://127.0.0.1:{port}/")
