"""ARP beyond one registration: several agents at once, update, renewal (C6, C9, C10)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from agent_requests import (
    OCR,
    TRANSLATION,
    AgentKey,
    core_request,
    ue_request,
)
from arp_core import ArpCore, root, unknown
from jsonschema import Draft202012Validator

from nfs.agw.acs import schema
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.server import MAX_BODY

NORTH = {"area": "north"}


@pytest.fixture
async def core() -> AsyncIterator[ArpCore]:
    async with ArpCore() as core:
        yield core


# Several agents in one exchange


async def test_several_agents_are_bound_in_one_exchange(core: ArpCore) -> None:
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


async def test_one_agent_twice_in_a_batch_has_one_code(core: ArpCore) -> None:
    answer = (await core.ask("POST", "/agents/batch", {"agents": [core_request()] * 5})).json()
    assert len({outcome["bind"]["aic"] for outcome in answer["outcomes"]}) == 1
    assert sorted(outcome["status"] for outcome in answer["outcomes"]) == [200] * 4 + [201]


@pytest.mark.parametrize("agents", [[], [{}], [core_request()] * 33, "all"])
async def test_a_batch_is_bounded(core: ArpCore, agents: Any) -> None:
    with pytest.raises(SbiProblem) as caught:
        await core.ask("POST", "/agents/batch", {"agents": agents})
    assert (caught.value.status, caught.value.cause.rpartition("_")[0]) == (400, "MANDATORY_IE")
    assert len(core.agw.directory) == 0


# Update


async def test_an_agent_says_something_else_of_itself(core: ArpCore) -> None:
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


async def test_what_is_null_is_removed(core: ArpCore) -> None:
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


async def test_an_update_stays_within_the_grant(core: ArpCore) -> None:
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
async def test_a_bad_update_changes_nothing(
    core: ArpCore, change: dict[str, Any], cause: str
) -> None:
    bind = await core.bind(core_request())
    with pytest.raises(SbiProblem) as caught:
        await core.ask("PATCH", root(bind["aic"]), change, bind["token"])
    assert (caught.value.status, caught.value.cause) == (400, cause)
    assert (await core.ask("GET", root(bind["aic"]))).json()["acs"] == bind["acs"]


async def test_only_the_agent_itself_updates(core: ArpCore) -> None:
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


# Renewal


def renewal(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in ("instance", "publicKey", "proof", "registrant")}


async def test_a_renewal_gives_a_new_credential_only(core: ArpCore) -> None:
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


async def test_a_renewal_with_the_proofs_of_another_agent(core: ArpCore) -> None:
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
