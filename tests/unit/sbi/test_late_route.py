"""Routes that are made ready by their first request."""

from __future__ import annotations

import pytest

from nfs.common.models.base import SbiModel
from nfs.common.sbi.client import LocalNetwork, SbiClient
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.server import create_app
from nfs.common.trace import Trace

ROOT = "http://127.0.0.1:7799"


class Greeting(SbiModel):
    to: str


async def test_routes_are_told_apart_before_any_is_ready_and_served_all_the_same() -> None:
    app = create_app("TEST", "Test")

    @app.post("/ntest-greet/v1/{name}", status_code=201)
    async def greet(name: str, body: Greeting) -> Greeting:
        return Greeting(to=f"{name} and {body.to}")

    @app.get("/ntest-greet/v1/{name}")
    async def unused(name: str) -> Greeting:
        return Greeting(to=name)

    network: LocalNetwork = {"127.0.0.1:7799": app}
    client = SbiClient("TEST", Trace(), network)
    url = f"{ROOT}/ntest-greet/v1/Ada"
    answer = await client.request("POST", url, json={"to": "Bob"})
    assert (answer.status, answer.json()) == (201, {"to": "Ada and Bob"})
    with pytest.raises(SbiProblem) as refused:
        await client.request("POST", url, json={})
    assert (refused.value.status, refused.value.cause) == (400, "MANDATORY_IE_MISSING")
    with pytest.raises(SbiProblem) as refused:
        await client.request("DELETE", url)
    assert (refused.value.status, refused.value.cause) == (405, "METHOD_NOT_ALLOWED")
    late = {route.endpoint: vars(route) for route in app.routes if hasattr(route, "endpoint")}
    assert "dependant" in late[greet]
    assert "dependant" not in late[unused]
    assert {"get", "post"} == app.openapi()["paths"]["/ntest-greet/v1/{name}"].keys()
