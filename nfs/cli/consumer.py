"""The command line as a consumer of the SBI: an application function that asks and leaves."""

from __future__ import annotations

from typing import Any

from nfs.common.nf import NetworkFunction, NfConfig, Platform

NRF = "http://127.0.0.1:7710"


class Operator(NetworkFunction):
    """Registered with the NRF while the command runs: only then does it get access tokens."""

    nf_type = "OAM"
    registers_as = "AF"

    def __init__(self, nrf: str) -> None:
        super().__init__(NfConfig(port=0, nrf=nrf), Platform(), title="command line")


async def get(url: str, params: dict[str, str] | None = None, *, nrf: str = NRF) -> Any:
    """The JSON answer to a GET with an access token. Raises SbiProblem."""
    operator = Operator(nrf)
    try:
        await operator.start()
        return (await operator.sbi.request("GET", url, params=params)).json()
    finally:
        await operator.stop()
