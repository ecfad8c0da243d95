"""An NRF of a make that does not know our NF types."""

from __future__ import annotations

from nfs.testbed import Testbed, TestbedConfig
from ue_sim import attach


async def test_our_nfs_are_registered_and_found_under_other_types() -> None:
    types = {"AGW": "AF", "AMC": "AF", "IAF": "AF", "ERS": "AF"}
    async with Testbed(TestbedConfig(common={"nf_types": types}), sockets=False) as testbed:
        nrf = testbed.nfs["nrf"]
        listed = await nrf.sbi.request(
            "GET",
            f"{nrf.api_root}/nnrf-disc/v1/nf-instances",
            params={"target-nf-type": "AF", "requester-nf-type": "AMF"},
        )
        found = listed.json()["nfInstances"]
        assert {"gatewayId": "agw-1"} in [p.get("customInfo") for p in found]
        assert {p["nfType"] for p in found} == {"AF"}
        async with attach(testbed.n2) as ue:
            said = await ue.say("translate 'where is the station' into German")
            assert said.result_text == "Wo ist der Bahnhof?"
