"""Niaf_Intent as an AMF without agent capability uses it (L2)."""

from __future__ import annotations

from typing import Any

from nfs.common.nf import NetworkFunction

SERVICE = "niaf-intent"


async def submit(nf: NetworkFunction, request: dict[str, Any]) -> str:
    """Returns the intent's identifier; results come to the request's notificationUri."""
    answer = await nf.call("IAF", SERVICE, "POST", f"/{SERVICE}/v1/intents", json=request)
    intent_id: str = answer.json()["intentId"]
    return intent_id


async def cancel(nf: NetworkFunction, intent_id: str) -> None:
    await nf.call("IAF", SERVICE, "DELETE", f"/{SERVICE}/v1/intents/{intent_id}")
