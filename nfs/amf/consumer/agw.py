"""Nagw_Registration (ARP) as the AMF uses it on behalf of a UE's agent (L11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nfs.common.models.agw import CmState
from nfs.common.sbi.response import SbiResponse

if TYPE_CHECKING:
    from nfs.amf.app import Amf

SERVICE = "nagw-registration"
KNOWN_ALREADY = 200


async def register(amf: Amf, request: dict[str, Any], *, hidden: bool) -> dict[str, Any]:
    """Returns the Local Bind of the agent; one that the AGW had suspended is reachable again, but
    not for others where it is ``hidden``."""
    answer = await _call(amf, SERVICE, "POST", f"/{SERVICE}/v1/agents", json=request)
    bind: dict[str, Any] = answer.json()
    if answer.status == KNOWN_ALREADY or hidden:
        await set_state(amf, bind["aic"], "REGISTERED", CmState.CONNECTED, hidden=hidden)
    return bind


async def set_state(
    amf: Amf, aic: str, state: str, cm_state: str | None = None, *, hidden: bool
) -> None:
    """REGISTERED or SUSPENDED, CM-IDLE or CM-CONNECTED: discovery follows the UE (L13, L15)."""
    path = f"/{SERVICE}/v1/agents/{aic}/state"
    known = {"cmState": cm_state} if cm_state else {}
    await _call(amf, SERVICE, "PATCH", path, json={"state": state, "hidden": hidden} | known)


async def deregister(amf: Amf, aic: str) -> None:
    await _call(amf, SERVICE, "DELETE", f"/{SERVICE}/v1/agents/{aic}")


async def discover(amf: Amf, capability: str) -> list[dict[str, Any]]:
    path = "/nagw-discovery/v1/agents"
    params = {"capability": capability}
    answer = await _call(amf, "nagw-discovery", "GET", path, params=params)
    agents: list[dict[str, Any]] = answer.json()["agents"]
    return agents


async def _call(amf: Amf, service: str, method: str, path: str, **request: Any) -> SbiResponse:
    """At the gateway that this AMF's subscribers are registered with."""
    gateway = {"gatewayId": amf.config.gateway_id}
    return await amf.call("AGW", service, method, path, custom_info=gateway, **request)
