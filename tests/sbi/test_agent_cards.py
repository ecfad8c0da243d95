"""Agents of third parties by their A2A cards, and what this gateway shows of its own (F10, L20)."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from agent_requests import (
    AGENTS,
    OCR,
    TRANSLATION,
    AgentKey,
    core_request,
    lab_key,
    register,
    text_of,
    ue_request,
)
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from identity_core import AGW, IdentityCore

from nfs.agw.agent_cards.card import read_card
from nfs.agw.agent_cards.card_export import AgentCardExport
from nfs.agw.agent_cards.mapping import AIC_EXTENSION
from nfs.agw.agent_cards.signature import is_signed_by, signed_octets
from nfs.agw.config import AgwConfig
from nfs.common.aic import Aic
from nfs.common.jcs import canonical
from nfs.common.sbi.problem import SbiProblem
from nfs.common.signing import base64url, jws_input, public_keys, verifies

CARDS = "/nagw-registration/v1/agent-cards"
SUPI = "imsi-999700000000001"


def card(*tags: str) -> dict[str, Any]:
    return {
        "name": "Babel",
        "description": "Translates documents. It does nothing else.",
        "supportedInterfaces": [
            {
                "url": "https://babel.example.com/a2a/v1",
                "protocolBinding": "JSONRPC",
                "protocolVersion": "1.0",
            }
        ],
        "provider": {"organization": "Babel Inc.", "url": "https://www.example.com"},
        "version": "1.2.0",
        "capabilities": {"streaming": True},
        "defaultInputModes": ["text/plain"],
        "defaultOutputModes": ["text/plain"],
        "skills": [
            {
                "id": "documents",
                "name": "Documents",
                "description": "From any language to any other.",
                "tags": list(tags or ("translation",)),
            }
        ],
        "x-house": {"motto": "every tongue"},
    }


def signed(document: dict[str, Any], key: AgentKey) -> dict[str, Any]:
    """As a third party does it: no code of the gateway but the canonical form."""
    protected = base64url(b'{"alg":"ES256","typ":"JOSE","kid":"k","jku":"https://evil.example/"}')
    payload = base64url(canonical(document))
    der = key.private.sign(f"{protected}.{payload}".encode(), ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(der)
    signature = base64url(r.to_bytes(32) + s.to_bytes(32))
    return document | {"signatures": [{"protected": protected, "signature": signature}]}


def card_request(document: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """Registration of a third party's agent under the template core.translation."""
    key = options.pop("agent", None) or AgentKey()
    signer = options.pop("signer", key)
    body = core_request(agent=key, **options)
    attributes = ("template", "instance", "publicKey", "proof", "registrant")
    return {name: body[name] for name in attributes} | {
        "agentCard": signed(document or card(), signer)
    }


class Core(IdentityCore):
    async def get(self, path: str, **request: Any) -> Any:
        return (await self.agw.sbi.request("GET", AGW + path, **request)).json()

    async def bring(self, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.agw.sbi.request("POST", AGW + CARDS, json=body)
        bind: dict[str, Any] = answer.json()
        return bind | {"status": answer.status}

    async def refused(self, body: dict[str, Any]) -> tuple[int, str]:
        """Status and cause of an import that must leave nothing stored."""
        kept = self.stored("agw-1", "agents"), self.stored("amc", "identities", "grants")
        with pytest.raises(SbiProblem) as caught:
            await self.bring(body)
        assert kept == (self.stored("agw-1", "agents"), self.stored("amc", "identities", "grants"))
        return caught.value.status, caught.value.cause

    async def gateway_key(self, protected: str) -> ec.EllipticCurvePublicKey:
        """The key that a protected header names, from where it says."""
        header = json.loads(bytes(_unpadded(protected)))
        assert header["jku"] == f"{AGW}/.well-known/jwks.json"
        answer = await self.get("/.well-known/jwks.json", authorize=False)
        assert "d" not in answer["keys"][0]
        return public_keys(answer)[header["kid"]]


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture
async def core() -> AsyncIterator[Core]:
    async with Core() as core:
        yield core


async def test_a_third_partys_agent_is_registered_by_its_card(core: Core) -> None:
    bind = await core.bring(card_request())
    assert bind["status"] == 201
    assert bind["capabilityIds"] == [TRANSLATION]
    acs = bind["acs"]
    assert (acs["name"], acs["version"]) == ("Babel", "1.2.0")
    assert acs["endPoints"][0]["transport"] == "JSONRPC"
    assert [skill["id"] for skill in acs["skills"]] == ["documents"]
    assert acs["provider"]["organization"] == "AgentNF testbed"
    (found,) = (await core.get("/nagw-discovery/v1/agents", params={"capability": "translation"}))[
        "agents"
    ]
    assert found["acs"] == acs
    again = await core.bring(card_request())
    assert (again["status"], again["aic"]) == (200, bind["aic"])


async def test_its_card_comes_out_signed_by_the_gateway(core: Core) -> None:
    bind = await core.bring(card_request())
    exported = await core.get(f"{AGENTS}/{bind['aic']}/agent-card")
    (signature,) = exported["signatures"]
    key = await core.gateway_key(signature["protected"])
    assert is_signed_by(exported, read_card(exported), key)
    assert exported["provider"] == card()["provider"]
    assert exported["x-house"] == card()["x-house"]
    assert exported["supportedInterfaces"] == card()["supportedInterfaces"]
    (identity,) = exported["capabilities"]["extensions"]
    assert identity == {
        "uri": AIC_EXTENSION,
        "params": {"aic": bind["aic"], "capabilityIds": [TRANSLATION]},
    }


async def test_there_is_no_card_of_an_unknown_agent(core: Core) -> None:
    unknown = str(Aic.allocate("1", "CORE", "4", 99, AgwConfig().salt))
    for aic, cause in (("x", "400 INVALID_AIC"), (unknown, "404 AGENT_NOT_FOUND")):
        with pytest.raises(SbiProblem, match=cause):
            await core.get(f"{AGENTS}/{aic}/agent-card")


async def test_an_agent_that_speaks_only_a2a_is_not_given_to_ours(core: Core) -> None:
    """B10: until the gateway converts, it is discovered, not resolved."""
    await core.bring(card_request())
    ue = (await register(core.agw, ue_request())).json()
    with pytest.raises(SbiProblem, match="404 CAPABILITY_NOT_FOUND"):
        await core.agw.sbi.request(
            "POST",
            f"{AGW}/nagw-routing/v1/resolutions",
            json={"capability": TRANSLATION},
            headers={"Agent-Credential": ue["token"]},
        )


async def test_the_card_is_signed_with_the_agents_own_key(core: Core) -> None:
    """Who copies a card has not the key that signed it; who signs anew has not the agent's."""
    stolen = card_request() | {"agentCard": card_request()["agentCard"]}
    assert await core.refused(stolen) == (403, "CARD_SIGNATURE_INVALID")
    assert await core.refused(card_request(signer=AgentKey())) == (403, "CARD_SIGNATURE_INVALID")
    unsigned = card_request() | {"agentCard": card()}
    assert await core.refused(unsigned) == (403, "CARD_SIGNATURE_INVALID")
    altered = card_request()
    altered["agentCard"]["name"] = "Mallory"
    assert await core.refused(altered) == (403, "CARD_SIGNATURE_INVALID")


async def test_a_card_alone_proves_nothing_to_the_amc(core: Core) -> None:
    """The holder proves possession of the card's key, and the account is the registrant's."""
    wrong_proof = card_request() | {"proof": card_request()["proof"]}
    assert await core.refused(wrong_proof) == (403, "CREDENTIAL_INVALID")
    wrong_account = card_request(account_key=lab_key("core.ocr"))
    assert await core.refused(wrong_account) == (403, "CREDENTIAL_INVALID")
    wrong_curve = card_request() | {"publicKey": _text(AgentKey(ec.SECP384R1()).public)}
    assert await core.refused(wrong_curve) == (403, "CREDENTIAL_INVALID")
    no_key = card_request() | {"publicKey": "AAAA"}
    assert await core.refused(no_key) == (403, "CREDENTIAL_INVALID")


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"skills": [card("world-domination")["skills"][0]]}, "INVALID_AGENT_CARD"),
        ({"description": f"the phone of {SUPI}"}, "INVALID_AGENT_CARD"),
        ({"x-owner": {"id": SUPI}}, "INVALID_AGENT_CARD"),
        ({"name": "x" * 129}, "INVALID_AGENT_CARD"),
        ({"x-large": "x" * 70_000}, "INVALID_AGENT_CARD"),
        ({"name": "a\x00b"}, "INVALID_AGENT_DESCRIPTION"),
    ],
)
async def test_a_card_that_is_not_taken(core: Core, change: dict[str, Any], cause: str) -> None:
    assert await core.refused(card_request(card() | change)) == (400, cause)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://user:secret@host/", "http://h/?q", "javascript:x"]
)
async def test_an_interface_that_is_no_place(core: Core, url: str) -> None:
    document = card()
    document["supportedInterfaces"][0]["url"] = url
    body = card_request(document)
    assert await core.refused(body) == (400, "INVALID_AGENT_DESCRIPTION")


async def test_a_card_that_overstates_is_refused(core: Core) -> None:
    """O1 (2): the template may translate, not read."""
    body = card_request(card("translation", "ocr"))
    assert await core.refused(body) == (403, "SCOPE_NOT_ALLOWED")


async def test_nothing_is_fetched_that_a_card_names(core: Core) -> None:
    await core.bring(card_request())
    assert not [record for record in core.trace if "evil" in record.name]


async def test_nobody_is_shown_unless_the_operator_says_so(core: Core) -> None:
    """F10, B14."""
    await register(core.agw, core_request())
    found = await core.get("/.well-known/ai-catalog.json", authorize=False)
    assert found["entries"] == []
    assert found["specVersion"] == "1.0"


async def test_the_catalogue_shows_agents_of_the_configured_capabilities(core: Core) -> None:
    """Signed cards, for anybody to see; those of subscribers and suspended ones never."""
    config = AgwConfig(catalogue=(TRANSLATION, TRANSLATION, "/capability/x"), catalogue_seconds=0)
    shown = AgentCardExport(config, core.agw.directory, core.agw.cards.keys)
    third, own = await core.bring(card_request()), core_request(instance="own")
    ours = (await register(core.agw, own)).json()
    await register(core.agw, core_request(OCR))
    await register(core.agw, ue_request(pseudonym="0f1e2d"))
    catalogue = shown.catalogue()
    entries = catalogue["entries"]
    assert {entry["identifier"] for entry in entries} == {
        f"acps://{bind['aic']}" for bind in (third, ours)
    }
    for entry in entries:
        assert entry["type"] == "application/a2a-agent-card+json"
        key = await core.gateway_key(entry["data"]["signatures"][0]["protected"])
        assert is_signed_by(entry["data"], read_card(entry["data"]), key)
        assert signed_octets(entry["data"])
    protected, _, signature = catalogue["signature"].split(".")
    unsigned = {name: value for name, value in catalogue.items() if name != "signature"}
    assert verifies(key, signature, jws_input(protected, canonical(unsigned)))
    assert "0f1e2d" not in text_of(catalogue)
    url = f"{AGW}{AGENTS}/{ours['aic']}/state"
    await core.agw.sbi.request("PATCH", url, json={"state": "SUSPENDED"})
    assert [e["identifier"] for e in shown.catalogue()["entries"]] == [f"acps://{third['aic']}"]
