"""One agent, one AIC: over 3GPP access, over an access nobody trusts, at a fixed gateway (N1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from test_topologies import TRANSLATION, gateway, known, topology, until

from nfs.agw.access.routes import ATTACHMENTS, RESOLUTIONS
from nfs.common.access_proof import ProofInvalid, access_proof, verified_proof
from nfs.common.sbi.problem import SbiProblem
from nfs.testbed import Testbed
from ue_sim import UserEquipment, attach

WIFI = {"accessType": "NON_3GPP_ACCESS", "accessId": "02:00:5e:10:00:01"}
LINE = {"accessType": "FIXED_ACCESS", "accessId": "line-4711"}


@pytest.fixture
async def line() -> AsyncIterator[Testbed]:
    async with topology("line") as running:
        await until(lambda: TRANSLATION in known(running, "agw"))
        yield running


async def send(  # noqa: PLR0917
    line: Testbed, name: str, path: str, body: dict[str, Any], token: str | None, proof: str
) -> dict[str, Any]:
    """As an agent outside of the core: no NF, no token of the NRF."""
    answer = await line.nfs["iaf"].sbi.request(
        "POST",
        gateway(line, name).api_root + path,
        json=body,
        headers={"Authorization": f"Bearer {token}", "Agent-Proof": proof},
        authorize=False,
    )
    read: dict[str, Any] = answer.json()
    return read


async def by(
    line: Testbed, ue: UserEquipment, name: str, path: str, body: dict[str, Any]
) -> dict[str, Any]:
    """By the agent of ``ue``, with its credential and its key."""
    proof = ue.agent.access_proof(gateway(line, name).config.gateway_id, path)
    return await send(line, name, path, body, ue.agent.token, proof)


async def refused(asking: Any) -> tuple[int, str]:
    with pytest.raises(SbiProblem) as caught:
        await asking
    return caught.value.status, caught.value.cause


async def test_n1_one_code_over_three_accesses(line: Testbed) -> None:
    async with attach(line.n2) as ue:
        assert ue.aic is not None
        wifi = await by(line, ue, "agw", ATTACHMENTS, WIFI)
        fixed = await by(line, ue, "ag2", ATTACHMENTS, LINE)
        assert wifi["aic"] == fixed["aic"] == ue.aic
        assert (wifi["gatewayId"], fixed["gatewayId"]) == ("AG1", "AG2")

        # At home over Wi-Fi, and as a guest at the fixed gateway: the same is found.
        body = {"capability": TRANSLATION}
        at_home = await by(line, ue, "agw", RESOLUTIONS, body)
        as_guest = await by(line, ue, "ag2", RESOLUTIONS, body)
        assert at_home["route"] == ["AG1", "AG3", "AG2"]
        assert as_guest["route"] == ["AG2"]
        assert await refused(by(line, ue, "ag3", RESOLUTIONS, body)) == (403, "NOT_ATTACHED")

        # Who is asked on the way does not learn who asks; the table has pseudonyms only.
        forwarded = [r for r in line.platform.trace if "forwarded-queries" in r.name]
        assert forwarded
        assert not any(ue.aic.encode() in bytes(r.octets) for r in forwarded)
        url = f"{gateway(line, 'agw').api_root}/nagw-registration/v1/agents/{ue.aic}/accesses"
        table = (await line.nfs["iaf"].sbi.request("GET", url)).json()["attachments"]
        assert [row["accessType"] for row in table] == ["NON_3GPP_ACCESS"]
        assert WIFI["accessId"] not in str(table)


async def test_a_stolen_credential_is_of_no_use_on_another_connection(line: Testbed) -> None:
    async with attach(line.n2) as ue:
        agent = ue.agent
        assert agent.credential is not None
        thief = ec.generate_private_key(ec.SECP256R1())
        own_key = access_proof(thief, agent.credential, "AG1", ATTACHMENTS)
        elsewhere = agent.access_proof("AG2", ATTACHMENTS)
        other_request = agent.access_proof("AG1", RESOLUTIONS)
        denied = (401, "CREDENTIAL_INVALID")
        for proof in ("", "x", "a.b.c", own_key, elsewhere, other_request, "A" * 8000):
            asking = send(line, "agw", ATTACHMENTS, WIFI, agent.token, proof)
            assert await refused(asking) == denied, proof[:20]
        once = agent.access_proof("AG1", ATTACHMENTS)
        assert (await send(line, "agw", ATTACHMENTS, WIFI, agent.token, once))["aic"] == ue.aic
        again = send(line, "agw", ATTACHMENTS, WIFI, agent.token, once)
        assert await refused(again) == denied, "a proof serves one request"
        good = agent.access_proof("AG1", ATTACHMENTS)
        assert await refused(send(line, "agw", ATTACHMENTS, WIFI, "no.such.token", good)) == denied


async def test_who_is_suspended_does_not_come_in_by_another_door(line: Testbed) -> None:
    async with attach(line.n2) as ue:
        await by(line, ue, "agw", ATTACHMENTS, WIFI)
        await ue.deregister()
        asking = by(line, ue, "agw", RESOLUTIONS, {"capability": TRANSLATION})
        assert await refused(asking) == (403, "AGENT_SUSPENDED")


def test_a_certificate_that_is_none() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(ProofInvalid):
        verified_proof(access_proof(key, b"no certificate", "AG1", "/"), "AG1", "/")
