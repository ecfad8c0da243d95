"""The ERS: an MCP server (streamable HTTP) at ``/mcp``, registered at the NRF."""

from __future__ import annotations

import asyncio

from mcp.server import MCPServer
from starlette.routing import Route

from nfs.common.nf import NetworkFunction, Platform
from nfs.ers.access import AgentAccess
from nfs.ers.config import ErsConfig
from nfs.ers.tools import TOOLS

INSTRUCTIONS = "Sample tools of an agent-enabled core network. Calls need an agent's credential."


class Ers(NetworkFunction):
    nf_type = "ERS"
    services = ("ners-mcp",)

    def __init__(self, config: ErsConfig, platform: Platform) -> None:
        super().__init__(config, platform, title="ERS, tools over MCP")
        mcp = MCPServer(name="agentnf-ers", instructions=INSTRUCTIONS, version="1.0.0")
        for tool in TOOLS:
            mcp.add_tool(tool)
        mcp.streamable_http_app(json_response=True, stateless_http=True, host=config.host)
        self._sessions = mcp.session_manager
        access = AgentAccess(self, self._sessions.handle_request)
        self.own_check.add("/mcp")
        self.app.router.routes.append(Route("/mcp", endpoint=access))

    async def start(self) -> None:
        ready = asyncio.Event()
        self.spawn(self._serve(ready))
        await ready.wait()
        await super().start()

    async def _serve(self, ready: asyncio.Event) -> None:
        async with self._sessions.run():
            ready.set()
            await asyncio.Event().wait()
