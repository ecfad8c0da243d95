"""Tools as a workflow uses them: found at the gateway, used at the function that hosts them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from nfs.common.models.agw_tools import HostedTool, ToolList
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem, SbiUnreachable
from nfs.common.serving_amf import serving_amf
from nfs.common.tools.host import tool_service

KEPT = 10.0
"""Seconds that an answer of the repository is used again."""
PATIENCE = 2.0
"""Seconds for a host that has only just started to register its tools."""
_LOOK_AGAIN = 0.1


class ToolConsumer:
    def __init__(self, nf: NetworkFunction) -> None:
        self._nf = nf
        self._found: dict[str, tuple[float, list[HostedTool]]] = {}

    async def find(self, name: str) -> list[HostedTool]:
        """Where the tool is hosted. Raises SbiProblem, 404 TOOL_NOT_FOUND if nowhere."""
        until, hosts = self._found.get(name, (0.0, []))
        if time.monotonic() < until:
            return hosts
        patience = time.monotonic() + PATIENCE
        while not (hosts := await self._ask(name)):
            if time.monotonic() > patience:
                raise SbiProblem(404, "TOOL_NOT_FOUND", f"no network function has a tool {name!r}")
            await asyncio.sleep(_LOOK_AGAIN)
        self._found[name] = (time.monotonic() + KEPT, hosts)
        return hosts

    async def call(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        """Use the tool with the input ``given`` (its JSON form) and return its output.

        Of several AMFs it is the one that serves the input's ``supi``; of others, one that can be
        reached. Raises SbiProblem.
        """
        hosts = await self.find(name)
        if hosts[0].nf_type == "AMF" and "supi" in given:
            hosts = await self._serving(hosts, given["supi"])
        unreachable: SbiUnreachable | None = None
        for host in hosts:
            try:
                return await self._use(host, name, given)
            except SbiUnreachable as problem:
                self._found.pop(name, None)
                if problem.maybe_received:
                    raise
                unreachable = problem
        assert unreachable is not None  # noqa: S101 - there is at least one host
        raise unreachable

    async def call_all(self, name: str, given: dict[str, Any]) -> list[dict[str, Any]]:
        """Use the tool at every host, and return what each one gave. Raises SbiProblem."""
        hosts = await self.find(name)
        answers = await asyncio.gather(*(self._use(host, name, given) for host in hosts))
        return list(answers)

    async def _use(self, host: HostedTool, name: str, given: dict[str, Any]) -> dict[str, Any]:
        url = f"{host.api_root}/{tool_service(host.nf_type)}/v1/{name}"
        answer = await self._nf.sbi.request("POST", url, json=given, peer=host.nf_type)
        output: dict[str, Any] = answer.json()
        return output

    async def _ask(self, name: str) -> list[HostedTool]:
        answer = await self._nf.call(
            "AGW", "nagw-tool", "GET", "/nagw-tool/v1/tools", params={"name": name}
        )
        return answer.model(ToolList).tools

    async def _serving(self, hosts: list[HostedTool], supi: str) -> list[HostedTool]:
        amf = await serving_amf(self._nf, supi)
        serving = [host for host in hosts if host.nf_instance_id == amf]
        if not serving:
            raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no AMF with this tool serves {supi}")
        return serving
