"""NRF and NFs of other makes, as Open5GS 2.7.7 and free5GC register and answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response

from nfs.common.models.nrf import NFProfile
from nfs.common.nf import NetworkFunction, NfConfig, Platform
from nfs.common.sbi.problem import SbiProblem
from nfs.nrf.app import Nrf
from nfs.nrf.config import NrfConfig

DATA = Path(__file__).parents[1] / "data" / "nrf" / "foreign_profiles.json"
PROFILES: dict[str, dict[str, Any]] = json.loads(DATA.read_text())
UDM = PROFILES["open5gs-2.7.7-udm"]
FREE5GC_AMF = PROFILES["free5gc-amf"]
ROOT = "http://127.0.0.1:7710"


class Consumer(NetworkFunction):
    nf_type = "SMF"


@pytest.fixture
async def nrf() -> AsyncIterator[Nrf]:
    nrf = Nrf(NrfConfig(port=7710), Platform())
    yield nrf
    await nrf.stop()


async def register(nrf: Nrf, profile: dict[str, Any]) -> dict[str, Any]:
    url = f"{ROOT}/nnrf-nfm/v1/nf-instances/{profile['nfInstanceId']}"
    body: dict[str, Any] = (await nrf.sbi.request("PUT", url, json=profile)).json()
    return body


@pytest.mark.parametrize(
    ("profile", "service", "root"),
    [
        (UDM, "nudm-sdm", "http://127.0.0.12:7777"),
        (FREE5GC_AMF, "namf-comm", "http://127.0.0.18:8000"),
    ],
)
async def test_it_registers_and_is_discovered_with_an_array_of_services(
    nrf: Nrf, profile: dict[str, Any], service: str, root: str
) -> None:
    kept = await register(nrf, profile)
    assert kept == profile | {"heartBeatTimer": 10}
    params = {"target-nf-type": profile["nfType"], "requester-nf-type": "SMF"}
    params["service-names"] = service
    url = f"{ROOT}/nnrf-disc/v1/nf-instances"
    answer = await nrf.sbi.request("GET", url, params=params)
    (found,) = answer.json()["nfInstances"]
    assert service in [s["serviceName"] for s in found["nfServices"]]
    assert "nfServiceList" not in found
    assert NFProfile.model_validate(found).api_root(service) == root


@pytest.mark.parametrize(
    ("changed", "root"),
    [
        ({"ipEndPoints": None}, "http://127.0.0.18:80"),
        ({"ipEndPoints": [{"port": 8000}]}, "http://127.0.0.18:8000"),
        ({"ipEndPoints": [{"port": 8000}], "apiPrefix": "lab/a"}, "http://127.0.0.18:8000/lab/a"),
        ({"apiPrefix": "https://amf.lab:8443/"}, "https://amf.lab:8443"),
    ],
)
def test_where_a_service_is(changed: dict[str, Any], root: str) -> None:
    service = FREE5GC_AMF["nfServices"][0] | {"apiPrefix": None} | changed
    profile = NFProfile.model_validate(FREE5GC_AMF | {"nfServices": [service]})
    assert profile.api_root("namf-comm") == root


def test_the_api_root_where_free5gcs_nfs_look_for_it() -> None:
    class Amf(NetworkFunction):
        nf_type = "AMF"
        services = ("namf-comm",)

    config = NfConfig(host="10.100.200.30", port=8000, root_in_api_prefix=True)
    profile = Amf(config, Platform(), title="AMF").profile
    assert profile.to_json()["nfServices"][0]["apiPrefix"] == "http://10.100.200.30:8000"
    assert profile.api_root("namf-comm") == "http://10.100.200.30:8000"


def test_an_nf_with_ipv6_only() -> None:
    body = FREE5GC_AMF | {"ipv4Addresses": None, "ipv6Addresses": ["fd00::18"]}
    service = body["nfServices"][0] | {"apiPrefix": None, "ipEndPoints": [{"port": 8000}]}
    profile = NFProfile.model_validate(body | {"nfServices": [service]})
    assert profile.api_root("namf-comm") == "http://[fd00::18]:8000"


async def test_an_nf_that_sends_no_heartbeats_stays_where_none_are_expected() -> None:
    now = 0.0
    nrf = Nrf(NrfConfig(port=7710, heartbeats=False), Platform())
    nrf.repository._clock = lambda: now
    await register(nrf, FREE5GC_AMF)
    now = 1e9
    assert [p.nf_type for p in nrf.repository.alive()] == ["AMF"]
    await nrf.stop()


async def test_a_subscription_is_prolonged(nrf: Nrf) -> None:
    """As Open5GS's NFs do it before their day is over."""
    url = f"{ROOT}/nnrf-nfm/v1/subscriptions"
    soon = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    wanted = {"nfStatusNotificationUri": "http://127.0.0.5:7777/n", "validityTime": soon}
    made = (await nrf.sbi.request("POST", url, json=wanted)).json()
    one = f"{url}/{made['subscriptionId']}"
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    patch = [{"op": "replace", "path": "/validityTime", "value": later}]
    headers = {"content-type": "application/json-patch+json"}
    answer = await nrf.sbi.request(
        "PATCH", one, content=json.dumps(patch).encode(), headers=headers
    )
    until = datetime.fromisoformat(answer.json()["validityTime"])
    assert until > datetime.fromisoformat(soon)
    for wrong in ([], [patch[0] | {"path": "/subscrCond"}], [patch[0] | {"value": "never"}]):
        with pytest.raises(SbiProblem, match="400"):
            await nrf.sbi.request("PATCH", one, content=json.dumps(wrong).encode(), headers=headers)
    with pytest.raises(SbiProblem, match="404"):
        await nrf.sbi.request(
            "PATCH", f"{url}/other", content=json.dumps(patch).encode(), headers=headers
        )


def open5gs_nrf(profiles: list[Any]) -> FastAPI:
    """What Open5GS's NRF answers: of a registration what changed, of profiles no customInfo."""
    app = FastAPI()

    @app.put("/nnrf-nfm/v1/nf-instances/{instance}", status_code=201)
    async def put(instance: str, request: Request, response: Response) -> dict[str, Any]:
        response.headers["location"] = f"/nnrf-nfm/v1/nf-instances/{instance}"
        kept = ("nfInstanceId", "nfType", "nfStatus")
        body = await request.json()
        return {k: body[k] for k in kept} | {"heartBeatTimer": 7, "nfProfileChangesInd": True}

    @app.get("/nnrf-disc/v1/nf-instances")
    async def discover() -> dict[str, Any]:
        return {"validityPeriod": 30, "nfInstances": profiles}

    return app


async def test_our_nf_at_an_nrf_that_keeps_no_custom_info() -> None:
    unreadable = FREE5GC_AMF | {"nfServices": [{"serviceName": "namf-comm"}]}
    platform = Platform()
    platform.local["127.0.0.10:7777"] = open5gs_nrf([unreadable, FREE5GC_AMF])
    config = NfConfig(port=7799, nrf=("http://127.0.0.10:7777",), oauth2=False)
    consumer = Consumer(config, platform, title="SMF")
    await consumer.start()
    assert consumer.nrf._heartbeat == 7
    found = await consumer.nrf.candidates("AMF", "namf-comm", {"gatewayId": "agw-1"})
    assert found == ["http://127.0.0.18:8000"]
    await consumer.stop()


async def test_one_that_says_who_it_is_goes_before_those_that_do_not() -> None:
    other, named = (
        FREE5GC_AMF | {"nfServices": [FREE5GC_AMF["nfServices"][0] | {"apiPrefix": root}]}
        for root in ("http://other", "http://named")
    )
    named["customInfo"] = {"gatewayId": "agw-2"}
    platform = Platform()
    platform.local["127.0.0.10:7777"] = open5gs_nrf([other, named])
    config = NfConfig(port=7799, nrf=("http://127.0.0.10:7777",), oauth2=False)
    consumer = Consumer(config, platform, title="SMF")
    wanted = {"gatewayId": "agw-2"}
    assert await consumer.nrf.candidates("AMF", "namf-comm", wanted) == ["http://named"]
    assert await consumer.nrf.candidates("AMF", "namf-comm", {"gatewayId": "agw-1"}) == [
        "http://other"
    ]
    await consumer.stop()
