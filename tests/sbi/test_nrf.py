"""The NRF on its own: Nnrf_NFManagement and Nnrf_NFDiscovery (TS 29.510)."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Response
from hypothesis import given, settings
from hypothesis import strategies as st

from nfs.common.models.nrf import NFProfile
from nfs.common.nf import NetworkFunction, NfConfig, Platform
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import SqliteStore
from nfs.nrf.app import Nrf
from nfs.nrf.config import NrfConfig
from nfs.nrf.repository import Repository
from nfs.nrf.subscriptions import NotificationEvent

ROOT = "http://127.0.0.1:7710"
INSTANCES = f"{ROOT}/nnrf-nfm/v1/nf-instances"
DISCOVERY = f"{ROOT}/nnrf-disc/v1/nf-instances"
SUBSCRIPTIONS = f"{ROOT}/nnrf-nfm/v1/subscriptions"
PATCH = {"content-type": "application/json-patch+json"}


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
async def nrf(platform: Platform) -> AsyncIterator[Nrf]:
    nrf = make_nrf(platform)
    yield nrf
    await nrf.stop()


def make_nrf(platform: Platform) -> Nrf:
    return Nrf(NrfConfig(port=7710), platform)


def profile(nf_type: str = "AUSF", service: str = "nausf-auth", **others: Any) -> dict[str, Any]:
    end_point = {"ipv4Address": "127.0.0.1", "port": 7799}
    return {
        "nfInstanceId": str(uuid.uuid4()),
        "nfType": nf_type,
        "nfStatus": "REGISTERED",
        "ipv4Addresses": ["127.0.0.1"],
        "nfServices": [
            {
                "serviceInstanceId": "1",
                "serviceName": service,
                "versions": [{"apiVersionInUri": "v1", "apiFullVersion": "1.0.0"}],
                "scheme": "http",
                "nfServiceStatus": "REGISTERED",
                "ipEndPoints": [end_point],
            }
        ],
    } | others


async def put(nrf: Nrf, body: dict[str, Any], instance: str | None = None) -> Any:
    url = f"{INSTANCES}/{instance or body['nfInstanceId']}"
    return await nrf.sbi.request("PUT", url, json=body)


async def patch(nrf: Nrf, instance: str, content: bytes) -> Any:
    return await nrf.sbi.request("PATCH", f"{INSTANCES}/{instance}", content=content, headers=PATCH)


async def found(nrf: Nrf, **query: str) -> list[str]:
    params = {"target-nf-type": "AUSF", "requester-nf-type": "AMF"}
    params |= {name.replace("_", "-"): value for name, value in query.items()}
    answer = (await nrf.sbi.request("GET", DISCOVERY, params=params)).json()
    assert answer["validityPeriod"] > 0
    return [p["nfInstanceId"] for p in answer["nfInstances"]]


async def test_a_profile_is_registered_replaced_retrieved_and_deregistered(nrf: Nrf) -> None:
    body = profile(vendorInfo={"kept": True})
    url = f"{INSTANCES}/{body['nfInstanceId']}"
    created = await put(nrf, body)
    assert (created.status, created.headers["location"]) == (201, url)
    assert created.json() == body | {"heartBeatTimer": 10}
    assert (await put(nrf, body)).status == 200
    assert (await nrf.sbi.request("GET", url)).json()["vendorInfo"] == {"kept": True}
    assert (await nrf.sbi.request("DELETE", url)).status == 204
    with pytest.raises(SbiProblem, match="404"):
        await nrf.sbi.request("GET", url)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"nfInstanceId": "not-a-uuid"}, "MANDATORY_IE_INCORRECT"),
        ({"nfType": None}, "MANDATORY_IE_INCORRECT"),
        ({"ipv4Addresses": None}, "MANDATORY_IE_MISSING"),
    ],
)
async def test_an_unusable_profile_is_refused(nrf: Nrf, change: dict[str, Any], cause: str) -> None:
    with pytest.raises(SbiProblem) as refused:
        await put(nrf, profile() | change)
    assert (refused.value.status, refused.value.cause) == (400, cause)


async def test_the_profile_is_of_the_instance_in_the_path(nrf: Nrf) -> None:
    with pytest.raises(SbiProblem, match="MANDATORY_IE_INCORRECT"):
        await put(nrf, profile(), str(uuid.uuid4()))


async def test_json_patch_changes_attributes(nrf: Nrf) -> None:
    body = profile()
    await put(nrf, body)
    operations = [
        {"op": "replace", "path": "/nfStatus", "value": "SUSPENDED"},
        {"op": "replace", "path": "/load", "value": 7},
    ]
    answer = await patch(nrf, body["nfInstanceId"], json.dumps(operations).encode())
    assert answer.status == 204
    kept = (await nrf.sbi.request("GET", f"{INSTANCES}/{body['nfInstanceId']}")).json()
    assert (kept["nfStatus"], kept["load"]) == ("SUSPENDED", 7)
    assert await found(nrf) == []


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"{}",
        b"[1]",
        b'[{"op": "move", "path": "/load"}]',
        b'[{"op": "replace", "path": "/nfServices/9/load", "value": 1}]',
        b'[{"op": "test", "path": "/nfType", "value": "UDM"}]',
        b'[{"op": "replace", "path": 7, "value": 1}]',
        b'[{"op": "replace", "path": "/load", "value": 101}]',
        b'[{"op": "replace", "path": "/nfInstanceId", "value": "x"}]',
    ],
)
async def test_a_bad_patch_is_refused_and_changes_nothing(nrf: Nrf, content: bytes) -> None:
    body = profile()
    await put(nrf, body)
    with pytest.raises(SbiProblem, match="400"):
        await patch(nrf, body["nfInstanceId"], content)
    kept = (await nrf.sbi.request("GET", f"{INSTANCES}/{body['nfInstanceId']}")).json()
    assert kept == body | {"heartBeatTimer": 10}


async def test_a_heartbeat_of_an_unknown_nf_is_answered_404(nrf: Nrf) -> None:
    with pytest.raises(SbiProblem, match="404"):
        await patch(nrf, str(uuid.uuid4()), b"[]")


async def test_the_list_is_hal_with_links(nrf: Nrf) -> None:
    for body in (profile(), profile(), profile("UDM", "nudm-sdm")):
        await put(nrf, body)
    params = {"nf-type": "AUSF", "limit": "1"}
    answer = await nrf.sbi.request("GET", INSTANCES, params=params)
    assert answer.headers["content-type"] == "application/3gppHal+json"
    body = answer.json()
    assert (len(body["_links"]["item"]), body["totalItemCount"]) == (1, 2)
    linked = await nrf.sbi.request("GET", body["_links"]["item"][0]["href"])
    assert linked.json()["nfType"] == "AUSF"


async def test_discovery_filters(nrf: Nrf) -> None:
    open_to_all = profile()
    for_udm = profile(allowedNfTypes=["UDM"])
    for body in (open_to_all, for_udm, profile("UDM", "nudm-sdm")):
        await put(nrf, body)
    only = [open_to_all["nfInstanceId"]]
    assert await found(nrf) == only
    assert await found(nrf, service_names="nother,nausf-auth") == only
    assert await found(nrf, service_names="nother") == []
    assert await found(nrf, target_nf_instance_id=only[0]) == only
    assert await found(nrf, target_nf_instance_id=str(uuid.uuid4())) == []
    assert len(await found(nrf, requester_nf_type="UDM")) == 2
    assert len(await found(nrf, requester_nf_type="UDM", limit="1")) == 1
    assert await found(nrf, dnn="internet", snssais='[{"sst":1}]') == only


async def test_discovery_prefers_the_lower_priority_value(nrf: Nrf) -> None:
    second, first = profile(priority=20), profile(priority=10)
    for body in (second, first):
        await put(nrf, body)
    assert await found(nrf) == [first["nfInstanceId"], second["nfInstanceId"]]


TAI = {"plmnId": {"mcc": "999", "mnc": "70"}, "tac": "000001"}
SMF_INFO = {"sNssaiSmfInfoList": [{"sNssai": {"sst": 1}, "dnnSmfInfoList": [{"dnn": "internet"}]}]}
GUAMI = {"plmnId": {"mcc": "999", "mnc": "70"}, "amfId": "020040"}


@pytest.mark.parametrize(
    ("attributes", "matching", "other"),
    [
        ({"sNssais": [{"sst": 1}]}, {"snssais": [{"sst": 1}]}, {"snssais": [{"sst": 2}]}),
        (
            {"plmnList": [GUAMI["plmnId"]]},
            {"target_plmn_list": [GUAMI["plmnId"]]},
            {"target_plmn_list": [{"mcc": "001", "mnc": "01"}]},
        ),
        (
            {"amfInfo": {"guamiList": [GUAMI]}},
            {"guami": GUAMI},
            {"guami": GUAMI | {"amfId": "020080"}},
        ),
        ({"amfInfo": {"taiList": [TAI]}}, {"tai": TAI}, {"tai": TAI | {"tac": "000002"}}),
        ({"amfInfo": {"amfSetId": "001"}}, {"amf_set_id": "001"}, {"amf_set_id": "002"}),
        ({"amfInfo": {"amfRegionId": "02"}}, {"amf_region_id": "02"}, {"amf_region_id": "03"}),
        (
            {
                "smfInfo": {
                    "sNssaiSmfInfoList": [
                        {"sNssai": {"sst": 1}, "dnnSmfInfoList": [{"dnn": "internet"}]}
                    ]
                }
            },
            {"dnn": "internet"},
            {"dnn": "ims"},
        ),
    ],
)
async def test_discovery_by_what_an_nf_serves(
    nrf: Nrf, attributes: dict[str, Any], matching: dict[str, Any], other: dict[str, Any]
) -> None:
    body = profile(**attributes)
    await put(nrf, body)

    def text(query: dict[str, Any]) -> dict[str, str]:
        return {k: v if isinstance(v, str) else json.dumps(v) for k, v in query.items()}

    assert await found(nrf, **text(matching)) == [body["nfInstanceId"]]
    assert await found(nrf, **text(other)) == []


@pytest.mark.parametrize("bad", ["{", "1", "[1]", '"x"', "[" * 5000])
async def test_an_identifier_that_is_not_json_is_refused(nrf: Nrf, bad: str) -> None:
    with pytest.raises(SbiProblem, match="400 INVALID_QUERY_PARAM"):
        await found(nrf, guami=bad)


async def test_the_preferred_locality_comes_first(nrf: Nrf) -> None:
    far, near = profile(locality="far", priority=1), profile(locality="near", priority=2)
    for body in (far, near):
        await put(nrf, body)
    assert (await found(nrf))[0] == far["nfInstanceId"]
    assert (await found(nrf, preferred_locality="near"))[0] == near["nfInstanceId"]


async def test_a_kept_answer_ends_with_any_change(nrf: Nrf) -> None:
    first = profile()
    await put(nrf, first)
    for _ in range(3):
        assert await found(nrf) == [first["nfInstanceId"]]
    second = profile()
    await put(nrf, second)
    assert set(await found(nrf)) == {first["nfInstanceId"], second["nfInstanceId"]}
    await nrf.sbi.request("DELETE", f"{INSTANCES}/{first['nfInstanceId']}")
    assert await found(nrf) == [second["nfInstanceId"]]


async def test_a_kept_answer_is_not_for_those_without_a_token(nrf: Nrf) -> None:
    await put(nrf, profile())
    await found(nrf)
    params = {"target-nf-type": "AUSF", "requester-nf-type": "AMF"}
    with pytest.raises(SbiProblem, match="401"):
        await nrf.sbi.request("GET", DISCOVERY, params=params, authorize=False)


async def test_entity_tags(nrf: Nrf) -> None:
    body = profile()
    instance = body["nfInstanceId"]
    etag = (await put(nrf, body)).headers["etag"]
    url = f"{INSTANCES}/{instance}"
    assert (await nrf.sbi.request("GET", url)).headers["etag"] == etag
    same = await nrf.sbi.request("GET", url, headers={"if-none-match": etag})
    assert (same.status, same.content) == (304, b"")
    load = [{"op": "add", "path": "/load", "value": 3}]
    changed = await nrf.sbi.request("PATCH", url, json=load, headers=PATCH | {"if-match": etag})
    assert changed.headers["etag"] != etag
    with pytest.raises(SbiProblem, match="412"):
        await nrf.sbi.request("PATCH", url, json=load, headers=PATCH | {"if-match": etag})


@pytest.mark.parametrize("given_name", ["target-nf-type", "requester-nf-type"])
async def test_discovery_names_the_missing_parameter(nrf: Nrf, given_name: str) -> None:
    with pytest.raises(SbiProblem) as refused:
        await nrf.sbi.request("GET", DISCOVERY, params={given_name: "AMF"})
    assert (refused.value.status, refused.value.cause) == (400, "MANDATORY_QUERY_PARAM_MISSING")


_NAMES = st.sampled_from(
    ["target-nf-type", "requester-nf-type", "service-names", "limit", "target-nf-instance-id", "x"]
)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(_NAMES, st.text(max_size=12), max_size=6))
def test_no_discovery_query_fails_the_nrf(query: dict[str, str]) -> None:
    async def ask() -> int:
        try:
            return (await _asked().sbi.request("GET", DISCOVERY, params=query)).status
        except SbiProblem as problem:
            return problem.status

    assert asyncio.run(ask()) in (200, 400)


@cache
def _asked() -> Nrf:
    """One for all queries, none of which changes it."""
    return make_nrf(Platform())


async def test_profiles_survive_a_restart(tmp_path: Path) -> None:
    body = profile()
    nrf = make_nrf(Platform(state=tmp_path))
    await put(nrf, body)
    await nrf.stop()
    again = make_nrf(Platform(state=tmp_path))
    assert await found(again) == [body["nfInstanceId"]]


def test_an_nf_without_heartbeats_is_suspended_then_dropped() -> None:
    now, events = [0.0], list[NotificationEvent]()
    repository = Repository(
        SqliteStore(), 10, lambda event, _: events.append(event), clock=lambda: now[0]
    )
    kept, silent = (NFProfile.model_validate(profile()) for _ in range(2))
    repository.put(kept)
    repository.put(silent)
    now[0] = 25
    repository.put(kept)
    now[0] = 31
    suspended = silent.model_copy(update={"nf_status": "SUSPENDED"})
    assert repository.alive() == [kept, suspended]
    now[0] = 35
    repository.put(silent)
    assert repository.alive() == [kept, silent]
    now[0] = 330
    repository.put(kept)
    now[0] = 340
    assert repository.alive() == [kept]
    event = NotificationEvent
    changed = event.PROFILE_CHANGED
    told = [event.REGISTERED, event.REGISTERED, changed, changed]
    assert events == [*told, event.DEREGISTERED]


class Subscriber(NetworkFunction):
    """Keeps what the NRF notifies it of."""

    nf_type = "AMF"

    def __init__(self, platform: Platform) -> None:
        super().__init__(NfConfig(port=7719), platform, title="subscriber")
        self.told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        app: FastAPI = self.app
        self.own_check.add("/nf-status-notify")

        @app.post("/nf-status-notify", status_code=204)
        async def notified(body: dict[str, Any]) -> Response:
            self.told.put_nowait(body)
            return Response(status_code=204)

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.told.get(), 30)

    async def subscribe(self, **others: Any) -> Any:
        body = {"nfStatusNotificationUri": f"{self.api_root}/nf-status-notify"} | others
        await self.nrf.register(self.profile)
        return await self.sbi.request("POST", SUBSCRIPTIONS, json=body)


async def test_subscribers_are_told_of_registration_change_and_deregistration(
    nrf: Nrf, platform: Platform
) -> None:
    subscriber = Subscriber(platform)
    answer = await subscriber.subscribe(subscrCond={"nfType": "AUSF"})
    assert answer.status == 201
    assert answer.headers["location"] == f"{SUBSCRIPTIONS}/{answer.json()['subscriptionId']}"
    body = profile(allowedNfTypes=["AMF"])
    instance = body["nfInstanceId"]

    await put(nrf, profile("UDM", "nudm-sdm"))
    await put(nrf, body)
    registered = await subscriber.next()
    assert registered["event"] == "NF_REGISTERED"
    assert registered["nfInstanceUri"] == f"{INSTANCES}/{instance}"
    assert registered["nfProfile"]["nfInstanceId"] == instance
    assert "allowedNfTypes" not in registered["nfProfile"]

    await patch(nrf, instance, b'[{"op": "replace", "path": "/nfStatus", "value": "REGISTERED"}]')
    await patch(nrf, instance, b'[{"op": "replace", "path": "/load", "value": 50}]')
    changed = await subscriber.next()
    assert (changed["event"], changed["nfProfile"]["load"]) == ("NF_PROFILE_CHANGED", 50)

    await nrf.sbi.request("DELETE", f"{INSTANCES}/{instance}")
    assert (await subscriber.next())["event"] == "NF_DEREGISTERED"
    assert subscriber.told.empty()


async def test_only_the_events_and_services_asked_for_are_told(
    nrf: Nrf, platform: Platform
) -> None:
    subscriber = Subscriber(platform)
    await subscriber.subscribe(
        subscrCond={"serviceName": "nausf-auth"}, reqNotifEvents=["NF_DEREGISTERED"]
    )
    for body in (profile("UDM", "nudm-sdm"), profile()):
        await put(nrf, body)
        await nrf.sbi.request("DELETE", f"{INSTANCES}/{body['nfInstanceId']}")
    told = await subscriber.next()
    assert (told["event"], told["nfInstanceUri"]) == (
        "NF_DEREGISTERED",
        f"{INSTANCES}/{body['nfInstanceId']}",
    )
    assert subscriber.told.empty()


async def test_an_ended_or_expired_subscription_is_silent(nrf: Nrf, platform: Platform) -> None:
    subscriber = Subscriber(platform)
    ended = await subscriber.subscribe()
    await subscriber.subscribe(validityTime="2020-01-01T00:00:00Z")
    current = await subscriber.subscribe(subscrCond={"nfType": "UDM"})
    assert (await nrf.sbi.request("DELETE", ended.headers["location"])).status == 204
    await put(nrf, profile())
    await put(nrf, profile("UDM", "nudm-sdm"))
    assert (await subscriber.next())["nfProfile"]["nfType"] == "UDM"
    assert subscriber.told.empty()
    assert current.status == 201
    with pytest.raises(SbiProblem, match="404"):
        await nrf.sbi.request("DELETE", ended.headers["location"])


async def test_an_unsupported_condition_is_refused(nrf: Nrf, platform: Platform) -> None:
    with pytest.raises(SbiProblem, match="amfSetId"):
        await Subscriber(platform).subscribe(subscrCond={"amfSetId": "001"})


async def test_a_subscriber_that_is_gone_does_not_disturb_registration(nrf: Nrf) -> None:
    body = {"nfStatusNotificationUri": "http://127.0.0.1:9/nf-status-notify"}
    await nrf.sbi.request("POST", SUBSCRIPTIONS, json=body)
    assert (await put(nrf, profile())).status == 201
