"""The tools of a network function: served at the function, known at the agent gateways."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog

from nfs.common.models.agw_tools import ToolHosting
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.tools.tool import Tool

TOOL_USERS = ("IAF", "AMF")
"""NF types that carry out workflows; the value of a host's ``restricted`` for its tools."""
RENEWAL = 20.0
"""Seconds after which the gateways are told again."""
FIRST_RETRY = 0.25
"""Seconds; each further pause, while no gateway is there, is twice as long."""

log = structlog.get_logger("tools")


def tool_service(nf_type: str) -> str:
    """``namf-tool``: the service under which an AMF serves its tools."""
    return f"n{nf_type.lower()}-tool"


class ToolHost:
    """Has ``nf`` serve ``tools``; its class names the service in ``services``, and in
    ``restricted`` for TOOL_USERS."""

    def __init__(self, nf: NetworkFunction, tools: Iterable[Tool[Any, Any]]) -> None:
        self._nf = nf
        self._tools = tuple(tools)
        service = tool_service(nf.nf_type)
        if service not in nf.services:
            raise ValueError(f"{nf.nf_type} does not name {service} among its services")
        for tool in self._tools:
            nf.app.add_api_route(
                f"/{service}/v1/{tool.name}",
                _endpoint(tool),
                methods=["POST"],
                tags=[service],
                name=tool.name,
                description=tool.description,
                response_model_exclude_none=True,
            )

    def start(self) -> None:
        """Register the tools, now and whenever a gateway may have forgotten them."""
        self._nf.spawn(self._keep_registered())

    async def _keep_registered(self) -> None:
        hosting = ToolHosting(
            nf_type=self._nf.nf_type,
            api_root=self._nf.api_root,
            tools=[tool.template for tool in self._tools],
        ).to_json()
        pause = FIRST_RETRY
        while True:
            known = await self._register(hosting)
            pause = RENEWAL if known else min(pause * 2, RENEWAL)
            await asyncio.sleep(pause)

    async def _register(self, hosting: dict[str, Any]) -> bool:
        """Whether all gateways know the tools now."""
        path = f"/nagw-tool/v1/hosts/{self._nf.instance_id}"
        try:
            for gateway in await self._nf.nrf.candidates("AGW", "nagw-tool"):
                await self._nf.sbi.request("PUT", gateway + path, json=hosting, peer="AGW")
        except SbiProblem as problem:
            log.debug("tools not registered", nf=self._nf.nf_type, reason=str(problem))
            return False
        return True


def _endpoint(tool: Tool[Any, Any]) -> Callable[..., Awaitable[Any]]:
    async def use(body: Any) -> Any:
        return await tool.perform(body)

    use.__annotations__ = {"body": tool.input, "return": tool.output}
    return use
