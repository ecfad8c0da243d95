"""What AGW and AMC record of what agents and NFs do, and who may read it (O1, O8, P1, P2)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from agent_requests import AGENTS, OCR, TRANSLATION, core_request, register, text_of, ue_request
from console import Console
from identity_core import AGW, AMC, IdentityCore

from nfs.cli.consumer import Operator, Privileged
from nfs.common.audit import ChainVerifier
from nfs.common.sbi.problem import SbiProblem
from nfs.common.signing import public_keys

TRAILS = {"agw": f"{AGW}/nagw-audit/v1", "amc": f"{AMC}/namc-audit/v1"}


class AuditedCore(IdentityCore):
    """The audit trails as an operator's console reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.oam = Console(self)

    async def trail(self, nf: str) -> list[dict[str, Any]]:
        """All records; each must be good."""
        keys = (await self.oam.sbi.request("GET", f"{TRAILS[nf]}/keys")).json()
        records = (await self.oam.sbi.request("GET", f"{TRAILS[nf]}/records")).json()["records"]
        chain = ChainVerifier(public_keys(keys))
        assert [chain.check(record) for record in records] == [None] * len(records)
        return list(records)

    async def told(self, nf: str) -> list[tuple[str, str, str]]:
        """Actor, action and how it ended."""
        bodies = [record["body"] for record in await self.trail(nf)]
        return [(b["actor"], b["action"], b.get("cause", b["result"])) for b in bodies]

    async def refused(self, method: str, url: str, **request: Any) -> SbiProblem:
        with pytest.raises(SbiProblem) as caught:
            await self.agw.sbi.request(method, url, **request)
        return caught.value


@pytest.fixture
async def core() -> AsyncIterator[AuditedCore]:
    async with AuditedCore() as core:
        await core.oam.start()
        yield core
        await core.oam.stop()


async def resolve(core: AuditedCore, token: str, capability: str) -> SbiProblem | None:
    try:
        await core.agw.sbi.request(
            "POST",
            f"{AGW}/nagw-routing/v1/resolutions",
            json={"capability": capability},
            headers={"Agent-Credential": token},
        )
    except SbiProblem as problem:
        return problem
    return None


async def test_the_life_of_an_agent_is_in_both_trails(core: AuditedCore) -> None:
    ue = (await register(core.agw, ue_request())).json()
    agent = (await register(core.agw, core_request())).json()
    await resolve(core, ue["token"], TRANSLATION)
    await resolve(core, ue["token"], OCR)
    url = f"{AGW}{AGENTS}/{agent['aic']}"
    await core.agw.sbi.request("PATCH", f"{url}/state", json={"state": "SUSPENDED"})
    await core.agw.sbi.request("DELETE", url)
    agw = f"nf:{core.agw.instance_id}"
    assert await core.told("agw") == [
        ("account:amf", "agent.register", "success"),
        ("account:core.translation", "agent.register", "success"),
        (f"agent:{ue['aic']}", "agent.resolve", "success"),
        (f"agent:{ue['aic']}", "agent.resolve", "SCOPE_NOT_ALLOWED"),
        (agw, "agent.change-state", "success"),
        (agw, "agent.deregister", "success"),
    ]
    told = await core.told("amc")
    assert told[:4] == [
        ("account:amf", "agent.authorize", "success"),
        (agw, "credential.issue", "success"),
        ("account:core.translation", "agent.authorize", "success"),
        (agw, "credential.issue", "success"),
    ]
    assert told[-1] == (agw, "identity.change-state", "success")
    retired = (await core.trail("amc"))[-1]
    assert retired["aic"] == agent["aic"]
    assert (retired["body"]["before"], retired["body"]["after"]) == (
        {"state": "ACTIVE"},
        {"state": "RETIRED"},
    )


async def test_the_record_of_a_resolution_names_the_target(core: AuditedCore) -> None:
    ue = (await register(core.agw, ue_request())).json()
    agent = (await register(core.agw, core_request())).json()
    await resolve(core, ue["token"], "translate")
    body = (await core.trail("agw"))[-1]["body"]
    assert body["target"] == "translate"
    assert body["after"]["targetAic"] == agent["aic"]


@pytest.mark.parametrize(
    ("change", "cause", "at_amc"),
    [
        ({"instance": "another"}, "CREDENTIAL_INVALID", True),
        ({"template": "core.unheard-of"}, "CREDENTIAL_INVALID", True),
        ({"capabilities": ["/capability/world-domination"]}, "INVALID_AGENT_DESCRIPTION", False),
        ({"requestedScope": ["/capability/code-generation"]}, "SCOPE_NOT_ALLOWED", True),
    ],
)
async def test_a_denial_is_recorded(
    core: AuditedCore, change: dict[str, Any], cause: str, at_amc: bool
) -> None:
    """O1: a forged identity, an overstated capability."""
    problem = await core.refused("POST", AGW + AGENTS, json=ue_request() | change)
    assert problem.cause == cause
    (record,) = await core.trail("agw")
    assert (record["body"]["result"], record["body"]["cause"]) == ("denied", cause)
    assert record["body"]["detail"]
    denied = [("account:amf", "agent.authorize", cause)]
    assert await core.told("amc") == (denied if at_amc else [])


async def test_a_forged_credential_is_recorded(core: AuditedCore) -> None:
    problem = await resolve(core, "x.y.z", OCR)
    assert problem is not None
    told = set(await core.told("agw"))  # a client may try again with another access token
    assert told == {(f"nf:{core.agw.instance_id}", "agent.resolve", "CREDENTIAL_INVALID")}


async def test_no_subscriber_and_no_secret_is_in_a_trail(core: AuditedCore) -> None:
    """C8, O9."""
    body = ue_request(pseudonym="0f1e2d", instance="my-phone")
    bind = (await register(core.agw, body)).json()
    await resolve(core, bind["token"], OCR)
    kept = text_of([await core.trail(nf) for nf in TRAILS])
    for secret in ("0f1e2d", "my-phone", bind["token"], bind["certificate"], body["proof"]):
        assert secret not in kept


@pytest.mark.parametrize("nf", TRAILS)
async def test_others_get_no_token_for_a_trail(core: AuditedCore, nf: str) -> None:
    """O1 (5), P2: telemetry without permission is refused by the NRF, and by the NF itself."""
    for url in (f"{TRAILS[nf]}/records", f"{TRAILS[nf]}/keys"):
        assert (await core.refused("GET", url)).cause == "INVALID_SCOPE"
        other = await core.agw.sbi.tokens.token("AMC", "namc-auth")  # type: ignore[union-attr]
        headers = {"authorization": f"Bearer {other}"}
        problem = await core.refused("GET", url, headers=headers, authorize=False)
        assert problem.status in (401, 403)
        problem = await core.refused("GET", url, authorize=False)
        assert (problem.status, problem.cause) == (401, "TOKEN_MISSING")


def test_only_privileged_commands_register_as_oam() -> None:
    """The other commands are application functions to the NRF."""
    kinds = (Operator("http://127.0.0.1:7710"), Privileged("http://127.0.0.1:7710"))
    assert [kind.registered_type for kind in kinds] == ["AF", "OAM"]


@pytest.mark.parametrize("after", ["-1", "x", "1e3", str(10**13)])
async def test_a_page_that_is_none(core: AuditedCore, after: str) -> None:
    with pytest.raises(SbiProblem) as caught:
        await core.oam.sbi.request("GET", f"{TRAILS['agw']}/records", params={"after": after})
    assert caught.value.status == 400
