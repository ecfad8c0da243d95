"""Npcf_AMPolicyControl for tests; its Location is a path only, as Open5GS's NRF writes them."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from nfs.common.nf import NetworkFunction, NfConfig
from nfs.testbed import Testbed


class Pcf(NetworkFunction):
    nf_type = "PCF"
    services = ("npcf-am-policy-control",)

    def __init__(self, testbed: Testbed) -> None:
        config = NfConfig(port=7798, nrf=(testbed.endpoints["nrf"],))
        super().__init__(config, testbed.platform, title="PCF")
        self.policies: dict[str, Any] = {}
        self.made = 0

        @self.app.post("/npcf-am-policy-control/v1/policies", status_code=201)
        async def create(policy: dict[str, Any], response: Response) -> dict[str, Any]:
            self.made += 1
            self.policies[str(self.made)] = policy
            response.headers["location"] = f"/npcf-am-policy-control/v1/policies/{self.made}"
            rates = {"uplink": "10 Mbps", "downlink": "20 Mbps"}
            return {"request": policy, "suppFeat": "4", "ueAmbr": rates}

        @self.app.delete("/npcf-am-policy-control/v1/policies/{key}", status_code=204)
        async def delete(key: str) -> Response:
            del self.policies[key]
            return Response(status_code=204)
