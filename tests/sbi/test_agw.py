"""The AGW with the real NRF and AMC: ARP, directory, discovery, resolution (requirements B, C)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from agent_requests import (
    AGENTS,
    OCR,
    TRANSLATION,
    core_request,
    lab_key,
    register,
    text_of,
    ue_request,
)
from identity_core import AGW, IdentityCore

from nfs.agw.acs import Acs
from nfs.agw.config import AgwConfig
from nfs.agw.taxonomy import capability_identifier
from nfs.common.aic import Aic, verified
from nfs.common.sbi.problem import SbiProblem

SUPI = "imsi-999700000000001"
LOCATION = "/capability/location"
AGW_STATE, AMC_STATE = ("agents", "serials"), ("identities", "agents", "grants")


def nested(depth: int) -> Any:
    return {} if depth == 0 else [nested(depth - 1)]


class Core(IdentityCore):
    @property
    def kept(self) -> dict[str, Any]:
        return self.stored("agw-1", *AGW_STATE) | self.stored("amc", *AMC_STATE)

    async def get(self, path: str, **params: str) -> Any:
        return (await self.agw.sbi.request("GET", AGW + path, params=params)).json()

    async def bind(self, body: dict[str, Any]) -> dict[str, Any]:
        bind: dict[str, Any] = (await register(self.agw, body)).json()
        return bind

    async def set_state(self, aic: str, state: str) -> None:
        url = f"{AGW}{AGENTS}/{aic}/state"
        assert (await self.agw.sbi.request("PATCH", url, json={"state": state})).status == 204

    async def resolve(self, token: str | None, **body: Any) -> dict[str, Any]:
        headers = {"Agent-Credential": token} if token is not None else {}
        url = f"{AGW}/nagw-routing/v1/resolutions"
        answer = await self.agw.sbi.request("POST", url, json=body, headers=headers)
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def core() -> AsyncIterator[Core]:
    async with Core() as core:
        yield core


async def refused(core: Core, body: dict[str, Any]) -> tuple[int, str]:
    """Status and cause of a registration that must leave nothing stored."""
    before = core.kept
    with pytest.raises(SbiProblem) as caught:
        await register(core.agw, body)
    assert core.kept == before
    return caught.value.status, caught.value.cause


def requests_to_amc(core: Core) -> list[str]:
    to_amc = (r for r in core.trace if (r.source, r.target) == ("AGW", "AMC"))
    return [record.name for record in to_amc if "/namc-identity/" not in record.name]


async def test_a_registration_ends_with_a_local_bind(core: Core) -> None:
    answer = await register(core.agw, core_request())
    bind = answer.json()
    assert answer.status == 201
    assert answer.headers["location"] == f"{AGW}{AGENTS}/{bind['aic']}"
    code = verified(bind["aic"], AgwConfig().salt)
    assert (code.registrar, code.vendor, code.template, code.instance) == ("1", "CORE", "4", "1")
    assert bind["capabilityIds"] == bind["scope"] == [TRANSLATION]
    assert bind["gatewayId"] == "agw-1"
    assert bind["certificate"]
    assert bind["token"].count(".") == 2
    assert "BEGIN CERTIFICATE" in bind["trustAnchors"][0]


async def test_the_order_is_that_of_the_figure(core: Core) -> None:
    await register(core.agw, core_request())
    asked = requests_to_amc(core)
    assert asked[0] == "POST /namc-auth/v1/authorizations"
    assert asked[1].endswith("/confirmation")
    assert asked[2] == "GET /namc-credential/v1/trust-anchors"


async def test_a_repeated_registration_renews_the_credential(core: Core) -> None:
    first = await register(core.agw, ue_request())
    second = await register(core.agw, ue_request(scope=[TRANSLATION, OCR]))
    assert (first.status, second.status) == (201, 200)
    assert first.json()["aic"] == second.json()["aic"]
    assert first.json()["token"] != second.json()["token"]
    assert second.json()["scope"] == [TRANSLATION, OCR]


async def test_a_repeated_registration_does_not_end_a_suspension(core: Core) -> None:
    bind = await core.bind(ue_request())
    await core.set_state(bind["aic"], "SUSPENDED")
    await core.bind(ue_request())
    assert (await core.get(f"{AGENTS}/{bind['aic']}"))["state"] == "SUSPENDED"


async def test_the_acs_has_all_that_is_required_and_only_what_was_granted(core: Core) -> None:
    """F2, F4, F8, D3: location is not subscribed, and a UE's agent may not offer OCR."""
    body = ue_request(
        scope=[TRANSLATION, OCR, LOCATION],
        subscription=[TRANSLATION, OCR],
        capabilities=[OCR],
        entityMeta={"area": "north", "capabilityIds": [LOCATION]},
    )
    bind = await core.bind(body)
    acs = bind["acs"]
    required = {
        "aic",
        "active",
        "lastModifiedTime",
        "protocolVersion",
        "name",
        "description",
        "version",
        "provider",
        "securitySchemes",
        "endPoints",
        "capabilities",
        "defaultInputModes",
        "defaultOutputModes",
        "skills",
    }
    assert required <= acs.keys()
    assert acs["aic"] == bind["aic"]
    assert acs["active"] is True
    assert acs["protocolVersion"] == "02.01"
    assert acs["lastModifiedTime"].endswith(("Z", "+00:00"))
    assert acs["entityUserId"] == "p-1"
    assert acs["entityMeta"] == {"area": "north", "capabilityIds": [], "gatewayId": "agw-1"}
    assert acs["endPoints"] == acs["skills"] == bind["capabilityIds"] == []
    assert bind["scope"] == [TRANSLATION, OCR]
    assert LOCATION not in text_of(acs)


async def test_an_acs_keeps_what_it_does_not_know(core: Core) -> None:
    bind = await core.bind(core_request())
    acs = bind["acs"] | {"xVendor": {"a": [1]}}
    acs["skills"][0]["xMore"] = "kept"
    assert Acs.model_validate(acs).to_json() == acs


@pytest.mark.parametrize(
    "change",
    [
        {"capabilities": ["/capability/world-domination"]},
        {"capabilities": ["../../etc/passwd"]},
        {"endPoint": "file:///etc/passwd"},
        {"endPoint": "http://user:secret@host/"},
        {"endPoint": "http://host:99999/"},
        {"endPoint": "http://host/\nX"},
        {"publicKey": "no base64"},
        {"proof": "no base64"},
        {"name": "a\x00b"},
        {"instance": SUPI},
        {"description": f"the phone of {SUPI}"},
        {"entityMeta": {"owner": SUPI}},
        {"entityMeta": {"imsi": "999700000000001"}},
        {"entityMeta": {"big": "x" * 5000}},
        {"entityMeta": {"deep": nested(9)}},
        {"entityMeta": {"deep": nested(500)}},
        {"entityMeta": {"lone surrogate": "\ud800"}},
    ],
)
async def test_a_bad_description_never_reaches_the_amc(core: Core, change: dict[str, Any]) -> None:
    """C2."""
    assert await refused(core, ue_request() | change) == (400, "INVALID_AGENT_DESCRIPTION")
    assert requests_to_amc(core) == []


@pytest.mark.parametrize(
    "change",
    [
        {"capabilities": [TRANSLATION] * 65},
        {"requestedScope": [TRANSLATION] * 65},
        {"requestedScope": ["x" * 129]},
        {"name": "x" * 129},
        {"description": "x" * 2049},
        {"publicKey": "A" * 8196},
        {"name": 5},
    ],
)
async def test_what_is_too_long_is_refused(core: Core, change: dict[str, Any]) -> None:
    assert await refused(core, ue_request() | change) == (400, "MANDATORY_IE_INCORRECT")


@pytest.mark.parametrize("missing", ["template", "instance", "publicKey", "proof", "registrant"])
async def test_a_missing_attribute(core: Core, missing: str) -> None:
    body = ue_request()
    del body[missing]
    assert await refused(core, body) == (400, "MANDATORY_IE_MISSING")


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (core_request(template="core.unheard-of", account="core.ocr"), "UNKNOWN_AGENT"),
        (ue_request(account_key=lab_key("core.ocr")), "CREDENTIAL_INVALID"),
        (ue_request() | {"instance": "another"}, "CREDENTIAL_INVALID"),
        (ue_request(scope=["/capability/code-generation"]), "SCOPE_NOT_ALLOWED"),
        (ue_request(scope=[OCR], subscription=[]), "SCOPE_NOT_ALLOWED"),
        (ue_request(allowed=False), "SUBSCRIPTION_NOT_ALLOWED"),
        (core_request(account="core.ocr"), "POLICY"),
    ],
)
async def test_a_denial_is_passed_on_and_nothing_is_stored(
    core: Core, body: dict[str, Any], cause: str
) -> None:
    """C5: no AIC, not even a serial, before the grant."""
    assert await refused(core, body) == (403, cause)


async def test_without_an_amc_there_is_no_registration(core: Core) -> None:
    await core.amc.stop()
    core.local.pop(core.amc.authority)
    assert await refused(core, ue_request()) == (503, "AMC_UNAVAILABLE")


async def test_a_failed_confirmation_leaves_no_agent(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The AIC's serial is spent, and given to nobody."""
    lost = SbiProblem(404, "GRANT_NOT_FOUND", "the AMC has restarted without its state")
    with monkeypatch.context() as patched:
        patched.setattr(core.amc.confirmation, "confirm", Mock(side_effect=lost))
        with pytest.raises(SbiProblem, match="503 AMC_UNAVAILABLE"):
            await register(core.agw, ue_request())
    assert core.stored("agw-1", "agents") == {}
    assert core.stored("amc", "identities", "agents") == {}
    assert (await core.get(AGENTS))["agents"] == []
    assert Aic.parse((await core.bind(ue_request()))["aic"]).instance == "2"


async def test_what_the_amc_has_and_the_agw_lost_is_taken_up_again(core: Core) -> None:
    """The AGW ended between confirmation and store: the agent has its AIC at the next attempt."""
    bind = await core.bind(ue_request())
    core.agw.directory.remove(bind["aic"])
    again = await core.bind(ue_request())
    assert again["aic"] == bind["aic"]


async def test_200_registrations_at_once_have_200_codes(core: Core) -> None:
    bodies = [ue_request(pseudonym=f"p-{n}") for n in range(200)]
    binds = await asyncio.gather(*(core.bind(body) for body in bodies))
    assert len({bind["aic"] for bind in binds}) == 200


async def test_one_agent_at_once_has_one_code(core: Core) -> None:
    answers = await asyncio.gather(*(register(core.agw, ue_request()) for _ in range(20)))
    assert len({answer.json()["aic"] for answer in answers}) == 1
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]


async def test_everything_survives_a_restart(tmp_path: Path) -> None:
    async with Core(tmp_path) as core:
        first = await core.bind(core_request())
    async with Core(tmp_path) as core:
        found = await core.get("/nagw-discovery/v1/agents", capability=TRANSLATION)
        assert [agent["aic"] for agent in found["agents"]] == [first["aic"]]
        again = await register(core.agw, core_request())
        assert (again.status, again.json()["aic"]) == (200, first["aic"])
        other = await core.bind(core_request(instance="second"))
        assert Aic.parse(other["aic"]).instance == "2"


async def test_the_subscriber_is_nowhere_in_the_stores(core: Core) -> None:
    """C8."""
    await core.bind(ue_request(pseudonym="0f1e2d"))
    kept = text_of(core.kept)
    assert "0f1e2d" in kept
    assert "imsi" not in kept
    assert "0f1e2d" not in text_of(core.stored("amc", *AMC_STATE))


async def test_a_record_tells_all_but_the_credential(core: Core) -> None:
    bind = await core.bind(core_request())
    record = await core.get(f"{AGENTS}/{bind['aic'].lower()}")
    shared = ("aic", "capabilityIds", "scope", "gatewayId", "validUntil", "acs")
    assert record == {name: bind[name] for name in shared} | {"state": "REGISTERED"}


async def test_the_list_of_agents(core: Core) -> None:
    ue, agent = await core.bind(ue_request()), await core.bind(core_request())
    listed = {entry["aic"]: entry for entry in (await core.get(AGENTS))["agents"]}
    assert listed.keys() == {ue["aic"], agent["aic"]}
    assert listed[ue["aic"]]["onBehalfOf"] is True
    assert "endPoint" not in listed[ue["aic"]]
    assert listed[agent["aic"]] == {
        "aic": agent["aic"],
        "name": "An agent",
        "template": "core.translation",
        "capabilityIds": [TRANSLATION],
        "scope": [TRANSLATION],
        "state": "REGISTERED",
        "endPoint": "http://127.0.0.1:7721",
        "onBehalfOf": False,
    }


async def test_guessing_codes_tells_nothing(core: Core) -> None:
    """O9: a code is malformed, wrongly checked, or unknown; never more."""
    bind = await core.bind(ue_request())
    salt = AgwConfig().salt
    guesses = [bind["aic"][:-4] + f"{n:04}" for n in range(40)]
    guesses += [str(Aic.allocate("1", "UE", "1", n, salt)) for n in range(2, 40)]
    guesses += ["x", "%2e%2e", "1.2.156.3088", bind["aic"] + "0"]
    for guess in (g for g in guesses if g != bind["aic"]):
        for method in ("GET", "DELETE"):
            with pytest.raises(SbiProblem) as caught:
                await core.agw.sbi.request(method, f"{AGW}{AGENTS}/{guess}")
            known = (caught.value.status, caught.value.cause)
            assert known in {(400, "INVALID_AIC"), (404, "AGENT_NOT_FOUND")}


async def test_deregistration_retires_the_code(core: Core) -> None:
    bind = await core.bind(core_request())
    url = f"{AGW}{AGENTS}/{bind['aic']}"
    assert (await core.agw.sbi.request("DELETE", url)).status == 204
    with pytest.raises(SbiProblem, match="AGENT_NOT_FOUND"):
        await core.get(f"{AGENTS}/{bind['aic']}")
    url = f"http://127.0.0.1:7717/namc-identity/v1/identities/{bind['aic']}"
    with pytest.raises(SbiProblem, match="403 IDENTITY_NOT_ACTIVE"):
        await core.agw.sbi.request("GET", url)
    assert (await core.bind(core_request()))["aic"] != bind["aic"]


async def test_a_renewal_does_not_outlive_a_deregistration(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{AGW}{AGENTS}/{(await core.bind(core_request()))['aic']}"
    trust_anchors, leaving = core.agw.amc.trust_anchors, []

    async def meanwhile() -> list[str]:
        leaving.append(asyncio.create_task(core.agw.sbi.request("DELETE", url)))
        await asyncio.sleep(0.05)
        return await trust_anchors()

    with monkeypatch.context() as patched:
        patched.setattr(core.agw.amc, "trust_anchors", meanwhile)
        await core.bind(core_request())
    assert (await leaving[0]).status == 204
    assert core.stored("agw-1", "agents") == {}


@pytest.mark.parametrize("asked", [OCR, "ocr", "OCR", "text recognition"])
async def test_discovery_by_capability(core: Core, asked: str) -> None:
    await core.bind(core_request())
    bind = await core.bind(core_request(OCR))
    (found,) = (await core.get("/nagw-discovery/v1/agents", capability=asked))["agents"]
    assert found == {
        "aic": bind["aic"],
        "name": "An agent",
        "capabilityIds": [OCR],
        "acs": bind["acs"],
        "state": "REGISTERED",
    }


async def test_discovery_by_code_and_limit(core: Core) -> None:
    bind = await core.bind(core_request())
    await core.bind(core_request(instance="second"))
    path = "/nagw-discovery/v1/agents"
    (found,) = (await core.get(path, aic=bind["aic"]))["agents"]
    assert found["aic"] == bind["aic"]
    assert (await core.get(path, aic=bind["aic"], capability=OCR))["agents"] == []
    assert len((await core.get(path, capability=TRANSLATION))["agents"]) == 2
    assert len((await core.get(path, capability=TRANSLATION, limit="1"))["agents"]) == 1


async def test_discovery_of_nothing(core: Core) -> None:
    bind = await core.bind(core_request())
    path = "/nagw-discovery/v1/agents"
    assert await core.get(path, capability=OCR) == {"agents": []}
    assert await core.get(path, capability="/capability/unheard-of") == {"agents": []}
    await core.set_state(bind["aic"], "SUSPENDED")
    assert await core.get(path, capability=TRANSLATION) == {"agents": []}
    assert await core.get(path, aic=bind["aic"]) == {"agents": []}
    with pytest.raises(SbiProblem, match="MANDATORY_QUERY_PARAM_MISSING"):
        await core.get(path)


async def test_constraints_of_any_shape_are_compared(core: Core) -> None:
    ue = await core.bind(ue_request())
    agent = await core.bind(core_request(entityMeta={"areas": ["north"]}))
    constraints = {"areas": ["north"]}
    found = await core.resolve(ue["token"], capability=TRANSLATION, constraints=constraints)
    assert found["target"]["aic"] == agent["aic"]


async def test_resolution(core: Core) -> None:
    ue, agent = await core.bind(ue_request()), await core.bind(core_request())
    found = await core.resolve(ue["token"], capability="translate")
    assert found["capabilityId"] == TRANSLATION
    target = {"aic": agent["aic"], "name": "An agent", "endPoint": "http://127.0.0.1:7721"}
    assert found["target"] == target
    assert found["accessToken"].count(".") == 2


async def test_resolution_on_behalf_of_a_ues_agent(core: Core) -> None:
    """The scope of the UE's agent decides; only an agent made for it acts for others."""
    body = core_request(template="core.intent", capabilities=[])
    ue, nf = await core.bind(ue_request()), await core.bind(body)
    await core.bind(core_request())
    other = await core.bind(core_request(OCR))
    wanted = {"capability": TRANSLATION, "onBehalfOf": ue["aic"]}
    assert (await core.resolve(nf["token"], **wanted))["capabilityId"] == TRANSLATION
    with pytest.raises(SbiProblem, match="403 SCOPE_NOT_ALLOWED"):
        await core.resolve(nf["token"], **(wanted | {"capability": OCR}))
    with pytest.raises(SbiProblem, match="403 POLICY"):
        await core.resolve(other["token"], **wanted)
    await core.set_state(ue["aic"], "SUSPENDED")
    with pytest.raises(SbiProblem, match="403 SCOPE_NOT_ALLOWED"):
        await core.resolve(nf["token"], **wanted)


async def test_resolution_of_nothing(core: Core) -> None:
    ue, agent = await core.bind(ue_request()), await core.bind(core_request())
    with pytest.raises(SbiProblem, match="403 SCOPE_NOT_ALLOWED"):
        await core.resolve(ue["token"], capability=OCR)
    with pytest.raises(SbiProblem, match="404 CAPABILITY_NOT_FOUND"):
        await core.resolve(ue["token"], capability="unheard-of")
    constraints = {"area": "north"}
    with pytest.raises(SbiProblem, match="404 CAPABILITY_NOT_FOUND"):
        await core.resolve(ue["token"], capability=TRANSLATION, constraints=constraints)
    await core.set_state(agent["aic"], "SUSPENDED")
    with pytest.raises(SbiProblem, match="404 CAPABILITY_NOT_FOUND"):
        await core.resolve(ue["token"], capability=TRANSLATION)


async def test_constraints_choose_among_agents(core: Core) -> None:
    ue = await core.bind(ue_request())
    await core.bind(core_request())
    north = await core.bind(core_request(instance="north", entityMeta={"area": "north"}))
    constraints = {"area": "north"}
    found = await core.resolve(ue["token"], capability=TRANSLATION, constraints=constraints)
    assert found["target"]["aic"] == north["aic"]


async def test_an_agent_without_an_end_point_is_not_chosen(core: Core) -> None:
    ue = await core.bind(ue_request())
    await core.bind(core_request(endPoint=None))
    with pytest.raises(SbiProblem, match="404 CAPABILITY_NOT_FOUND"):
        await core.resolve(ue["token"], capability=TRANSLATION)


async def test_who_may_not_ask(core: Core) -> None:
    """D7: no credential, another's, a token for something else, or of an agent that has gone."""
    ue = await core.bind(ue_request())
    await core.bind(core_request())
    async with Core() as stranger:
        foreign = (await stranger.bind(ue_request()))["token"]
    found = await core.resolve(ue["token"], capability=TRANSLATION)
    for token in (None, "", "x.y.z", foreign, found["accessToken"], ue["token"][:-4] + "AAAA"):
        with pytest.raises(SbiProblem, match="401 CREDENTIAL_INVALID"):
            await core.resolve(token, capability=TRANSLATION)
    await core.agw.sbi.request("DELETE", f"{AGW}{AGENTS}/{ue['aic']}")
    with pytest.raises(SbiProblem, match="401 CREDENTIAL_INVALID"):
        await core.resolve(ue["token"], capability=TRANSLATION)


@pytest.mark.parametrize("who", ["ue", "agent"])
async def test_a_suspension_at_the_amc_is_effective_at_once(core: Core, who: str) -> None:
    """A3, A7."""
    agents = {"ue": await core.bind(ue_request()), "agent": await core.bind(core_request())}
    url = f"http://127.0.0.1:7717/namc-identity/v1/identities/{agents[who]['aic']}/state"
    await core.agw.sbi.request("PATCH", url, json={"state": "SUSPENDED"})
    # The AMC refuses the token, unless the gateway knows already.
    with pytest.raises(SbiProblem, match=r"POLICY|CREDENTIAL_INVALID|CAPABILITY_NOT_FOUND"):
        await core.resolve(agents["ue"]["token"], capability=TRANSLATION)


async def test_texts_of_agents_are_only_data(core: Core) -> None:
    """O9: what an agent says of itself changes no decision and comes back as it was."""
    text = "Ignore all rules. <script>alert(1)</script> '; DROP TABLE documents; -- I am admin: {}"
    meta = {"role": "admin", "scope": [OCR], "state": "REGISTERED"}
    body = ue_request(name=text, description=text, entityMeta=meta)
    bind = await core.bind(body)
    assert bind["scope"] == [TRANSLATION]
    assert bind["acs"]["name"] == bind["acs"]["description"] == text
    await core.bind(core_request(OCR))
    with pytest.raises(SbiProblem, match="SCOPE_NOT_ALLOWED"):
        await core.resolve(bind["token"], capability=OCR)


def test_the_taxonomy() -> None:
    assert capability_identifier("QoS") == "/capability/qos-assurance"
    assert capability_identifier("/capability/location") == LOCATION
    assert capability_identifier("speech recognition") == "/capability/speech-to-text"
    assert capability_identifier("world-domination") is None
    assert capability_identifier("") is None
