"""Nagw_Registration (ARP) as the AMF uses it on behalf of a UE's agent (L11)."""

from __future__ import annotations

from typing import Any

from nfs.common.nf import NetworkFunction

SERVICE = "nagw-registration"
KNOWN_ALREADY = 200


async def register(nf: NetworkFunction, request: dict[str, Any]) -> dict[str, Any]:
    """Returns the Local Bind of the agent; one that the AGW had suspended is reachable again."""
    answer = await nf.call("AGW", SERVICE, "POST", f"/{SERVICE}/v1/agents", json=request)
    bind: dict[str, Any] = answer.json()
    if answer.status == KNOWN_ALREADY:
        await set_state(nf, bind["aic"], "REGISTERED")
    return bind


async def set_state(nf: NetworkFunction, aic: str, state: str) -> None:
    """REGISTERED or SUSPENDED: discovery follows the UE's registration (L13, L15)."""
    path = f"/{SERVICE}/v1/agents/{aic}/state"
    await nf.call("AGW", SERVICE, "PATCH", path, json={"state": state})


async def deregister(nf: NetworkFunction, aic: str) -> None:
    await nf.call("AGW", SERVICE, "DELETE", f"/{SERVICE}/v1/agents/{aic}")


async def discover(nf: NetworkFunction, capability: str) -> list[dict[str, Any]]:
    path = "/nagw-discovery/v1/agents"
    params = {"capability": capability}
    answer = await nf.call("AGW", "nagw-discovery", "GET", path, params=params)
    agents: list[dict[str, Any]] = answer.json()["agents"]
    return agents
