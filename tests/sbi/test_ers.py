"""The ERS's tools through a real MCP client, for agents with an active identity only (K2)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from agent_testbed import agent_core, running
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from nfs.agents.core_agent import CoreAgentConfig
from nfs.agents.translation import TranslationAgent
from nfs.common.nf import Platform
from nfs.common.sbi.problem import SbiProblem
from nfs.ers.app import Ers
from nfs.ers.config import ErsConfig

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


class Parties:
    def __init__(self, platform: Platform) -> None:
        self.ers = Ers(ErsConfig(), platform)
        self.agent = TranslationAgent(CoreAgentConfig(port=7721), platform)


@pytest.fixture
async def parties() -> AsyncIterator[Parties]:
    async with agent_core(Platform()) as platform:
        parties = Parties(platform)
        async with running(parties.ers, parties.agent):
            yield parties


@asynccontextmanager
async def mcp_client(parties: Parties) -> AsyncIterator[Client]:
    transport = httpx2.ASGITransport(app=parties.ers.app)
    headers = {"Authorization": f"Bearer {parties.agent.identity.token}"}
    async with httpx2.AsyncClient(transport=transport, headers=headers) as http:
        url = f"{parties.ers.api_root}/mcp"
        async with Client(streamable_http_client(url, http_client=http)) as client:
            yield client


async def test_an_agent_lists_and_calls_tools(parties: Parties) -> None:
    async with mcp_client(parties) as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert tools == {"unit_convert", "current_time", "network_glossary", "calculate"}
        result = await client.call_tool(
            "unit_convert", {"value": 1, "from_unit": "MB/s", "to_unit": "Mbit/s"}
        )
        assert not result.is_error
        assert result.structured_content == {"result": 8.0}
        term = await client.call_tool("network_glossary", {"term": "AIC"})
        assert term.structured_content is not None
        assert term.structured_content["name"] == "Agent Identity Code"


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("calculate", {"expression": "__import__('os')"}, "only numbers"),
        ("calculate", {}, "expression"),
        ("current_time", {"timezone": "Mars/Olympus"}, "Mars/Olympus"),
        ("no_such_tool", {}, "no_such_tool"),
    ],
)
async def test_a_call_that_fails_says_why(
    parties: Parties, tool: str, arguments: dict[str, str], says: str
) -> None:
    async with mcp_client(parties) as client:
        result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert says in str(result.content)


async def refused(parties: Parties, authorization: str | None) -> tuple[int, str]:
    headers = {} if authorization is None else {"Authorization": authorization}
    with pytest.raises(SbiProblem) as caught:
        await parties.agent.sbi.request(
            "POST", f"{parties.ers.api_root}/mcp", json=PING, headers=headers
        )
    return caught.value.status, caught.value.cause


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer x.y.z", "Basic eDp5"])
async def test_without_a_credential(parties: Parties, authorization: str | None) -> None:
    assert await refused(parties, authorization) == (401, "CREDENTIAL_INVALID")


async def test_a_retired_agent_is_unknown(parties: Parties) -> None:
    aic, token = parties.agent.identity.aic, parties.agent.identity.token
    path = f"/nagw-registration/v1/agents/{aic}"
    await parties.agent.call("AGW", "nagw-registration", "DELETE", path)
    assert await refused(parties, f"Bearer {token}") == (401, "CREDENTIAL_INVALID")
