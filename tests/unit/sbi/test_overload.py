"""Who is admitted, and who is told to come back (TS 29.500 clauses 6.4, 6.8)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from nfs.common.nf import NetworkFunction, NfConfig, Platform
from nfs.common.sbi import overload, server
from nfs.common.sbi.overload import OverloadControl, admitted
from nfs.common.sbi.problem import SbiProblem


@pytest.mark.parametrize(
    ("priority", "at_work", "is_admitted"),
    [(0, 99, True), (0, 100, False), (31, 49, True), (31, 50, False), (15, 70, True)],
)
def test_the_least_important_are_refused_first(
    priority: int, at_work: int, is_admitted: bool
) -> None:
    assert admitted(priority, at_work, 100) is is_admitted


class Nf(NetworkFunction):
    nf_type = "AMF"
    services = ("namf-comm",)

    def __init__(self, platform: Platform, port: int) -> None:
        super().__init__(NfConfig(port=port, oauth2=False), platform, title="AMF")
        self.release = asyncio.Event()
        self.seen: list[str | None] = []

        @self.app.get("/namf-comm/v1/wait")
        async def wait() -> dict[str, Any]:
            self.seen.append(str(overload.current.get()))
            await self.release.wait()
            return {}

        @self.app.get("/namf-comm/v1/forward/{port}")
        async def forward(port: int) -> dict[str, Any]:
            url = f"http://127.0.0.1:{port}/namf-comm/v1/wait"
            await self.sbi.request("GET", url)
            return {}

        @self.app.post("/namf-comm/v1/body")
        async def body(_body: dict[str, Any]) -> dict[str, Any]:
            return {}

    async def has_seen(self, requests: int) -> None:
        async with asyncio.timeout(30):
            while len(self.seen) < requests:
                await asyncio.sleep(0.01)


async def test_an_nf_at_its_limit_says_when_to_come_back() -> None:
    platform = Platform()
    nf = Nf(platform, 7760)
    for index, middleware in enumerate(nf.app.user_middleware):
        if middleware.cls is OverloadControl:
            nf.app.user_middleware[index].kwargs["limit"] = 4
    url = f"{nf.api_root}/namf-comm/v1/wait"
    important = {overload.HEADER: "0"}
    waiting = [
        asyncio.ensure_future(nf.sbi.request("GET", url, headers=important)) for _ in range(3)
    ]
    await nf.has_seen(3)
    with pytest.raises(SbiProblem, match="503 NF_CONGESTION"):
        await nf.sbi.request("GET", url, headers={overload.HEADER: "31"})
    waiting.append(asyncio.ensure_future(nf.sbi.request("GET", url, headers=important)))
    await nf.has_seen(4)
    with pytest.raises(SbiProblem, match="503 NF_CONGESTION"):
        await nf.sbi.request("GET", url, headers=important)
    nf.release.set()
    assert [a.status for a in await asyncio.gather(*waiting)] == [200] * 4
    assert (await nf.sbi.request("GET", url)).status == 200


async def test_what_a_request_causes_matters_as_much() -> None:
    platform = Platform()
    first, second = Nf(platform, 7761), Nf(platform, 7762)
    second.release.set()
    url = f"{first.api_root}/namf-comm/v1/forward/7762"
    await first.sbi.request("GET", url, headers={overload.HEADER: "7"})
    await first.sbi.request("GET", url)
    await first.sbi.request("GET", url, headers={overload.HEADER: "high"})
    assert second.seen == ["7", "None", "None"]


@pytest.mark.parametrize(("size", "status"), [(4, 408), (server.MAX_BODY + 1, 413)])
async def test_a_body_that_comes_in_parts(
    monkeypatch: pytest.MonkeyPatch, size: int, status: int
) -> None:
    """One that is sent too slowly, and one that grows too large without having said so."""
    monkeypatch.setattr(server, "BODY_SECONDS", 0.05)
    nf = Nf(Platform(), 7763)
    sent: list[Any] = []
    chunks = [{"type": "http.request", "body": b"{" * size, "more_body": True}]

    async def receive() -> Any:
        return chunks.pop() if chunks else await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/namf-comm/v1/body",
        "headers": [(b"content-type", b"application/json")],
        "query_string": b"",
        "http_version": "2",
        "scheme": "http",
        "server": ("127.0.0.1", 7763),
        "client": ("127.0.0.1", 1),
    }
    async with asyncio.timeout(30):
        await nf.app(scope, receive, send)
    assert [m["status"] for m in sent if "status" in m] == [status]
