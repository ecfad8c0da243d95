"""ARP beyond one registration: batch, update, renewal, migration, entities (C6 to C10)."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest
from agent_requests import (
    AGENTS,
    OCR,
    TRANSLATION,
    AgentKey,
    core_request,
    register,
    text_of,
    ue_request,
)
from identity_core import AGW, AMC, IdentityCore
from jsonschema import Draft202012Validator

from nfs.agw import migration
from nfs.agw.acs import schema
from nfs.agw.app import Agw
from nfs.agw.config import AgwConfig
from nfs.common.aic import Aic, verified
from nfs.common.models.amc import ONTOLOGY
from nfs.common.sbi.client import SbiResponse
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.server import MAX_BODY

NORTH = {"area": "north"}


class Core(IdentityCore):
    async def ask(
        self, method: str, path: str, body: Any = None, token: str | None = None, root: str = AGW
    ) -> SbiResponse:
        headers = {} if token is None else {"Agent-Credential": token}
        url = f"{root}/nagw-registration/v1{path}"
        return await self.agw.sbi.request(method, url, json=body, headers=headers)

    async def bind(self, body: dict[str, Any]) -> dict[str, Any]:
        bind: dict[str, Any] = (await register(self.agw, body)).json()
        return bind

    async def discovered(self, **params: str) -> list[str]:
        url = f"{AGW}/nagw-discovery/v1/agents"
        found = (await self.agw.sbi.request("GET", url, params=params)).json()
        return [agent["aic"] for agent in found["agents"]]

    async def identity(self, aic: str) -> dict[str, Any]:
        url = f"{AMC}/namc-identity/v1/identities/{aic}"
        known: dict[str, Any] = (await self.agw.sbi.request("GET", url)).json()
        return known


@pytest.fixture
async def core() -> AsyncIterator[Core]:
    async with Core() as core:
        yield core


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.02)


def root(aic: str) -> str:
    return f"/agents/{aic}"


# Several agents in one exchange


async def test_several_agents_are_bound_in_one_exchange(core: Core) -> None:
    """C6: each with an outcome of its own, in the order of the request."""
    bodies = [
        core_request(),
        core_request(OCR, account="core.translation"),
        core_request(OCR) | {"endPoint": "file:///etc/passwd"},
        ue_request(),
    ]
    answer = (await core.ask("POST", "/agents/batch", {"agents": bodies})).json()
    outcomes = answer["outcomes"]
    assert [outcome["status"] for outcome in outcomes] == [201, 403, 400, 201]
    causes = [outcome["problem"]["cause"] for outcome in outcomes[1:3]]
    assert causes == ["POLICY", "INVALID_AGENT_DESCRIPTION"]
    assert outcomes[0]["bind"]["capabilityIds"] == [TRANSLATION]
    codes = {outcomes[n]["bind"]["aic"] for n in (0, 3)}
    assert {agent.aic for agent in core.agw.directory} == codes
    again = (await core.ask("POST", "/agents/batch", {"agents": bodies[:1]})).json()
    assert again["outcomes"][0]["status"] == 200


async def test_one_agent_twice_in_a_batch_has_one_code(core: Core) -> None:
    answer = (await core.ask("POST", "/agents/batch", {"agents": [core_request()] * 5})).json()
    assert len({outcome["bind"]["aic"] for outcome in answer["outcomes"]}) == 1
    assert sorted(outcome["status"] for outcome in answer["outcomes"]) == [200] * 4 + [201]


@pytest.mark.parametrize("agents", [[], [{}], [core_request()] * 33, "all"])
async def test_a_batch_is_bounded(core: Core, agents: Any) -> None:
    with pytest.raises(SbiProblem) as caught:
        await core.ask("POST", "/agents/batch", {"agents": agents})
    assert (caught.value.status, caught.value.cause.rpartition("_")[0]) == (400, "MANDATORY_IE")
    assert len(core.agw.directory) == 0


# Update


async def test_an_agent_says_something_else_of_itself(core: Core) -> None:
    """C10: the ACS follows, and so does discovery; what is not in the patch stays."""
    bind = await core.bind(core_request(entityMeta=NORTH))
    change = {"description": "Translates menus.", "endPoint": "http://10.0.0.1/x"}
    record = (await core.ask("PATCH", root(bind["aic"]), change, bind["token"])).json()
    acs = record["acs"]
    Draft202012Validator(schema()).validate(acs)
    assert (acs["name"], acs["description"]) == ("An agent", "Translates menus.")
    assert [end_point["url"] for end_point in acs["endPoints"]] == ["http://10.0.0.1/x"]
    assert acs["entityMeta"] == bind["acs"]["entityMeta"]
    assert acs["lastModifiedTime"] > bind["acs"]["lastModifiedTime"]
    assert (await core.ask("GET", root(bind["aic"]))).json() == record
    known = core.agw.directory.get(bind["aic"])
    assert known is not None
    assert known.end_point == "http://10.0.0.1/x"


async def test_what_is_null_is_removed(core: Core) -> None:
    """RFC 7396."""
    bind = await core.bind(core_request(entityMeta=NORTH))
    change = {"description": None, "endPoint": None, "entityMeta": None, "capabilities": []}
    record = (await core.ask("PATCH", root(bind["aic"]), change, bind["token"])).json()
    assert record["capabilityIds"] == record["acs"]["endPoints"] == record["acs"]["skills"] == []
    assert record["acs"]["entityMeta"] == {"capabilityIds": [], "gatewayId": "agw-1"}
    assert record["acs"]["description"].startswith("The agent's provider has not said")
    assert await core.discovered(capability=TRANSLATION) == []
    again = {"capabilities": ["translate"]}
    record = (await core.ask("PATCH", root(bind["aic"]), again, bind["token"])).json()
    assert record["capabilityIds"] == [TRANSLATION]
    assert await core.discovered(capability=TRANSLATION) == [bind["aic"]]


async def test_an_update_stays_within_the_grant(core: Core) -> None:
    """C10, D3: an agent that may use a capability may not therefore offer it."""
    bind = await core.bind(ue_request(scope=[TRANSLATION, OCR]))
    for capability in (TRANSLATION, OCR, "/capability/location"):
        change = {"capabilities": [capability]}
        with pytest.raises(SbiProblem, match="403 SCOPE_NOT_ALLOWED"):
            await core.ask("PATCH", root(bind["aic"]), change, bind["token"])
    assert (await core.ask("GET", root(bind["aic"]))).json()["acs"] == bind["acs"]


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"capabilities": ["/capability/world-domination"]}, "INVALID_AGENT_DESCRIPTION"),
        ({"endPoint": "file:///etc/passwd"}, "INVALID_AGENT_DESCRIPTION"),
        ({"name": "a\x00b"}, "INVALID_AGENT_DESCRIPTION"),
        ({"description": "imsi-999700000000001"}, "INVALID_AGENT_DESCRIPTION"),
        ({"entityMeta": {"big": "x" * 5000}}, "INVALID_AGENT_DESCRIPTION"),
        ({"name": None}, "MANDATORY_IE_INCORRECT"),
        ({"name": ""}, "MANDATORY_IE_INCORRECT"),
        ({"capabilities": None}, "MANDATORY_IE_INCORRECT"),
        ({"description": "x" * 2049}, "MANDATORY_IE_INCORRECT"),
    ],
)
async def test_a_bad_update_changes_nothing(core: Core, change: dict[str, Any], cause: str) -> None:
    bind = await core.bind(core_request())
    with pytest.raises(SbiProblem) as caught:
        await core.ask("PATCH", root(bind["aic"]), change, bind["token"])
    assert (caught.value.status, caught.value.cause) == (400, cause)
    assert (await core.ask("GET", root(bind["aic"]))).json()["acs"] == bind["acs"]


async def test_only_the_agent_itself_updates(core: Core) -> None:
    """D7: no other agent, and no NF on its own word, points an agent somewhere else."""
    bind, other = await core.bind(core_request()), await core.bind(core_request(OCR))
    change = {"endPoint": "http://attacker.example/"}
    for token, refusal in (
        (None, "401 CREDENTIAL_INVALID"),
        ("x.y.z", "401 CREDENTIAL_INVALID"),
        (other["token"], "403 NOT_THE_AGENT"),
    ):
        with pytest.raises(SbiProblem, match=refusal):
            await core.ask("PATCH", root(bind["aic"]), change, token)
    for aic, refusal in (("x", "400 INVALID_AIC"), (unknown(), "404 AGENT_NOT_FOUND")):
        with pytest.raises(SbiProblem, match=refusal):
            await core.ask("PATCH", root(aic), change, bind["token"])
    huge = {"description": "x" * MAX_BODY}
    with pytest.raises(SbiProblem, match="413 INVALID_MSG_FORMAT"):
        await core.ask("PATCH", root(bind["aic"]), huge, bind["token"])
    assert (await core.ask("GET", root(bind["aic"]))).json()["acs"] == bind["acs"]


def unknown() -> str:
    return str(Aic.allocate("1", "CORE", "4", 99, AgwConfig().salt))


# Renewal


def renewal(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in ("instance", "publicKey", "proof", "registrant")}


async def test_a_renewal_gives_a_new_credential_only(core: Core) -> None:
    """C9: for a new key too; what the agent said of itself stays."""
    bind = await core.bind(core_request(entityMeta=NORTH, name="Polyglot"))
    proofs = renewal(core_request(agent=AgentKey()))
    renewed = (await core.ask("POST", f"{root(bind['aic'])}/renewal", proofs)).json()
    assert renewed["token"] != bind["token"]
    assert renewed["certificate"] != bind["certificate"]
    same = ("aic", "capabilityIds", "scope", "gatewayId")
    assert {n: renewed[n] for n in same} == {n: bind[n] for n in same}
    without_time = {"lastModifiedTime": None}
    assert renewed["acs"] | without_time == bind["acs"] | without_time


async def test_a_renewal_with_the_proofs_of_another_agent(core: Core) -> None:
    bind = await core.bind(core_request())
    cases = [
        (core_request(instance="another"), "409 AGENT_MISMATCH"),
        (core_request(OCR), "403 CREDENTIAL_INVALID"),
        (core_request() | {"instance": "another"}, "403 CREDENTIAL_INVALID"),
    ]
    for body, refusal in cases:
        with pytest.raises(SbiProblem, match=refusal):
            await core.ask("POST", f"{root(bind['aic'])}/renewal", renewal(body))
    with pytest.raises(SbiProblem, match="404 AGENT_NOT_FOUND"):
        await core.ask("POST", f"{root(unknown())}/renewal", renewal(core_request()))
    assert len(core.agw.directory) == 1


# Migration


async def second_gateway(core: Core) -> Agw:
    gateway = Agw(AgwConfig(port=7726, gateway_id="agw-2", registrar="2"), core)
    await gateway.start()
    return gateway


async def register_at(gateway: Agw, body: dict[str, Any]) -> dict[str, Any]:
    answer = await gateway.sbi.request("POST", gateway.api_root + AGENTS, json=body)
    bind: dict[str, Any] = answer.json()
    return bind


async def test_an_agent_moves_and_keeps_its_code(core: Core) -> None:
    """C10, E1, E2: the AMC has the new gateway, the old one withdraws the agent."""
    bind = await core.bind(core_request())
    other = await second_gateway(core)
    moved = await register_at(other, core_request(gateway_id="agw-2", movesFrom="agw-1"))
    assert moved["aic"] == bind["aic"]
    assert (moved["gatewayId"], moved["acs"]["entityMeta"]["gatewayId"]) == ("agw-2", "agw-2")
    identity = await core.identity(bind["aic"])
    assert (identity["gatewayId"], identity["gateways"]) == ("agw-2", ["agw-2"])
    await until(lambda: len(core.agw.directory) == 0)
    assert core.stored("agw-1", "agents") == {}
    assert await core.discovered(capability=TRANSLATION) == []
    assert (await core.identity(bind["aic"]))["state"] == "ACTIVE"
    await until(lambda: core.stored("agw-2", migration.MOVES) == {})
    back = await core.bind(core_request(movesFrom="agw-2"))
    assert back["aic"] == bind["aic"]
    await until(lambda: len(other.directory) == 0)
    assert await core.discovered(capability=TRANSLATION) == [bind["aic"]]
    await other.stop()


async def test_an_agent_at_two_gateways_has_one_code(core: Core) -> None:
    """N1, E2: it leaves neither, and neither is told that it has."""
    bind = await core.bind(core_request())
    other = await second_gateway(core)
    same = await register_at(other, core_request(gateway_id="agw-2"))
    assert same["aic"] == bind["aic"]
    assert (await core.identity(bind["aic"]))["gateways"] == ["agw-1", "agw-2"]
    for gateway in (core.agw, other):
        assert [agent.aic for agent in gateway.directory.offering(TRANSLATION)] == [bind["aic"]]
        path = f"/nagw-registration/v1/agents/{bind['aic']}/departure"
        with pytest.raises(SbiProblem, match="409 AGENT_NOT_MOVED"):
            await core.agw.sbi.request("POST", gateway.api_root + path)
    await other.stop()


async def test_a_gateway_that_is_away_hears_of_a_move_later(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "RETRY", 0.05)
    bind = await core.bind(core_request())
    app = core.local.pop(core.agw.authority)
    other = await second_gateway(core)
    await register_at(other, core_request(gateway_id="agw-2", movesFrom="agw-1"))
    await other.stop()
    assert list(core.stored("agw-2", migration.MOVES)) == [f"{migration.MOVES}/{bind['aic']}"]
    core.local[core.agw.authority] = app
    assert core.agw.directory.get(bind["aic"]) is not None
    monkeypatch.setattr(core, "store", lambda name: core._stores[name])
    again = await second_gateway(core)
    await until(lambda: len(core.agw.directory) == 0)
    await until(lambda: core.stored("agw-2", migration.MOVES) == {})
    await again.stop()


async def test_an_agent_does_not_move_from_where_it_stays(core: Core) -> None:
    with pytest.raises(SbiProblem, match="400 INVALID_AGENT_DESCRIPTION"):
        await core.bind(core_request(movesFrom="agw-1"))
    assert len(core.agw.directory) == 0


async def test_nobody_is_sent_away_by_a_rumour(core: Core) -> None:
    """Only the AMC is believed."""
    bind = await core.bind(core_request())
    with pytest.raises(SbiProblem, match="409 AGENT_NOT_MOVED"):
        await core.ask("POST", f"{root(bind['aic'])}/departure")
    with pytest.raises(SbiProblem, match="404 AGENT_NOT_FOUND"):
        await core.ask("POST", f"{root(unknown())}/departure")
    assert await core.discovered(capability=TRANSLATION) == [bind["aic"]]


async def test_a_move_that_fails_leaves_the_agent_where_it_is(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    bind = await core.bind(core_request())
    other = await second_gateway(core)
    lost = SbiProblem(503, "AMC_UNAVAILABLE", "no answer")
    monkeypatch.setattr(other.amc, "confirm", AsyncMock(side_effect=lost))
    with pytest.raises(SbiProblem, match="503 AMC_UNAVAILABLE"):
        await register_at(other, core_request(gateway_id="agw-2", movesFrom="agw-1"))
    await until(lambda: core.stored("agw-2", migration.MOVES) == {})
    assert len(other.directory) == 0
    assert await core.discovered(capability=TRANSLATION) == [bind["aic"]]
    await other.stop()


# Ontology and entities


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


async def test_an_ontology_has_a_code_of_its_own(core: Core) -> None:
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


async def test_an_ontology_registers_its_entities(core: Core) -> None:
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


async def entity_refused(core: Core, body: dict[str, Any], token: str | None) -> str:
    before = text_of(core.stored("amc", "identities", "agents", "grants"))
    known = len(core.agw.directory)
    with pytest.raises(SbiProblem) as caught:
        await core.ask("POST", "/entities", body, token)
    assert len(core.agw.directory) == known
    if caught.value.cause != "END_POINT_IN_USE":
        assert text_of(core.stored("amc", "identities", "agents", "grants")) == before
    return f"{caught.value.status} {caught.value.cause}"


async def test_entities_that_are_refused(core: Core) -> None:
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


async def test_an_ontology_that_is_not_active_registers_nobody(core: Core) -> None:
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


async def test_a_revoked_credential_of_an_ontology_is_of_no_use(core: Core) -> None:
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


async def test_an_ontology_has_a_quota(core: Core) -> None:
    ontology = await core.bind(ontology_request())
    for number in range(7):
        body = entity_request(ontology["aic"], f"e-{number}")
        await core.ask("POST", "/entities", body, ontology["token"])
    body = entity_request(ontology["aic"], "one too many")
    assert await entity_refused(core, body, ontology["token"]) == "403 QUOTA_EXCEEDED"


async def test_an_ontology_and_its_entities_survive_a_restart(tmp_path: Path) -> None:
    async with Core(tmp_path) as core:
        ontology = await core.bind(ontology_request())
        body = entity_request(ontology["aic"])
        first = (await core.ask("POST", "/entities", body, ontology["token"])).json()
    async with Core(tmp_path) as core:
        again = (await core.ask("POST", "/entities", body, ontology["token"])).json()
        assert again["result"]["entityAic"] == first["result"]["entityAic"]


async def test_the_gateway_alone_makes_no_entities(core: Core) -> None:
    """The AMC checks the ontology's credential itself: an entity's or a made-up one will not do."""
    entity = await core.bind(core_request())
    for token in (entity["token"], "x.y.z"):
        with pytest.raises(SbiProblem, match="403 CREDENTIAL_INVALID"):
            await authorize_entity(core, entity_request(entity["aic"]), token)


async def authorize_entity(core: Core, body: dict[str, Any], token: str) -> SbiResponse:
    """AAAP for an entity, as a gateway asks for it."""
    claim = {"template": "core.translation", "name": "x"} | {
        name: body[name] for name in ("instance", "publicKey", "proof")
    }
    url = f"{AMC}/namc-auth/v1/entity-authorizations"
    request = {"ontologyToken": token, "gatewayId": "agw-1", "agent": claim}
    return await core.agw.sbi.request("POST", url, json=request)
