"""The AMF with NFs that answer as Open5GS's and free5GC's do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from foreign_pcf import Pcf

from nfs.amf.app import Amf
from nfs.amf.config import AgentData
from nfs.amf.consumer import ausf, smf, udm
from nfs.amf.ue.context import SmContext
from nfs.common.identities import Snssai
from nfs.common.nf import NetworkFunction, NfConfig, Platform
from nfs.common.sbi import multipart
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.response import SbiResponse
from nfs.testbed import Testbed
from ue_sim import attach

SUPI = "imsi-999700000000001"
REJECT = bytes.fromhex("2e0101c31b")
RELEASE = bytes.fromhex("2e0101d324")


@pytest.fixture
async def testbed() -> AsyncIterator[Testbed]:
    async with Testbed(sockets=False) as testbed:
        yield testbed


async def test_what_a_registration_makes_elsewhere_ends_with_it(testbed: Testbed) -> None:
    pcf = Pcf(testbed)
    await pcf.start()
    amf = testbed.nfs["amf"]
    assert isinstance(amf, Amf)
    async with attach(testbed.n2):
        context = amf.registry.context(SUPI)
        assert context is not None
        assert sorted(context.resources) == ["AUSF", "PCF", "UDM"]
        policy = pcf.policies["1"]
        assert policy["supi"] == SUPI
        assert policy["notificationUri"].startswith(amf.api_root)
        assert policy["allowedSnssais"] == [{"sst": 1}]
        assert policy["ueAmbr"] == {"uplink": "1 Gbps", "downlink": "1 Gbps"}
        assert context.subscription is not None
        assert context.subscription.ambr_uplink_bps == 10_000_000
        uri = f"{policy['notificationUri']}/update"
        rates = {"uplink": "1500 Kbps", "downlink": "1 bps"}
        await amf.notify(uri, {"resourceUri": "x", "ueAmbr": rates})
        assert context.subscription.ambr_uplink_bps == 1_500_000
        with pytest.raises(SbiProblem, match="400"):
            await amf.notify(uri, {"resourceUri": "x", "ueAmbr": {"uplink": "fast"}})
        await amf.notify(
            f"{amf.api_root}/namf-callback/v1/{SUPI}/sdmsubscription-notify", {"notifyItems": []}
        )
    assert pcf.policies == {}
    assert context.resources == {}
    kept = testbed.nfs["udm"].store.scan("sdm-subscriptions")  # type: ignore[attr-defined]
    assert list(kept) == []
    await pcf.stop()


async def test_the_pcf_ends_the_association(testbed: Testbed) -> None:
    pcf = Pcf(testbed)
    await pcf.start()
    amf = testbed.nfs["amf"]
    async with attach(testbed.n2):
        uri = pcf.policies["1"]["notificationUri"]
        await amf.notify(f"{uri}/terminate", {"resourceUri": "x", "cause": "UNSPECIFIED"})
        async with asyncio.timeout(30):
            while pcf.policies:
                await asyncio.sleep(0)
    with pytest.raises(SbiProblem, match="404"):
        await amf.notify(uri.replace(SUPI, "imsi-1") + "/terminate", {"resourceUri": "x"})
    await pcf.stop()


class Consumer(NetworkFunction):
    nf_type = "SMF"


class Smf(NetworkFunction):
    """Nsmf_PDUSession of a make that answers in the response itself, as Open5GS's does."""

    nf_type = "SMF"
    services = ("nsmf-pdusession",)

    def __init__(self) -> None:
        super().__init__(NfConfig(port=7797, oauth2=False), Platform(), title="SMF")
        self.answer: Response = Response(status_code=204)

        @self.app.post("/nsmf-pdusession/v1/sm-contexts/1/modify")
        async def modify(_request: Request) -> Response:
            return self.answer


def multipart_answer(status: int, body: dict[str, Any], *parts: multipart.Part) -> Response:
    content_type, content = multipart.build(body, list(parts))
    return Response(content, status, media_type=content_type)


@pytest.fixture
def producer() -> Smf:
    return Smf()


@pytest.fixture
def session() -> SmContext:
    location = "http://127.0.0.1:7797/nsmf-pdusession/v1/sm-contexts/1"
    return SmContext(1, location, Snssai(1), "internet")


async def test_an_update_is_answered_with_messages_for_ue_and_gnb(
    producer: Smf, session: SmContext
) -> None:
    parts = (
        multipart.Part("5gnas-sm", multipart.NAS, RELEASE),
        multipart.Part("ngap-sm", multipart.NGAP, b"\x10"),
    )
    body = {
        "n1SmMsg": {"contentId": "5gnas-sm"},
        "n2SmInfo": {"contentId": "ngap-sm"},
        "n2SmInfoType": "PDU_RES_REL_CMD",
    }
    producer.answer = multipart_answer(200, body, *parts)
    answer = await smf.update_n1(producer, session, b"\x2e")
    assert answer == smf.SmAnswer(RELEASE, b"\x10", "PDU_RES_REL_CMD")
    producer.answer = Response(status_code=204)
    assert await smf.update_n1(producer, session, b"\x2e") == smf.SmAnswer()
    producer.answer = JSONResponse({"upCnxState": "DEACTIVATED"})
    assert await smf.update_n1(producer, session, b"\x2e") == smf.SmAnswer()


@pytest.mark.parametrize(
    "answer",
    [
        multipart_answer(200, {"n1SmMsg": {"contentId": "5gnas-sm"}}),
        multipart_answer(200, {"n1SmMsg": 7}),
        Response(b"--x", 200, media_type='multipart/related; boundary="x"'),
        Response(b"[]", 200, media_type="application/json"),
        Response(b"{", 200, media_type="application/json"),
    ],
)
async def test_an_answer_that_cannot_be_read_is_the_smfs_fault(
    producer: Smf, session: SmContext, answer: Response
) -> None:
    producer.answer = answer
    with pytest.raises(SbiProblem, match="502"):
        await smf.update_n1(producer, session, b"\x2e")


async def test_a_refusal_says_why_and_has_a_message_for_the_ue(
    producer: Smf, session: SmContext
) -> None:
    error = {"status": 403, "cause": "N1_SM_ERROR", "title": "No UPF"}
    body = {"error": error, "n1SmMsg": {"contentId": "5gnas-sm"}}
    part = multipart.Part("5gnas-sm", multipart.NAS, REJECT)
    producer.answer = multipart_answer(403, body, part)
    with pytest.raises(SbiProblem) as refused:
        await smf.update_n1(producer, session, b"\x2e")
    assert (refused.value.status, refused.value.cause) == (403, "N1_SM_ERROR")
    assert refused.value.detail == "No UPF"
    assert smf.refused(refused.value).n1_sm == REJECT
    producer.answer = JSONResponse({"title": "Not found"}, 404)
    with pytest.raises(SbiProblem) as refused:
        await smf.update_n1(producer, session, b"\x2e")
    assert smf.refused(refused.value) == smf.SmAnswer()


async def test_requests_go_through_the_scp_but_those_to_the_nrf(session: SmContext) -> None:
    platform = Platform()
    seen: list[tuple[str, str]] = []
    scp = FastAPI()

    @scp.post("/{path:path}", status_code=204)
    async def forward(path: str, request: Request) -> Response:
        seen.append((f"{request.headers['3gpp-sbi-target-apiroot']}/{path}", request.url.query))
        assert request.headers["user-agent"] == "AF-SMF"
        return Response(status_code=204)

    nrf = FastAPI()

    @nrf.get("/nnrf-disc/v1/nf-instances")
    async def discover(request: Request) -> dict[str, Any]:
        assert "3gpp-sbi-target-apiroot" not in request.headers
        return {"validityPeriod": 30, "nfInstances": []}

    platform.local |= {"127.0.0.200:7777": scp, "127.0.0.10:7777": nrf}
    config = NfConfig(
        port=7796,
        nrf=("http://127.0.0.10:7777",),
        scp="http://127.0.0.200:7777",
        nf_types={"SMF": "AF"},
        oauth2=False,
    )
    consumer = Consumer(config, platform, title="SMF")
    await consumer.sbi.request("POST", f"{session.location}/modify", params={"a": "b"})
    assert seen == [(f"{session.location}/modify", "a=b")]
    assert not await consumer.nrf.offers("PCF", "npcf-am-policy-control")


VECTOR = {"rand": "00" * 16, "autn": "11" * 16, "hxresStar": "22" * 16}
LINK = {"href": "http://127.0.0.9:8000/nausf-auth/v1/ue-authentications/1/5g-aka-confirmation"}


class Ausf(NetworkFunction):
    nf_type = "AMF"

    def __init__(self, answer: Any) -> None:
        super().__init__(NfConfig(port=0, oauth2=False), Platform(), title="AMF")
        self._answer = answer

    async def call(self, *_args: Any, **_request: Any) -> SbiResponse:
        return SbiResponse(201, {}, json.dumps(self._answer).encode())


@pytest.mark.parametrize("link", [LINK, [LINK]])
async def test_a_challenge_of_open5gs_and_free5gc(link: Any) -> None:
    answer = {"authType": "5G_AKA", "5gAuthData": VECTOR, "_links": {"5g-aka": link}}
    challenge = await ausf.authenticate(Ausf(answer), "suci-0-208-93-0-0-0-1", "5G:x", None)
    assert isinstance(challenge, ausf.Challenge)
    assert challenge.confirmation == LINK["href"]


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"authType": "5G_AKA", "5gAuthData": VECTOR, "_links": {"5g-aka": []}},
        {"authType": "5G_AKA", "5gAuthData": VECTOR | {"rand": "xyz"}, "_links": {"5g-aka": LINK}},
        {"authType": "EAP_AKA_PRIME", "5gAuthData": 7, "_links": {"eap-session": LINK}},
    ],
)
async def test_a_challenge_that_cannot_be_read(answer: Any) -> None:
    with pytest.raises(SbiProblem, match="502"):
        await ausf.authenticate(Ausf(answer), "suci-0-208-93-0-0-0-1", "5G:x", None)


def test_subscription_data_of_open5gs_and_free5gc() -> None:
    rate = "1000000 Kbps"
    access = {
        "gpsis": ["msisdn-0000000001"],
        "subscribedUeAmbr": {"uplink": rate, "downlink": rate},
        "nssai": {
            "defaultSingleNssais": [{"sst": 1}],
            "singleNssais": [{"sst": 1, "sd": "01ABCD"}],
        },
    }
    dnn = {"dnnInfos": [{"dnn": "internet", "defaultDnnIndicator": True}]}
    selection = {"subscribedSnssaiInfos": {"1": dnn, "0101abcd": dnn, "2-00000A": dnn}}
    read = udm._read(access, selection, AgentData(scope=("x",)))
    assert read.nssai == (Snssai(1), Snssai(1, "01abcd"))
    assert set(read.dnns) == {Snssai(1), Snssai(1, "01abcd"), Snssai(2, "00000a")}
    assert (read.ambr_downlink_bps, read.agents_allowed) == (10**9, True)


@pytest.mark.parametrize(
    "access",
    [
        {"nssai": {"defaultSingleNssais": [{"sst": "one"}]}},
        {"nssai": {"defaultSingleNssais": [{}]}},
        {"nssai": [1]},
        {"subscribedUeAmbr": {"uplink": "fast", "downlink": "fast"}},
    ],
)
def test_subscription_data_that_cannot_be_read(access: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        udm._read(access, {}, AgentData())
