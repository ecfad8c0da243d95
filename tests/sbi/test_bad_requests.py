"""What every service answers to requests that are wrong by themselves (TS 29.500 clause 5.2.7)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from starlette.routing import Route

from nfs.common.nf import NetworkFunction
from nfs.common.sbi.access import service_of
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.server import MAX_BODY
from nfs.testbed import Testbed
from nfs.testbed.kinds import NFS

WITH_BODY = {"POST", "PUT", "PATCH"}
OTHER_TYPES = {"/oauth2/token", "/tasks", "/mcp"}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def testbed() -> AsyncIterator[Testbed]:
    async with Testbed(sockets=False) as running:
        yield running


async def refusal(
    nf: NetworkFunction, method: str, path: str, content: bytes, **headers: str
) -> tuple[int, str]:
    try:
        answer = await nf.sbi.request(
            method,
            nf.api_root + path,
            content=content,
            headers={k.replace("_", "-"): v for k, v in headers.items()},
        )
    except SbiProblem as problem:
        return problem.status, problem.cause
    return answer.status, ""


def operations(nf: NetworkFunction) -> list[tuple[str, str]]:
    """Operations with a body, their path parameters filled."""
    found: list[tuple[str, str]] = []
    for route in nf.app.routes:
        assert isinstance(route, Route)
        path = route.path.replace("{", "").replace("}", "")
        if service_of(path) in set(nf.services) - set(nf.restricted):
            found += [(method, path) for method in (route.methods or set()) & WITH_BODY]
    return found


@pytest.mark.parametrize("name", NFS)
async def test_a_body_that_cannot_be_read(testbed: Testbed, name: str) -> None:
    nf = testbed.nfs[name]
    for method, path in operations(nf):
        for content in (b"{", b"\xff\xfe", b"[" * 20_000, b"null"):
            status, cause = await refusal(
                nf, method, path, content, content_type="application/json"
            )
            # A resource that is not there may be noticed before the body is looked at.
            assert status in (400, 403, 404), (method, path, content[:10], status, cause)
            assert cause, (method, path)


@pytest.mark.parametrize("name", NFS)
async def test_a_body_that_is_too_large(testbed: Testbed, name: str) -> None:
    nf = testbed.nfs[name]
    for method, path in operations(nf):
        huge = b'"' + b"x" * MAX_BODY + b'"'
        status, cause = await refusal(nf, method, path, huge, content_type="application/json")
        assert (status, cause) == (413, "INVALID_MSG_FORMAT"), (method, path)


@pytest.mark.parametrize("name", NFS)
async def test_a_body_of_an_unknown_type(testbed: Testbed, name: str) -> None:
    nf = testbed.nfs[name]
    for method, path in operations(nf):
        status, cause = await refusal(nf, method, path, b"<a/>", content_type="application/xml")
        assert (status, cause) == (415, "UNSUPPORTED_MEDIA_TYPE"), (method, path)


@pytest.mark.parametrize("name", NFS)
async def test_an_unknown_version_path_or_method(testbed: Testbed, name: str) -> None:
    nf = testbed.nfs[name]
    for service in {service_of(path) for _, path in operations(nf)}:
        assert await refusal(nf, "GET", f"/{service}/v99/x", b"") == (400, "INVALID_API")
        unknown = await refusal(nf, "GET", f"/{service}/v1/no-such-resource", b"")
        assert unknown in ((404, "RESOURCE_URI_STRUCTURE_NOT_FOUND"), (400, "INVALID_API"))


async def test_a_method_that_a_resource_does_not_have(testbed: Testbed) -> None:
    nrf = testbed.nfs["nrf"]
    path = "/nnrf-disc/v1/nf-instances"
    assert await refusal(nrf, "DELETE", path, b"") == (405, "METHOD_NOT_ALLOWED")


async def test_a_problem_is_problem_details(testbed: Testbed) -> None:
    """RFC 9457 with the cause of TS 29.571: also where the framework refuses."""
    nrf = testbed.nfs["nrf"]
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/nnrf-disc/v1/nf-instances",
        "headers": [],
        "query_string": b"",
        "http_version": "2",
        "scheme": "http",
        "server": ("127.0.0.1", 7710),
        "client": ("127.0.0.1", 1),
    }
    await nrf.app(scope, receive, send)
    headers = dict(sent[0]["headers"])
    assert sent[0]["status"] == 401
    assert headers[b"content-type"] == b"application/problem+json"
    assert headers[b"www-authenticate"].startswith(b"Bearer")
