"""Discovery at the AGW as NFs and agents ask for it (requirements B11, E8, E10, F, H10 to H13)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from agent_requests import AGENTS, OCR, TRANSLATION, core_request, register, ue_request
from identity_core import AGW, IdentityCore

from nfs.agw.config import AgwConfig
from nfs.common.aic import Aic
from nfs.common.sbi.problem import SbiProblem

ROOT = f"{AGW}/nagw-discovery/v1"


class Core(IdentityCore):
    async def bind(self, body: dict[str, Any]) -> dict[str, Any]:
        bind: dict[str, Any] = (await register(self.agw, body)).json()
        return bind

    async def discover(self, credential: str | None = None, **request: Any) -> dict[str, Any]:
        headers = {} if credential is None else {"Agent-Credential": credential}
        url = f"{ROOT}/discover"
        answer = await self.agw.sbi.request("POST", url, json=request, headers=headers)
        found: dict[str, Any] = answer.json()
        return found

    async def codes(self, **request: Any) -> list[str]:
        """AICs in the order of the answer."""
        answer = await self.discover(**request)
        found = [skill for group in answer["agents"] for skill in group["agentSkills"]]
        assert {skill["aic"] for skill in found} == answer["acsMap"].keys()
        return [skill["aic"] for skill in found]

    async def by_query(self, **params: str) -> list[str]:
        answer = await self.agw.sbi.request("GET", f"{ROOT}/agents", params=params)
        return [agent["aic"] for agent in answer.json()["agents"]]

    async def set_state(self, aic: str, **state: str) -> None:
        await self.agw.sbi.request("PATCH", f"{AGW}{AGENTS}/{aic}/state", json=state)


@pytest.fixture
async def core() -> AsyncIterator[Core]:
    async with Core() as core:
        yield core


@pytest.fixture
async def three(core: Core) -> list[str]:
    """A translator in the north, one in the south, a reader in the north."""
    bodies = [
        core_request(instance="n", entityMeta={"area": "north"}, name="Polyglot"),
        core_request(instance="s", entityMeta={"area": "south"}),
        core_request(OCR, entityMeta={"area": "north"}, description="Reads letters and bills."),
    ]
    return [(await core.bind(body))["aic"] for body in bodies]


def by(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"conditions": [{"field": field, "op": op, "value": value}]}


async def test_by_prefix(core: Core, three: list[str]) -> None:
    """E8, E10: all agents of one template; in either case."""
    translators = Aic.parse(three[0]).prefix
    assert await core.by_query(aicPrefix=translators) == three[:2]
    assert await core.by_query(aicPrefix=translators.lower(), limit="1") == three[:1]
    assert await core.by_query(aicPrefix="1.2.156.3088.1.1.CORE.", capability=OCR) == three[2:]
    assert await core.by_query(aicPrefix="9.9") == []
    assert await core.by_query(aicPrefix=translators, aic=three[2]) == []
    assert await core.by_query(aicPrefix=translators, aic=three[0]) == three[:1]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (by("entityMeta.area", "eq", "NORTH"), [0, 2]),
        (by("entityMeta.area", "in", ["south", "west"]), [1]),
        (by("skills.tags", "anyOf", [TRANSLATION]), [0, 1]),
        (by("skills.tags", "allOf", [TRANSLATION, OCR]), []),
        (by("name", "contains", "glot"), [0]),
        (by("endPoints.transport", "eq", "http_json"), [0, 1, 2]),
        (by("webAppUrl", "exists", True), []),
        ({"logic": "not", **by("entityMeta.area", "eq", "north")}, [1]),
        (
            {
                "groups": [
                    by("skills.tags", "anyOf", [OCR]),
                    {"logic": "or", "groups": [by("entityMeta.area", "eq", "north")]},
                ]
            },
            [2],
        ),
    ],
)
async def test_by_filter(
    core: Core, three: list[str], wanted: dict[str, Any], expected: list[int]
) -> None:
    """H13."""
    found = await core.codes(type="filtered", filter=wanted)
    assert sorted(found) == sorted(three[n] for n in expected)


async def test_by_filter_on_the_code(core: Core, three: list[str]) -> None:
    """ADP example 6."""
    prefix = Aic.parse(three[0]).prefix
    assert await core.codes(type="filtered", filter=by("aic", "startsWith", prefix)) == three[:2]
    found = await core.codes(type="filtered", filter=by("aic", "eq", three[2].lower()))
    assert found == three[2:]


async def test_by_words(core: Core, three: list[str]) -> None:
    """H12: best first, an ACS for each, one default group that is the query."""
    answer = await core.discover(query="Who reads my letters?", limit=5)
    (group,) = answer["agents"]
    assert group["group"] == "Who reads my letters?"
    best = group["agentSkills"][0]
    assert best == {"aic": three[2], "skillId": "agentnf.capability.ocr", "ranking": 1}
    assert answer["acsMap"][three[2]]["description"] == "Reads letters and bills."
    (route,) = answer["routes"]
    assert (route["forwardChain"], route["status"]) == (["agw-1"], "ok")
    assert route["agentGroups"] == answer["agents"]
    assert answer["complete"] is True


async def test_by_words_and_filter(core: Core, three: list[str]) -> None:
    south = by("entityMeta.area", "eq", "south")
    assert await core.codes(query="translation", filter=south) == [three[1]]
    assert await core.codes(query="submarines", filter=south) == []
    north = by("entityMeta.area", "eq", "north")
    assert await core.codes(query="letters, polyglot", filter=north) == [three[0], three[2]]
    assert await core.codes(query="please translate this") == three[:2]
    assert await core.codes(query="who does text recognition?") == three[2:]
    assert await core.codes(query="translate polyglot") == three[:2]
    assert await core.codes(query="translate", limit=1) == three[:1]


async def test_words_are_sought_among_the_few_that_a_filter_leaves(
    core: Core, three: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when more agents than can be looked at are meant by the words."""
    monkeypatch.setattr("nfs.agw.discovery.adp.MAX_EXAMINED", 1)
    south = by("entityMeta.area", "eq", "south")
    assert await core.codes(query="translation", filter=south) == [three[1]]
    monkeypatch.setattr("nfs.agw.discovery.adp.FEW", 0)
    answer = await core.discover(query="translation", filter=south)
    assert (answer["agents"], answer["complete"]) == ([], False)


async def test_looking_around(core: Core, three: list[str]) -> None:
    """Without words: some agents of every capability."""
    for number in range(3):
        await core.bind(core_request(instance=f"more-{number}"))
    answer = await core.discover(type="exploratory")
    sizes = {group["group"]: len(group["agentSkills"]) for group in answer["agents"]}
    assert sizes == {OCR: 1, TRANSLATION: 3}
    assert await core.codes(type="exploratory", query="bills") == [three[2]]
    north = by("entityMeta.area", "eq", "north")
    found = await core.codes(type="exploratory", filter=north)
    assert sorted(found) == sorted([three[0], three[2]])


async def test_no_match_is_no_error(core: Core, three: list[str]) -> None:
    """ADP 4.3.5."""
    for request in ({"query": "submarines"}, {"type": "filtered", "filter": by("aic", "eq", "1")}):
        answer = await core.discover(**request)
        assert (answer["acsMap"], answer["agents"]) == ({}, [])
        assert answer["routes"][0]["agentGroups"] == []


async def test_the_agent_of_an_idle_ue_is_found_last_and_marked(
    core: Core, three: list[str]
) -> None:
    """L13: idle is reachable by paging, connected is preferred, deregistered is not found."""
    await core.set_state(three[0], state="REGISTERED", cmState="CM-IDLE")
    assert await core.by_query(capability=TRANSLATION) == [three[1], three[0]]
    answer = await core.discover(query="translation polyglot")
    skills = answer["agents"][0]["agentSkills"]
    assert [skill["aic"] for skill in skills] == [three[1], three[0]]
    assert [skill.get("memo") for skill in skills] == [None, "reachable by paging"]
    assert await core.codes(query="translation", connectedOnly=True) == [three[1]]
    await core.set_state(three[0], state="REGISTERED", cmState="CM-CONNECTED")
    assert await core.codes(query="translation polyglot") == three[:2]
    await core.set_state(three[0], state="SUSPENDED")
    assert await core.codes(query="translation polyglot") == [three[1]]


@pytest.mark.parametrize(
    ("request_", "cause", "number"),
    [
        ({}, "MISSING_QUERY", "40001"),
        ({"query": "  "}, "MISSING_QUERY", "40001"),
        ({"query": "x", "forwardDepthLimit": 6}, "FORWARD_DEPTH_LIMIT_INVALID", "40002"),
        ({"query": "x", "forwardDepthLimit": 0}, "FORWARD_DEPTH_LIMIT_INVALID", "40002"),
        ({"query": "x", "forwardChain": ["agw-1"]}, "FORWARD_CHAIN_INVALID", "40003"),
        ({"type": "filtered"}, "FILTER_INVALID", "40004"),
        ({"type": "filtered", "filter": {}}, "FILTER_INVALID", "40004"),
        ({"query": "x", "filter": by("a", "matches", "(a+)+")}, "FILTER_INVALID", "40004"),
        ({"query": "x", "forwardFanoutLimit": 6}, "FORWARD_FANOUT_LIMIT_INVALID", "40005"),
        ({"query": "x", "context": {"turns": "x" * 2048}}, "CONTEXT_TOO_LARGE", ""),
        ({"query": "x" * 1025}, "MANDATORY_IE_INCORRECT", ""),
        ({"query": "x", "limit": 201}, "MANDATORY_IE_INCORRECT", ""),
        ({"query": "x", "limit": 0}, "MANDATORY_IE_INCORRECT", ""),
        ({"type": "everything"}, "MANDATORY_IE_INCORRECT", ""),
        ({"query": "x", "filter": []}, "MANDATORY_IE_INCORRECT", ""),
    ],
)
async def test_what_is_refused(
    core: Core, request_: dict[str, Any], cause: str, number: str
) -> None:
    """H11."""
    with pytest.raises(SbiProblem) as caught:
        await core.discover(**request_)
    assert (caught.value.status, caught.value.cause) == (400, cause)
    assert (caught.value.detail or "").startswith(number)


async def test_a_filter_without_end_is_refused(core: Core) -> None:
    """O9: recursive filters. Nested too deep for any parser, or only for us."""
    for depth in (4, 400, 100_000):
        deep = '{"groups":[' * depth + "{}" + "]}" * depth
        body = f'{{"type":"filtered","filter":{deep}}}'.encode()
        with pytest.raises(SbiProblem) as caught:
            await core.agw.sbi.request(
                "POST",
                f"{ROOT}/discover",
                content=body,
                headers={"content-type": "application/json"},
            )
        assert caught.value.status in (400, 413)


async def test_an_agent_that_asks_itself_is_registered(core: Core) -> None:
    """C1."""
    bind = await core.bind(ue_request())
    assert (await core.discover(bind["token"], query="ocr"))["agents"] == []
    for token in ("", "x.y.z"):
        with pytest.raises(SbiProblem, match="401 CREDENTIAL_INVALID"):
            await core.discover(token, query="ocr")
    await core.agw.sbi.request("DELETE", f"{AGW}{AGENTS}/{bind['aic']}")
    with pytest.raises(SbiProblem, match="401 CREDENTIAL_INVALID"):
        await core.discover(bind["token"], query="ocr")


async def test_the_directory_is_not_handed_out(core: Core) -> None:
    """O9: however it is asked for, an answer has at most 200 agents, and there is no next page."""
    (template,) = [await core.bind(ue_request())]
    known = core.agw.directory.get(template["aic"])
    assert known is not None
    for number in range(2, 302):
        code = str(Aic.allocate("1", "UE", "1", number, AgwConfig().salt))
        acs = known.acs.model_copy(update={"aic": code})
        core.agw.directory.put(known.model_copy(update={"acs": acs}))
    everything = {"logic": "or", **by("aic", "startsWith", "1.")}
    requests: list[dict[str, Any]] = [
        {"type": "filtered", "filter": everything},
        {"type": "filtered", "filter": by("active", "eq", True)},
        {"query": "assistant agent capabilities"},
        {"type": "exploratory"},
    ]
    for request in requests:
        assert len(await core.codes(limit=200, **request)) <= 200
    assert len(await core.by_query(aicPrefix="1.", limit="200")) == 200
    for limit in ("201", "-1"):
        with pytest.raises(SbiProblem, match="400 MANDATORY_QUERY_PARAM_INCORRECT"):
            await core.by_query(aicPrefix="1.", limit=limit)


async def test_a_search_of_too_many_says_that_it_is_not_complete(
    core: Core, three: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nfs.agw.discovery.adp.MAX_EXAMINED", 1)
    wanted = by("name", "contains", "nobody")
    answer = await core.discover(type="filtered", filter=wanted)
    assert (answer["agents"], answer["complete"]) == ([], False)
    narrower = by("entityMeta.area", "eq", "south")
    assert (await core.discover(type="filtered", filter=narrower))["complete"] is True


async def test_the_list_of_agents_is_paged(core: Core, three: list[str]) -> None:
    async def page(**params: str) -> list[str]:
        answer = await core.agw.sbi.request("GET", AGW + AGENTS, params=params)
        return [agent["aic"] for agent in answer.json()["agents"]]

    assert await page() == three
    assert await page(offset="1", limit="1") == three[1:2]
    assert await page(offset="3") == []
    for wrong in ({"limit": "1001"}, {"offset": "-1"}, {"offset": str(1 << 64)}):
        with pytest.raises(SbiProblem, match="400 MANDATORY_QUERY_PARAM_INCORRECT"):
            await page(**wrong)
