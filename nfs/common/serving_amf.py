"""The AMF that serves a UE, of all there are: the UDM knows it (TS 29.503 clause 5.3.2.5)."""

from __future__ import annotations

from typing import Any

from nfs.common.nf import NetworkFunction
from nfs.common.sbi.response import SbiResponse


async def serving_amf(nf: NetworkFunction, supi: str) -> str:
    """The AMF's NF instance identifier. Raises SbiProblem, CONTEXT_NOT_FOUND where the UE is not
    registered."""
    registration = f"/nudm-uecm/v1/{supi}/registrations/amf-3gpp-access"
    answer = await nf.call("UDM", "nudm-uecm", "GET", registration)
    return str(answer.json().get("amfInstanceId", ""))


async def call_serving_amf(
    nf: NetworkFunction, supi: str, service: str, method: str, path: str, **request: Any
) -> SbiResponse:
    """Request ``path`` of ``service`` there. Raises SbiProblem, CONTEXT_NOT_FOUND where the UE is
    not registered."""
    amf = await nf.nrf.locate_instance(await serving_amf(nf, supi), service)
    return await nf.sbi.request(method, amf + path, peer="AMF", **request)
