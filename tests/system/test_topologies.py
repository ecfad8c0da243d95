"""Several gateways: digests, resolution hop by hop, routing through, and what must not work."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from nfs.agents.core_agent import CoreAgentConfig
from nfs.agents.translation import TranslationAgent
from nfs.agw.app import Agw
from nfs.agw.cdsp import speaker
from nfs.agw.gateway_identity import GatewayIdentity
from nfs.amc.app import Amc
from nfs.common.agents import activity
from nfs.common.agents.task import DataItem
from nfs.common.models.agw_forwarding import ForwardedQuery, Query
from nfs.common.models.agw_sync import Advertisement, PeerState, SyncUpdate
from nfs.common.models.amc import GatewayCredential
from nfs.common.sbi.problem import SbiProblem
from nfs.iaf.app import Iaf
from nfs.testbed import Testbed, load_config, topologies
from ue_sim import attach

OCR, TRANSLATION = "/capability/ocr", "/capability/translation"


@asynccontextmanager
async def topology(name: str) -> AsyncIterator[Testbed]:
    async with Testbed(load_config(None, name), sockets=False) as running:
        yield running


@pytest.fixture
async def line() -> AsyncIterator[Testbed]:
    async with topology("line") as running:
        await until(lambda: TRANSLATION in known(running, "agw"))
        yield running


def gateway(testbed: Testbed, name: str) -> Agw:
    agw = testbed.nfs[name]
    assert isinstance(agw, Agw)
    return agw


def known(testbed: Testbed, name: str) -> dict[str, list[str]]:
    """Way to each capability that a gateway knows of."""
    entries = gateway(testbed, name).cdsp.digest.entries
    return {entry.capability_id: entry.path for entry in entries}


async def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)


async def ask(testbed: Testbed, name: str, capability: str) -> dict[str, Any]:
    agw = gateway(testbed, name)
    url = f"{agw.api_root}/nagw-routing/v1/queries"
    body = {"capability": capability, "limit": 10}
    answer = await testbed.nfs["iaf"].sbi.request("POST", url, json=body)
    found: dict[str, Any] = answer.json()
    return found


def test_all_topologies_can_be_read() -> None:
    assert {"fixed", "line", "tree", "two-domains"} <= set(topologies())
    for name in topologies():
        assert load_config(None, name).also


async def test_h3_a_capability_is_found_along_the_line(line: Testbed) -> None:
    """AG1, AG3, AG2, and back the same way (H2)."""
    found = await ask(line, "agw", "translation")
    assert found["route"] == ["AG1", "AG3", "AG2"]
    assert found["reversePath"] == ["AG2", "AG3", "AG1"]
    assert {agent["gatewayId"] for agent in found["agents"]} == {"AG2"}
    assert len(found["agents"]) == 2
    assert [branch["status"] for branch in found["branches"]] == ["ok"]
    assert (await ask(line, "agw", "no-such-thing"))["agents"] == []


async def test_h1_a_phone_at_one_gateway_has_it_done_behind_another(line: Testbed) -> None:
    async with attach(line.n2) as ue:
        said = await ue.say("translate 'where is the station' into German")
        assert (said.status, said.result_text) == ("FULFILLED", "Wo ist der Bahnhof?")
    names = [record.name for record in line.platform.trace]
    assert sum("forwarded-queries" in name for name in names) >= 2


async def test_g3_what_an_agent_no_longer_offers_is_withdrawn(line: Testbed) -> None:
    for name in ("translation", "translation-2"):
        agent = line.nfs[name]
        assert isinstance(agent, TranslationAgent)
        await agent.identity.stop()
    await until(lambda: TRANSLATION not in known(line, "agw"))
    assert (await ask(line, "agw", TRANSLATION))["agents"] == []


async def test_g10_the_routes_of_a_silent_peer_are_withdrawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(speaker, "KEEPALIVE", 0.2)
    monkeypatch.setattr(speaker, "HOLD", 0.6)
    async with topology("line") as line:
        await until(lambda: TRANSLATION in known(line, "agw"))
        middle = gateway(line, "ag3")
        del line.platform.local[middle.authority]
        for task in list(middle._tasks):
            task.cancel()
        await until(lambda: TRANSLATION not in known(line, "agw"))
        states = {peer.gateway_id: peer.state for peer in gateway(line, "agw").cdsp.peers.peers}
        assert states == {"AG3": PeerState.STALE}


async def test_the_fixed_network_pair() -> None:
    """Q2, Q3: agents behind either gateway are known, and used, behind the other."""
    async with topology("fixed") as pair:
        summarisation = "/capability/summarisation"
        await until(lambda: summarisation in known(pair, "agw"))
        await until(lambda: TRANSLATION in known(pair, "agw2"))
        assert known(pair, "agw")[summarisation] == ["AGW1", "AGW2"]
        assert (await ask(pair, "agw2", TRANSLATION))["route"] == ["AGW2", "AGW1"]


async def test_b4_the_tree_has_no_loop_and_keeps_its_policy() -> None:
    async with topology("tree") as tree:
        await until(lambda: TRANSLATION in known(tree, "agw"))
        assert known(tree, "agw")[TRANSLATION] == ["WEST", "TOP", "EAST"]
        assert "/capability/qos-assurance" in known(tree, "agw")
        assert "/capability/qos-assurance" not in known(tree, "east")
        assert (await ask(tree, "east", "qos-assurance"))["agents"] == []


@pytest.fixture
async def domains() -> AsyncIterator[Testbed]:
    async with topology("two-domains") as running:
        await until(lambda: TRANSLATION in known(running, "agw"))
        yield running


async def test_a2_an_agent_of_another_domain_is_used_where_its_amc_trusts(
    domains: Testbed,
) -> None:
    found = await ask(domains, "agw", TRANSLATION)
    assert [agent["domain"] for agent in found["agents"]] == ["amc-2"]
    async with attach(domains.n2) as ue:
        said = await ue.say("translate 'where is the station' into German")
        assert (said.status, said.result_text) == ("FULFILLED", "Wo ist der Bahnhof?")
        # What the other domain does not translate is in nobody's scope there.
        refused_there = await ue.say("summarise 'One. Two. Three. Four. Five. Six.'")
        assert refused_there.status != "FULFILLED"
    trail = amc(domains, "amc-2").audit.page(0)["records"]
    exchanges = [r["body"] for r in trail if r["body"]["action"] == "assertion.exchange"]
    assert [body["result"] for body in exchanges] == ["success", "denied"]


def amc(testbed: Testbed, name: str) -> Amc:
    nf = testbed.nfs[name]
    assert isinstance(nf, Amc)
    return nf


async def test_a2_an_assertion_counts_once_and_for_one_domain(domains: Testbed) -> None:
    iaf, translation = domains.nfs["iaf"], domains.nfs["translation"]
    assert isinstance(iaf, Iaf)
    assert isinstance(translation, TranslationAgent)
    async with attach(domains.n2) as ue:
        body = {
            "actor": iaf.identity.aic,
            "subject": ue.aic,
            "target": translation.identity.aic,
            "capability": TRANSLATION,
        }
        vouched = await at_amc(domains, "amc", "assertions", body | {"domain": "amc-2"})
        exchange = {"issuer": "amc-1", "assertion": vouched["assertion"]}
        assert (await at_amc(domains, "amc-2", "exchanges", exchange))["accessToken"]
        again = at_amc(domains, "amc-2", "exchanges", exchange)
        assert await refused(again) == (401, "CREDENTIAL_INVALID")
        elsewhere = at_amc(domains, "amc", "assertions", body | {"domain": "amc-9"})
        assert await refused(elsewhere) == (403, "POLICY")
        own = {"issuer": "amc-2", "assertion": vouched["assertion"]}
        assert await refused(at_amc(domains, "amc-2", "exchanges", own)) == (403, "POLICY")


async def test_o1_a_foreign_amc_cannot_speak_for_this_domain(domains: Testbed) -> None:
    """Its credentials for agents and gateways of this domain count for nothing here."""
    foreign = amc(domains, "amc-2")
    forged = foreign.issuer.token(
        int(time.time()) + 60,
        sub="agent:1.2.156.3088.1.1.CORE.2.1.156S",
        aud="agentnf",
        scope=TRANSLATION,
    )
    url = f"{gateway(domains, 'agw').api_root}/nagw-routing/v1/resolutions"
    asking = domains.nfs["iaf"].sbi.request(
        "POST", url, json={"capability": TRANSLATION}, headers={"Agent-Credential": forged}
    )
    assert await refused(asking) == (401, "CREDENTIAL_INVALID")
    bad = Attacker(domains, "ag2")
    bad.own = bad.identity.gateway_id = "AG1"
    claims = {"sub": "gateway:AG1", "aud": "agentnf-gateways", "scope": ""}
    key = bad.identity._key.as_dict(private=False)
    stolen = foreign.issuer.token(int(time.time()) + 900, cnf={"jwk": key}, **claims)
    bad.identity._credential = GatewayCredential(
        credential=stolen, domain="amc-1", expires_at=int(time.time()) + 900
    )
    in_its_name = {"advertisement": bad.advertisement("AG1"), "path": ["AG2", "AG1"]}
    bad.own = "AG2"
    refusal = await refused(bad.update(gateway(domains, "agw"), [in_its_name]))
    assert refusal in {(403, "SIGNATURE_INVALID"), (401, "CREDENTIAL_INVALID")}


async def at_amc(testbed: Testbed, name: str, resource: str, body: dict[str, Any]) -> Any:
    url = f"{amc(testbed, name).api_root}/namc-credential/v1/{resource}"
    return (await gateway(testbed, "agw").sbi.request("POST", url, json=body, peer="AMC")).json()


def invocation(iaf: Iaf, subject: str | None) -> dict[str, Any]:
    items = [{"text": "good morning"}, {"data": {"language": "fr"}}]
    task = {
        "taskId": str(uuid.uuid4()),
        "sessionId": "s",
        "senderId": iaf.identity.aic,
        "command": "start",
        "capability": TRANSLATION,
        "dataItems": items,
    }
    return {"capability": TRANSLATION, "task": task, "onBehalfOf": subject}


async def invoke(line: Testbed, body: dict[str, Any]) -> dict[str, Any]:
    iaf = line.nfs["iaf"]
    assert isinstance(iaf, Iaf)
    url = f"{gateway(line, 'agw').api_root}/nagw-routing/v1/invocations"
    headers = {"Agent-Credential": iaf.identity.token}
    answer = await iaf.sbi.request("POST", url, json=body, headers=headers, peer="AGW")
    done: dict[str, Any] = answer.json()
    return done


async def test_h6_an_instance_that_dies_is_replaced_within_the_request(line: Testbed) -> None:
    iaf = line.nfs["iaf"]
    assert isinstance(iaf, Iaf)
    async with attach(line.n2) as ue:
        asked: set[str] = set()
        for _ in range(20):
            done = await invoke(line, invocation(iaf, ue.aic))
            assert done["result"]["products"][0]["text"] == "Bonjour !"
            asked |= set(done["attempts"])
        assert len(asked) == 2, "both instances take part (H5)"
        dead = line.nfs["translation"]
        assert isinstance(dead, TranslationAgent)
        del line.platform.local[dead.authority]
        attempts = [(await invoke(line, invocation(iaf, ue.aic)))["attempts"] for _ in range(20)]
        assert all(made[-1] != dead.identity.aic for made in attempts)
        assert sum(dead.identity.aic in made for made in attempts) <= 2, "it is left alone"
        del line.platform.local[line.nfs["translation-2"].authority]
        with pytest.raises(SbiProblem) as caught:
            await invoke(line, invocation(iaf, ue.aic))
        assert caught.value.status in (404, 503)
        line.platform.local[dead.authority] = dead.app


class TextTranslation(TranslationAgent):
    """Offers only a part of what can be asked for."""

    description = replace(
        TranslationAgent.description,
        instance="text",
        capabilities=("/capability/translation/text",),
    )


async def test_h14_who_offers_a_part_of_a_capability_is_found_for_it(line: Testbed) -> None:
    text = "/capability/translation/text"
    part = TextTranslation(CoreAgentConfig(port=7799, gateway_id="AG2"), line.platform)
    await part.start()
    await until(lambda: text in known(line, "agw"))
    found = await ask(line, "agw", text)
    assert [agent["aic"] for agent in found["agents"]] == [part.identity.aic]
    for name in ("translation", "translation-2"):
        agent = line.nfs[name]
        assert isinstance(agent, TranslationAgent)
        await agent.identity.stop()
    await until(lambda: TRANSLATION not in known(line, "agw"))
    async with attach(line.n2) as ue:
        said = await ue.say("translate 'where is the station' into German")
        assert (said.status, said.result_text) == ("FULFILLED", "Wo ist der Bahnhof?")
        iaf = line.nfs["iaf"]
        assert isinstance(iaf, Iaf)
        done = await invoke(line, invocation(iaf, ue.aic))
        assert done["attempts"] == [part.identity.aic]
    await part.stop()


async def test_a3_what_is_under_way_ends_with_the_identity(
    line: Testbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the requester's gateway and at the agent's."""
    begun = asyncio.Event()

    async def never_done(_agent: object, _task: object, _caller: object) -> list[DataItem]:
        begun.set()
        await asyncio.sleep(60)
        return []

    monkeypatch.setattr(TranslationAgent, "_perform", never_done)
    iaf = line.nfs["iaf"]
    assert isinstance(iaf, Iaf)
    for agent in (line.nfs["translation"], line.nfs["translation-2"]):
        assert isinstance(agent, TranslationAgent)
        agent._host._perform = never_done.__get__(agent)  # type: ignore[method-assign]
    async with attach(line.n2) as ue:
        assert ue.aic is not None
        asking = asyncio.ensure_future(invoke(line, invocation(iaf, ue.aic)))
        await begun.wait()
        amc(line, "amc").lifecycle.revoke(ue.aic, 1)
        async with asyncio.timeout(30):
            assert await refused(asking) == (403, "IDENTITY_NOT_ACTIVE")


async def test_a13_an_access_token_does_not_outlive_a_revocation(line: Testbed) -> None:
    """The agent that is asked directly refuses it, though it has not expired."""
    iaf, agent = line.nfs["iaf"], line.nfs["translation"]
    assert isinstance(iaf, Iaf)
    assert isinstance(agent, TranslationAgent)
    async with attach(line.n2) as ue:
        assert ue.aic is not None
        url = f"{gateway(line, 'agw').api_root}/nagw-routing/v1/resolutions"
        headers = {"Agent-Credential": iaf.identity.token}
        body = {"capability": TRANSLATION, "onBehalfOf": ue.aic}
        resolved = []
        for _ in range(2):
            answer = await iaf.sbi.request("POST", url, json=body, headers=headers)
            resolved.append(answer.json())

        async def direct(resolution: dict[str, Any]) -> Any:
            task = invocation(iaf, ue.aic)["task"]
            bearer = {"Authorization": f"Bearer {resolution['accessToken']}"}
            place = f"{resolution['target']['endPoint']}/tasks"
            return (await iaf.sbi.request("POST", place, json=task, headers=bearer)).json()

        assert (await direct(resolved[0]))["state"] == "completed"
        amc(line, "amc").lifecycle.revoke(ue.aic, 1)
        await asyncio.sleep(activity.VALID)
        assert await refused(direct(resolved[1])) == (401, "CREDENTIAL_INVALID")


async def test_d7_a_task_of_another_sender_is_not_routed(line: Testbed) -> None:
    iaf = line.nfs["iaf"]
    assert isinstance(iaf, Iaf)
    body = invocation(iaf, None)
    body["task"]["senderId"] = "1.2.156.3088.1.1.UE.1.1.188A"
    with pytest.raises(SbiProblem) as caught:
        await invoke(line, body)
    assert (caught.value.status, caught.value.cause) == (403, "SENDER_MISMATCH")


class Attacker:
    """One of the gateways, turned bad: it has its key and credential, and writes what it likes."""

    def __init__(self, testbed: Testbed, name: str) -> None:
        self.agw = gateway(testbed, name)
        store = testbed.platform.store(self.agw.config.gateway_id)
        self.identity = GatewayIdentity(self.agw, store, self.agw.config.gateway_id)
        self.own = self.agw.config.gateway_id

    async def update(self, victim: Agw, routes: list[dict[str, Any]], **others: Any) -> None:
        credential = await self.identity.credential()
        known = {
            "sender": self.own,
            "receiver": victim.config.gateway_id,
            "session": time.time_ns(),
            "sequence": 0,
            "complete": True,
            "hold_seconds": 9,
            "routes": routes,
            "issued_at": int(time.time()),
        }
        update = SyncUpdate.model_validate(known | others)
        credentials = {self.own: credential} | {
            route["path"][-1]: credential for route in routes if route["path"]
        }
        body = {
            "sender": self.own,
            "update": self.identity.sign(update.to_json()),
            "credentials": credentials,
        }
        await self.post(victim, "/nagw-sync/v1/updates", body)

    async def post(self, victim: Agw, path: str, body: dict[str, Any]) -> Any:
        answer = await self.agw.sbi.request("POST", victim.api_root + path, json=body, peer="AGW")
        return answer.json()

    def advertisement(self, origin: str, **others: Any) -> str:
        known = {
            "origin": origin,
            "epoch": int(time.time()) + 1000,
            "version": 99,
            "capability_id": OCR,
            "count_class": "MANY",
            "health_class": "UP",
            "expires_at": int(time.time()) + 60,
        }
        return self.identity.sign(Advertisement.model_validate(known | others).to_json())

    async def query(self, **others: Any) -> dict[str, Any]:
        known: dict[str, Any] = {
            "request_id": str(uuid.uuid4()),
            "query": Query(capability=TRANSLATION),
            "forward_chain": [self.own],
            "forward_trusted_servers": ["AG1", "AG2", "AG3"],
            "forward_signatures": ["x"],
            "credentials": {self.own: await self.identity.credential()},
        }
        query = ForwardedQuery.model_validate(known | others)
        part = {
            "requestId": query.request_id,
            "query": query.query.to_json(),
            "forwardChain": query.forward_chain,
            "forwardTrustedServers": query.forward_trusted_servers,
            "forwardDepthLimit": query.forward_depth_limit,
        }
        if query.forward_signatures == ["x"]:
            signed = self.identity.sign(part)
            query = query.model_copy(update={"forward_signatures": [signed]})
        return query.to_json()


async def refused(asking: Any) -> tuple[int, str]:
    with pytest.raises(SbiProblem) as caught:
        await asking
    return caught.value.status, caught.value.cause


async def test_o1_a_poisoned_digest_is_refused(line: Testbed) -> None:
    """G11: what is said of a gateway counts only with that gateway's signature."""
    bad, victim = Attacker(line, "ag3"), gateway(line, "agw")
    forged = {"advertisement": bad.advertisement("AG2"), "path": ["AG3", "AG2"]}
    assert await refused(bad.update(victim, [forged])) == (403, "SIGNATURE_INVALID")
    of_another = {"advertisement": bad.advertisement("AG2"), "path": ["AG3"]}
    assert await refused(bad.update(victim, [of_another])) == (403, "SIGNATURE_INVALID")
    hidden = {"advertisement": bad.advertisement("AG3"), "path": ["AG2", "AG3"]}
    assert await refused(bad.update(victim, [hidden])) == (400, "INVALID_UPDATE")
    to_another = bad.update(victim, [], receiver="AG2")
    assert await refused(to_another) == (403, "SIGNATURE_INVALID")
    late = bad.update(victim, [], issued_at=int(time.time()) - 600)
    assert await refused(late) == (400, "INVALID_UPDATE")
    gap = bad.update(victim, [], session=1, sequence=7)
    assert await refused(gap) == (409, "RESYNC_REQUIRED")
    assert known(line, "agw")[TRANSLATION] == ["AG1", "AG3", "AG2"]
    assert OCR not in known(line, "agw") or known(line, "agw")[OCR] == ["AG1", "AG3", "AG2"]
    recorded = [r["body"] for r in victim.audit.page(0)["records"]]
    causes = [r["cause"] for r in recorded if r["action"] == "digest.update"]
    assert causes.count("SIGNATURE_INVALID") == 3


async def test_a_gateway_that_is_no_peer_is_not_heard(line: Testbed) -> None:
    bad, victim = Attacker(line, "ag2"), gateway(line, "agw")
    assert await refused(bad.update(victim, [])) == (403, "UNKNOWN_PEER")
    query = await bad.query()
    path = "/nagw-routing/v1/forwarded-queries"
    assert await refused(bad.post(victim, path, query)) == (403, "UNKNOWN_PEER")


async def test_a_peer_that_floods_is_told_to_wait(line: Testbed) -> None:
    bad, victim = Attacker(line, "ag3"), gateway(line, "agw")
    outcomes = set()
    for _ in range(400):
        try:
            await bad.update(victim, [])
        except SbiProblem as problem:
            outcomes.add((problem.status, problem.cause))
    assert (429, "TOO_MANY_REQUESTS") in outcomes


async def test_h11_forwarded_queries_are_checked(line: Testbed) -> None:
    """One for each error of the table."""
    bad, victim = Attacker(line, "ag3"), gateway(line, "ag2")
    path = "/nagw-routing/v1/forwarded-queries"

    async def outcome(**others: Any) -> tuple[int, str]:
        return await refused(bad.post(victim, path, await bad.query(**others)))

    assert (await bad.post(victim, path, await bad.query()))["reversePath"] == ["AG2"]
    assert await outcome(forward_chain=["AG2", "AG3"]) == (508, "LOOP_DETECTED")
    deep = ["X", "Y", "Z", "AG3"]
    assert await outcome(forward_chain=deep, forward_depth_limit=3) == (508, "DEPTH_REACHED")
    assert await outcome(forward_chain=["AG3", "AG1"]) == (508, "CHAIN_MISMATCH")
    assert await outcome(forward_chain=[]) == (400, "INVALID_CHAIN")
    assert await outcome(forward_chain=["AG3", "X", "AG3"]) == (400, "INVALID_CHAIN")
    assert await outcome(forward_trusted_servers=["AG1"]) == (403, "NOT_TRUSTED")
    forged = [bad.identity.sign({"requestId": "another"})]
    assert await outcome(forward_signatures=forged) == (508, "CHAIN_SIGNATURE_INVALID")
    assert await outcome(forward_signatures=[]) == (508, "CHAIN_SIGNATURE_INVALID")
    assert await outcome(forward_chain=["AG1", "AG3"]) == (508, "CHAIN_SIGNATURE_INVALID")
    elsewhere = Query(capability="/capability/qos-assurance")
    far = await outcome(query=elsewhere, forward_depth_limit=1)
    assert far == (404, "CAPABILITY_NOT_FOUND"), "all ways lead back"
    middle, first = gateway(line, "ag3"), Attacker(line, "agw")
    no_further = await first.query(forward_depth_limit=1)
    assert await refused(first.post(middle, path, no_further)) == (508, "DEPTH_REACHED")
    no_branches = await first.query(forward_fanout_remaining=0)
    assert await refused(first.post(middle, path, no_branches)) == (508, "FANOUT_EXCEEDED")


async def test_o1_a_forged_answer_is_refused(
    line: Testbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway in between puts in an agent of its own."""
    middle = gateway(line, "ag3")
    bad = Attacker(line, "ag3")

    async def forged(forwarded: ForwardedQuery, _peer: str | None) -> Any:
        agent = {
            "aic": "1.2.156.3088.1.3.CORE.4.1.0000",
            "name": "Translation",
            "capabilityIds": [TRANSLATION],
            "endPoint": "http://127.0.0.1:6666",
            "gatewayId": "AG2",
            "domain": "amc-1",
        }
        answer = {
            "requestId": forwarded.request_id,
            "capabilityId": TRANSLATION,
            "route": ["AG1", "AG3", "AG2"],
            "agents": [agent],
        }
        return {
            "answer": bad.identity.sign(answer),
            "credential": await bad.identity.credential(),
            "reverse_path": ["AG2", "AG3"],
        }

    monkeypatch.setattr(middle.forwarding, "answer", forged)
    assert await refused(ask(line, "agw", TRANSLATION)) == (502, "ANSWER_INVALID")


async def test_an_nf_gets_no_credential_of_a_gateway(line: Testbed) -> None:
    """The AMC believes the NRF who is a gateway, not the request."""
    iaf = line.nfs["iaf"]
    thief = GatewayIdentity(iaf, line.platform.store("thief"), "AG2")
    assert await refused(thief.credential()) == (403, "POLICY")
    stranger = GatewayIdentity(gateway(line, "agw"), line.platform.store("stranger"), "AG9")
    assert await refused(stranger.credential()) == (403, "POLICY")
