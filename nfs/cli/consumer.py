"""The command line as a consumer of the SBI: an application function that asks and leaves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar, Self

from nfs.common.nf import NetworkFunction, NfConfig, Platform, TlsConfig

NRF = "http://127.0.0.1:7710"


class Operator(NetworkFunction):
    """Registered with the NRF while the command runs: only then does it get access tokens.

    AGENTNF_TLS names the folder of its certificate (``oam.pem``) where the SBI goes over TLS.
    """

    nf_type = "OAM"
    registers_as: ClassVar[str | None] = "AF"

    def __init__(self, nrf: str) -> None:
        folder = os.environ.get("AGENTNF_TLS")
        tls = TlsConfig(folder=Path(folder)) if folder else None
        super().__init__(NfConfig(port=0, nrf=(nrf,), tls=tls), Platform(), title="command line")

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


class Privileged(Operator):
    """As what it is: the NRF gives tokens for audit trails, and for the intents of subscribers, to
    no other type."""

    registers_as = None


async def get(
    url: str,
    params: dict[str, str] | None = None,
    *,
    nrf: str = NRF,
    privileged: bool = False,
) -> Any:
    """The JSON answer to a GET with an access token. Raises SbiProblem."""
    async with (Privileged if privileged else Operator)(nrf) as operator:
        return (await operator.sbi.request("GET", url, params=params)).json()


async def ask(
    method: str, url: str, *, nrf: str = NRF, json: Any = None, privileged: bool = False
) -> Any:
    """The JSON answer to a request with an access token; None to one without. Raises SbiProblem."""
    async with (Privileged if privileged else Operator)(nrf) as operator:
        answer = await operator.sbi.request(method, url, json=json)
        return answer.json() if answer.content else None


async def at_gateway(
    gateway: str, method: str, path: str, *, nrf: str = NRF, json: Any = None
) -> Any:
    """The JSON answer of a gateway, by its identifier, when the NRF's address of it can be reached
    from here, or by its API root. Raises SbiProblem."""
    if "://" in gateway:
        return await ask(method, gateway + path, nrf=nrf, json=json)
    service = path.lstrip("/").partition("/")[0]
    async with Operator(nrf) as operator:
        named = {"gatewayId": gateway}
        answer = await operator.call("AGW", service, method, path, json=json, custom_info=named)
        return answer.json()
