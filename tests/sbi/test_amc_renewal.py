"""Renewal and rotation of credentials, and keys of the past (requirements A5, A15, A16)."""

from __future__ import annotations

import base64
import time
from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from agent_requests import AgentKey, core_request, ue_request
from amc_requests import CREDENTIALS, ask, certificate, claims, enrol, revoke, set_state
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from identity_core import IdentityCore
from joserfc import jws
from joserfc.jwk import ECKey

from nfs.amc.credentials.key_history import KEPT_KEYS, key_id
from nfs.common.agents import key_proof
from nfs.common.agents.key_proof import KeyClaim
from nfs.common.sbi.problem import SbiProblem


@pytest.fixture
async def core() -> AsyncIterator[IdentityCore]:
    async with IdentityCore() as core:
        yield core


def kid_of(key: AgentKey) -> str:
    return key_id(key.private.public_key())


def renewal(
    agent: str, key: AgentKey, changes: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    claim: dict[str, Any] = {
        "action": "renew",
        "aic": agent,
        "amc_id": "amc-1",
        "thumbprint": kid_of(key),
    }
    return {"aic": agent, "proof": KeyClaim(**(claim | dict(changes))).signed(key.private)}


def rotation(aic: str, old: AgentKey, new: AgentKey, **changes: Any) -> dict[str, Any]:
    claim = KeyClaim("rotate", aic, "amc-1", kid_of(new))
    return {
        "aic": aic,
        "publicKey": base64.b64encode(new.public).decode(),
        "proof": claim.signed(old.private),
        "newKeyProof": claim.signed(new.private),
    } | changes


async def renew(core: IdentityCore, body: dict[str, Any]) -> Any:
    return (await ask(core, "POST", f"{CREDENTIALS}/renewals", json=body)).json()


async def rotate(core: IdentityCore, body: dict[str, Any]) -> Any:
    return (await ask(core, "POST", f"{CREDENTIALS}/rotations", json=body)).json()


def public(issued: dict[str, Any]) -> bytes:
    return (
        certificate(issued)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


async def statuses(core: IdentityCore, aic: str) -> list[tuple[str, str]]:
    found = (await ask(core, "GET", f"{CREDENTIALS}/status/{aic}")).json()["certificates"]
    return sorted((c["kid"], c.get("reason", "")) for c in found)


async def test_a_certificate_is_renewed_for_the_same_key(core: IdentityCore) -> None:
    key = AgentKey()
    aic, first = await enrol(core, core_request(agent=key), hosts=["agent.example"])
    second = await renew(core, renewal(aic, key))
    assert public(second) == public(first) == key.public
    assert certificate(second).serial_number != certificate(first).serial_number
    assert certificate(second, "serverCertificate").serial_number
    said = await claims(core, second["token"])
    assert (said["sub"], said["exp"]) == (f"agent:{aic}", second["expiresAt"])
    assert await statuses(core, aic) == [(kid_of(key), "")] * 4, "the old ones stay valid"


async def test_a_key_is_replaced_by_another(core: IdentityCore) -> None:
    """Both keys sign; what was issued for the old one is revoked, its tokens too."""
    old, new = AgentKey(), AgentKey()
    aic, first = await enrol(core, ue_request(agent=old))
    second = await rotate(core, rotation(aic, old, new))
    assert public(second) == new.public
    expected = [(kid_of(new), ""), (kid_of(old), "superseded")]
    assert await statuses(core, aic) == sorted(expected)
    known = core.amc.identities.find(aic)
    assert (await claims(core, first["token"]))["iat"] < known.credentials_from
    assert (await claims(core, second["token"]))["iat"] >= known.credentials_from
    with pytest.raises(SbiProblem, match="403 CREDENTIAL_INVALID"):
        await renew(core, renewal(aic, old))
    with pytest.raises(SbiProblem, match="403 CREDENTIAL_INVALID"):
        await rotate(core, rotation(aic, old, AgentKey()))
    with pytest.raises(SbiProblem, match="403 CREDENTIAL_INVALID"):
        await rotate(core, rotation(aic, new, old))
    await renew(core, renewal(aic, new))


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "rotate"},
        {"aic": "1.2.156.3088.1.1.UE.1.2.0000"},
        {"amc_id": "amc-2"},
        {"thumbprint": "another"},
    ],
)
async def test_a_proof_of_something_else(core: IdentityCore, changes: dict[str, str]) -> None:
    key = AgentKey()
    aic, _ = await enrol(core, ue_request(agent=key))
    with pytest.raises(SbiProblem, match="403 CREDENTIAL_INVALID"):
        await renew(core, renewal(aic, key, changes))


async def test_proofs_that_are_none(core: IdentityCore, monkeypatch: pytest.MonkeyPatch) -> None:
    key, new = AgentKey(), AgentKey()
    aic, _ = await enrol(core, ue_request(agent=key))
    signer = ECKey.import_key(key.private)
    header, payload, signature = renewal(aic, key)["proof"].split(".")
    with monkeypatch.context() as patched:
        long_ago = time.time() - 400
        patched.setattr(key_proof.time, "time", lambda: long_ago)
        stale = renewal(aic, key)["proof"]
    proofs = {
        "stale": stale,
        "of another key": renewal(aic, new, {"thumbprint": kid_of(key)})["proof"],
        "unsigned": f"eyJhbGciOiJub25lIn0.{payload}.",
        "changed": f"{header}.{payload[:-2]}AA.{signature}",
        "a list": jws.serialize_compact({"alg": "ES256"}, b"[]", signer),
        "nested": jws.serialize_compact({"alg": "ES256"}, b"[" * 2000, signer),
        "text": "x",
    }
    for name, proof in proofs.items():
        with pytest.raises(SbiProblem, match="403 CREDENTIAL_INVALID"):
            pytest.fail(f"{name}: {await renew(core, {'aic': aic, 'proof': proof})}")
    good = rotation(aic, key, new)
    curve = AgentKey(ec.SECP384R1())
    wrong = {
        "the old key does not agree": {"proof": good["newKeyProof"]},
        "the new key is not shown": {"newKeyProof": good["proof"]},
        "another curve": {"publicKey": base64.b64encode(curve.public).decode()},
        "no base64": {"publicKey": "***"},
    }
    for change in wrong.values():
        with pytest.raises(SbiProblem, match="403 CREDENTIAL_INVALID"):
            await rotate(core, good | change)
    with pytest.raises(SbiProblem, match="400 MANDATORY_IE_INCORRECT"):
        await renew(core, {"aic": aic, "proof": "x" * 4097})
    await rotate(core, good)


async def test_who_is_not_active_renews_nothing(
    core: IdentityCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A3, D7."""
    key = AgentKey()
    aic, issued = await enrol(core, ue_request(agent=key))
    await set_state(core, aic, "SUSPENDED")
    for action in (renew(core, renewal(aic, key)), rotate(core, rotation(aic, key, AgentKey()))):
        with pytest.raises(SbiProblem, match="403 IDENTITY_NOT_ACTIVE"):
            await action
    await set_state(core, aic, "ACTIVE")
    later = issued["expiresAt"] + 1.0
    body = renewal(aic, key)
    monkeypatch.setattr("nfs.amc.credentials.renewal.time.time", lambda: later)
    with pytest.raises(SbiProblem, match="403 CREDENTIAL_EXPIRED"):
        await renew(core, body)


async def test_a_revoked_credential_is_not_renewed(core: IdentityCore) -> None:
    """What was revoked is had again by a new registration only, with a key vouched for anew."""
    key, new = AgentKey(), AgentKey()
    aic, _ = await enrol(core, ue_request(agent=key))
    await revoke(core, aic, 1)
    await set_state(core, aic, "ACTIVE")
    with pytest.raises(SbiProblem, match="403 CREDENTIAL_EXPIRED"):
        await renew(core, renewal(aic, key))
    with pytest.raises(SbiProblem, match="403 CREDENTIAL_EXPIRED"):
        await rotate(core, rotation(aic, key, new))
    again, _ = await enrol(core, ue_request(agent=new))
    assert again == aic
    await renew(core, renewal(aic, new))


async def test_keys_of_the_past_stay_readable(core: IdentityCore) -> None:
    """A15: by (aic, kid), also after rotation and retirement."""
    keys = [AgentKey(), AgentKey(), AgentKey()]
    aic, _ = await enrol(core, ue_request(agent=keys[0]))
    signed = jws.serialize_compact({"alg": "ES256"}, b"record", ECKey.import_key(keys[0].private))
    await rotate(core, rotation(aic, keys[0], keys[1]))
    await enrol(core, ue_request(agent=keys[2]))
    await ask(core, "DELETE", f"{CREDENTIALS.replace('credential', 'identity')}/identities/{aic}")
    history = (await ask(core, "GET", f"{CREDENTIALS}/keys/{aic}")).json()["keys"]
    assert [entry["kid"] for entry in history] == [kid_of(key) for key in keys]
    assert ["until" in entry for entry in history] == [True, True, False]
    found = (await ask(core, "GET", f"{CREDENTIALS}/keys/{aic}/{kid_of(keys[0])}")).json()
    jwk = ECKey.import_key(found["jwk"])
    assert "d" not in found["jwk"]
    assert jws.deserialize_compact(signed, jwk, algorithms=["ES256"]).payload == b"record"
    for path, answer in (
        (f"{aic}/{kid_of(AgentKey())}", "404 KEY_NOT_FOUND"),
        ("1.2.3/x", "400 INVALID_AIC"),
    ):
        with pytest.raises(SbiProblem, match=answer):
            await ask(core, "GET", f"{CREDENTIALS}/keys/{path}")


async def test_the_key_history_is_bounded(core: IdentityCore) -> None:
    keys = [AgentKey() for _ in range(KEPT_KEYS + 2)]
    for key in keys:
        core.amc.keys.use("aic", key.private.public_key())
    kept = [entry.kid for entry in core.amc.keys.of("aic").keys]
    assert kept == [kid_of(key) for key in keys[2:]]


async def test_all_of_it_is_in_the_audit_trail(core: IdentityCore) -> None:
    """A16, O8."""
    key, new = AgentKey(), AgentKey()
    aic, _ = await enrol(core, ue_request(agent=key))
    await renew(core, renewal(aic, key))
    with pytest.raises(SbiProblem, match="CREDENTIAL_INVALID"):
        await rotate(core, rotation(aic, new, new))
    await rotate(core, rotation(aic, key, new))
    await revoke(core, aic)
    bodies = [record["body"] for record in core.stored("amc", "audit").values()]
    assert [(b["action"], b.get("cause", b["result"])) for b in bodies] == [
        ("agent.authorize", "success"),
        ("credential.issue", "success"),
        ("credential.renew", "success"),
        ("credential.rotate", "CREDENTIAL_INVALID"),
        ("credential.rotate", "success"),
        ("credential.revoke", "success"),
    ]
