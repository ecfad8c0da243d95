"""ARP: ontologies and their entities (C7)."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from agent_requests import (
    OCR,
    TRANSLATION,
    AgentKey,
    core_request,
    register,
    text_of,
    ue_request,
)
from arp_core import ArpCore, root
from identity_core import AMC
from jsonschema import Draft202012Validator

from nfs.agw.acs import schema
from nfs.agw.config import AgwConfig
from nfs.common.aic import Aic, verified
from nfs.common.models.amc import ONTOLOGY
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.response import SbiResponse

NORTH = {"area": "north"}


@pytest.fixture
async def core() -> AsyncIterator[ArpCore]:
    async with ArpCore() as core:
        yield core


def ontology_request(**options: Any) -> dict[str, Any]:
    return core_request(instance=ONTOLOGY, endPoint=None, **options)


def entity_request(
    ontology: str, instance: str = "one", template: str = "core.translation", **attributes: Any
) -> dict[str, Any]:
    key = AgentKey()
    return {
        "ontologyAic": ontology,
        "instance": instance,
        "publicKey": base64.b64encode(key.public).decode(),
        "proof": base64.b64encode(key.proof(template, instance)).decode(),
    } | attributes


def end_point(number: int) -> str:
    return f"http://10.0.0.{number}/"


async def test_an_ontology_has_a_code_of_its_own(core: ArpCore) -> None:
    """C7, E4, F8: entity serial 0, no end point."""
    bind = await core.bind(ontology_request())
    assert verified(bind["aic"], AgwConfig().salt).ontology
    assert bind["acs"]["endPoints"] == []
    Draft202012Validator(schema()).validate(bind["acs"])
    assert (await core.bind(ontology_request()))["aic"] == bind["aic"]
    with pytest.raises(SbiProblem, match="400 INVALID_AGENT_DESCRIPTION"):
        await register(core.agw, core_request(instance=ONTOLOGY))
    with pytest.raises(SbiProblem, match="403 POLICY"):
        await register(core.agw, ue_request(instance=ONTOLOGY))


async def test_an_ontology_registers_its_entities(core: ArpCore) -> None:
    """C7, E10: on its credential alone; the entity has a credential of its own."""
    ontology = await core.bind(ontology_request(name="Polyglot", entityMeta=NORTH))
    body = entity_request(
        ontology["aic"], endPoints=[end_point(1), end_point(2)], entityMeta={"tai": "1"}
    )
    answer = await core.ask("POST", "/entities", body, ontology["token"])
    said = answer.json()
    result, bind = said["result"], said["bind"]
    assert (answer.status, said["status"]) == (201, "created")
    assert answer.headers["location"].endswith(f"/agents/{result['entityAic']}")
    assert result["ontologyAic"] == ontology["aic"]
    assert [each["url"] for each in result["endPoints"]] == [end_point(1), end_point(2)]
    assert result["entityMeta"]["ontologyAic"] == ontology["aic"]
    assert (result["entityMeta"]["area"], result["entityMeta"]["tai"]) == ("north", "1")
    code = Aic.parse(result["entityAic"])
    assert (code.prefix, code.ontology) == (Aic.parse(ontology["aic"]).prefix, False)
    assert bind["capabilityIds"] == ontology["capabilityIds"] == [TRANSLATION]
    assert (bind["acs"]["name"], bind["token"] != ontology["token"]) == ("Polyglot", True)
    Draft202012Validator(schema()).validate(bind["acs"])
    again = await core.ask("POST", "/entities", body, ontology["token"])
    assert (again.status, again.json()["result"]["entityAic"]) == (200, result["entityAic"])
    entities = await core.discovered(aicPrefix=Aic.parse(ontology["aic"]).prefix)
    assert set(entities) == {ontology["aic"], result["entityAic"]}


async def entity_refused(core: ArpCore, body: dict[str, Any], token: str | None) -> str:
    before = text_of(core.stored("amc", "identities", "agents", "grants"))
    known = len(core.agw.directory)
    with pytest.raises(SbiProblem) as caught:
        await core.ask("POST", "/entities", body, token)
    assert len(core.agw.directory) == known
    if caught.value.cause != "END_POINT_IN_USE":
        assert text_of(core.stored("amc", "identities", "agents", "grants")) == before
    return f"{caught.value.status} {caught.value.cause}"


async def test_entities_that_are_refused(core: ArpCore) -> None:
    """C7: 400, 401, 403, 404 and 409 as ATR lists them."""
    ontology, ocr = (
        await core.bind(ontology_request()),
        await core.bind(ontology_request(capability=OCR)),
    )
    aic, token = ontology["aic"], ontology["token"]
    used = entity_request(aic, endPoints=[end_point(1)])
    entity = (await core.ask("POST", "/entities", used, token)).json()["bind"]
    new = entity_request(aic, "two")
    never = str(Aic.allocate("1", "CORE", "9", 0, AgwConfig().salt))
    refused = {
        "400 INVALID_AIC": [(new | {"ontologyAic": "1.2.3"}, token)],
        "400 NOT_AN_ONTOLOGY": [(new | {"ontologyAic": entity["aic"]}, token)],
        "400 NOT_AN_ENTITY": [(entity_request(aic, ONTOLOGY), token)],
        "400 INVALID_AGENT_DESCRIPTION": [
            (new | {"endPoints": ["file:///etc/passwd"]}, token),
            (new | {"entityMeta": {"owner": "imsi-999700000000001"}}, token),
            (new | {"publicKey": "no base64"}, token),
        ],
        "400 MANDATORY_IE_INCORRECT": [(new | {"endPoints": [end_point(9)] * 5}, token)],
        "401 CREDENTIAL_INVALID": [(new, None), (new, "x.y.z")],
        "403 CREDENTIAL_MISMATCH": [
            (new, entity["token"]),
            (new, ocr["token"]),
            (new | {"ontologyAic": never}, token),
        ],
        "403 CREDENTIAL_INVALID": [(new | {"proof": used["proof"]}, token)],
        "409 END_POINT_IN_USE": [(new | {"endPoints": [end_point(2), end_point(1)]}, token)],
    }
    for refusal, cases in refused.items():
        for body, credential in cases:
            assert await entity_refused(core, body, credential) == refusal, body


async def test_an_ontology_that_is_not_active_registers_nobody(core: ArpCore) -> None:
    """C7, A3: suspended here, or at the AMC, or not known here."""
    ontology = await core.bind(ontology_request())
    aic, token = ontology["aic"], ontology["token"]
    body = entity_request(aic)
    await core.ask("PATCH", f"{root(aic)}/state", {"state": "SUSPENDED"})
    assert await entity_refused(core, body, token) == "403 ONTOLOGY_NOT_ACTIVE"
    await core.ask("PATCH", f"{root(aic)}/state", {"state": "REGISTERED"})
    identity = f"{AMC}/namc-identity/v1/identities/{aic}"
    await core.agw.sbi.request("PATCH", f"{identity}/state", json={"state": "SUSPENDED"})
    with pytest.raises(SbiProblem, match="403 ONTOLOGY_NOT_ACTIVE"):
        await authorize_entity(core, body, token)
    refused = await entity_refused(core, body, token)
    assert refused in ("403 ONTOLOGY_NOT_ACTIVE", "401 CREDENTIAL_INVALID")
    other = await core.bind(ontology_request(capability=OCR))
    core.agw.directory.remove(other["aic"])
    body = entity_request(other["aic"])
    assert await entity_refused(core, body, other["token"]) == "404 ONTOLOGY_NOT_FOUND"


async def test_a_revoked_credential_of_an_ontology_is_of_no_use(core: ArpCore) -> None:
    """A13: the AMC itself refuses what was issued before a revocation."""
    ontology = await core.bind(ontology_request())
    url = f"{AMC}/namc-credential/v1/revocations"
    await core.agw.sbi.request("POST", url, json={"aic": ontology["aic"], "reason": 1})
    identity = f"{AMC}/namc-identity/v1/identities/{ontology['aic']}"
    await core.agw.sbi.request("PATCH", f"{identity}/state", json={"state": "ACTIVE"})
    with pytest.raises(SbiProblem, match="403 CREDENTIAL_INVALID"):
        await authorize_entity(core, entity_request(ontology["aic"]), ontology["token"])
    again = await core.bind(ontology_request())
    await authorize_entity(core, entity_request(ontology["aic"]), again["token"])


async def test_an_ontology_has_a_quota(core: ArpCore) -> None:
    ontology = await core.bind(ontology_request())
    for number in range(7):
        body = entity_request(ontology["aic"], f"e-{number}")
        await core.ask("POST", "/entities", body, ontology["token"])
    body = entity_request(ontology["aic"], "one too many")
    assert await entity_refused(core, body, ontology["token"]) == "403 QUOTA_EXCEEDED"


async def test_an_ontology_and_its_entities_survive_a_restart(tmp_path: Path) -> None:
    async with ArpCore(tmp_path) as core:
        ontology = await core.bind(ontology_request())
        body = entity_request(ontology["aic"])
        first = (await core.ask("POST", "/entities", body, ontology["token"])).json()
    async with ArpCore(tmp_path) as core:
        again = (await core.ask("POST", "/entities", body, ontology["token"])).json()
        assert again["result"]["entityAic"] == first["result"]["entityAic"]


async def test_the_gateway_alone_makes_no_entities(core: ArpCore) -> None:
    """The AMC checks the ontology's credential itself: an entity's or a made-up one will not do."""
    entity = await core.bind(core_request())
    for token in (entity["token"], "x.y.z"):
        with pytest.raises(SbiProblem, match="403 CREDENTIAL_INVALID"):
            await authorize_entity(core, entity_request(entity["aic"]), token)


async def authorize_entity(core: ArpCore, body: dict[str, Any], token: str) -> SbiResponse:
    """AAAP for an entity, as a gateway asks for it."""
    claim = {"template": "core.translation", "name": "x"} | {
        name: body[name] for name in ("instance", "publicKey", "proof")
    }
    url = f"{AMC}/namc-auth/v1/entity-authorizations"
    request = {"ontologyToken": token, "gatewayId": "agw-1", "agent": claim}
    return await core.agw.sbi.request("POST", url, json=request)
