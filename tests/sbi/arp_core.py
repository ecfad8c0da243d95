"""NRF, AMC and AGW of one process, and what agents ask of the gateway there (ARP)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from agent_requests import register
from identity_core import AGW, AMC, IdentityCore

from nfs.agw.config import AgwConfig
from nfs.common.aic import Aic
from nfs.common.sbi.response import SbiResponse


class ArpCore(IdentityCore):
    async def ask(
        self, method: str, path: str, body: Any = None, token: str | None = None, root: str = AGW
    ) -> SbiResponse:
        headers = {} if token is None else {"Agent-Credential": token}
        url = f"{root}/nagw-registration/v1{path}"
        return await self.agw.sbi.request(method, url, json=body, headers=headers)

    async def bind(self, body: dict[str, Any]) -> dict[str, Any]:
        bind: dict[str, Any] = (await register(self.agw, body)).json()
        return bind

    async def discovered(self, **params: str) -> list[str]:
        url = f"{AGW}/nagw-discovery/v1/agents"
        found = (await self.agw.sbi.request("GET", url, params=params)).json()
        return [agent["aic"] for agent in found["agents"]]

    async def identity(self, aic: str) -> dict[str, Any]:
        url = f"{AMC}/namc-identity/v1/identities/{aic}"
        known: dict[str, Any] = (await self.agw.sbi.request("GET", url)).json()
        return known


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.02)


def root(aic: str) -> str:
    return f"/agents/{aic}"


def unknown() -> str:
    return str(Aic.allocate("1", "CORE", "4", 99, AgwConfig().salt))
