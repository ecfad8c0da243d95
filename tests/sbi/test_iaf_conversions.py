"""Niaf_Analysis: conversions of intents, asked of a real IAF by another NF."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
from agent_testbed import nrf

from nfs.common.nf import NetworkFunction, NfConfig, Platform
from nfs.common.sbi.problem import SbiProblem
from nfs.iaf.app import Iaf
from nfs.iaf.config import IafConfig

ROOT = "/niaf-analysis/v1"
WISH = {
    "kind": "location.geofence",
    "slots": {"target": "+123456789", "area": "geo:50.7,7.1;u=2000", "trigger": "ENTER"},
}


class Amf(NetworkFunction):
    """Whoever may ask an IAF."""

    nf_type = "AMF"
    services = ("namf-comm",)


@pytest.fixture
async def amf() -> AsyncIterator[Amf]:
    platform = Platform()
    amf = Amf(NfConfig(port=7713), platform, title="AMF")
    nfs = [nrf(platform), Iaf(IafConfig(), platform), amf]
    for nf in nfs:
        await NetworkFunction.start(nf)  # an IAF's agent is not needed for this
    yield amf
    for nf in reversed(nfs):
        await NetworkFunction.stop(nf)


async def convert(amf: Amf, document: Any, **body: Any) -> Any:
    body = {"document": document} | body
    return (await amf.call("IAF", "niaf-analysis", "POST", f"{ROOT}/conversions", json=body)).json()


async def refused(amf: Amf, document: Any, **body: Any) -> tuple[str, str]:
    with pytest.raises(SbiProblem) as problem:
        await convert(amf, document, **body)
    assert problem.value.status == 400
    return problem.value.cause, str(problem.value.detail).partition(":")[0]


async def test_through_all_formats_and_back(amf: Amf) -> None:
    document, kept = WISH, {"sink": "https://example.com/s"}
    formats = ["operator", "camara", "ts28312", "tmf921", "camara", "operator"]
    for source, target in pairwise(formats):
        answer = await convert(amf, document, sourceFormat=source, targetFormat=target, kept=kept)
        document, kept = answer["document"], answer["kept"]
    assert (document["kind"], document["slots"]) == (WISH["kind"], WISH["slots"])
    assert kept == {"sink": "https://example.com/s"}


@pytest.mark.parametrize(
    ("document", "target", "cause", "param"),
    [
        (WISH | {"priority": 5}, "camara", "INTENT_NOT_EXPRESSIBLE", "/priority"),
        (WISH, "camara", "MANDATORY_IE_INCORRECT", "/kept/sink"),
        ({"kind": "location.geofence"}, "tmf921", "MANDATORY_IE_INCORRECT", "/slots"),
        ({"kind": "qos.assure", "colour": 1}, "ts28312", "MANDATORY_IE_INCORRECT", "/colour"),
    ],
)
async def test_a_refusal_is_a_problem_that_names_the_place(
    amf: Amf, document: Any, target: str, cause: str, param: str
) -> None:
    assert await refused(amf, document, targetFormat=target) == (cause, param)


async def test_what_is_foreign_is_told(amf: Amf) -> None:
    there = (await convert(amf, WISH, targetFormat="ts28312"))["document"]
    there["intentPreemptionCapability"] = "TRUE"
    assert await refused(amf, there, sourceFormat="ts28312") == (
        "CONTENT_NOT_OF_THE_PROFILE",
        "/intentPreemptionCapability",
    )


@pytest.mark.parametrize("body", [{"document": []}, {"targetFormat": "word"}, {"document": 3}])
async def test_bad_requests(amf: Amf, body: Any) -> None:
    request = {"document": WISH} | body
    with pytest.raises(SbiProblem) as problem:
        await amf.call("IAF", "niaf-analysis", "POST", f"{ROOT}/conversions", json=request)
    assert problem.value.status == 400


@pytest.mark.parametrize("source", ["operator", "camara", "ts28312", "tmf921"])
async def test_a_document_of_any_depth_is_refused(amf: Amf, source: str) -> None:
    deep: Any = {}
    for _ in range(300):
        deep = {"x": [deep]}
    area = {"areaType": "CIRCLE", "center": {"latitude": 1, "longitude": 1}, "radius": 1, "x": deep}
    for document in ({"area": area}, {"id": deep}, deep, {"qosProfile": deep, "sink": deep}):
        await refused(amf, document, sourceFormat=source)


async def test_a_reader_of_an_older_version_gets_what_it_knows(amf: Amf) -> None:
    answer = await convert(amf, WISH | {"priority": 5}, targetVersions=["2.0", "1.0"])
    assert answer["document"]["version"] == "1.0"
    assert "priority" not in answer["document"]
    assert answer["kept"] == {"priority": 5}
    found = await refused(amf, WISH, targetVersions=["2.0"])
    assert found == ("MANDATORY_IE_INCORRECT", "/targetVersions")


async def test_the_profile_is_served(amf: Amf) -> None:
    told = (await amf.call("IAF", "niaf-analysis", "GET", f"{ROOT}/profile")).json()
    assert told["name"] == "agentnf-operator-intent"
    assert told["kinds"]["location.geofence"]["needs"] == [["target"], ["area"]]
    assert told["slots"]["speed"]["unit"] == "km/h"


async def test_what_only_a_newer_version_has_is_not_lost_in_a_conversion(amf: Amf) -> None:
    newer = WISH | {"version": "1.9", "mood": "calm"}
    found = await refused(amf, newer, targetFormat="tmf921")
    assert found == ("CONTENT_NOT_OF_THE_PROFILE", "/mood")
    assert await refused(amf, WISH | {"version": "2.0"}) == ("MANDATORY_IE_INCORRECT", "/version")
