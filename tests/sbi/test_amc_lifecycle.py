"""The life of identities and of their templates at the AMC (requirements A3, A14, A16)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from agent_requests import core_request, ue_request
from amc_requests import (
    CREDENTIALS,
    IDENTITIES,
    SALT,
    ask,
    authorize,
    confirm,
    enrol,
    revoke,
    set_state,
)
from identity_core import AMC, IdentityCore

from nfs.amc.app import Amc
from nfs.amc.config import AmcConfig
from nfs.amc.identity.identities import KEPT_HISTORY, Identity
from nfs.common.aic import Aic
from nfs.common.models.amc import IdentityState
from nfs.common.models.amc_lifecycle import IdentityChange
from nfs.common.sbi.problem import SbiProblem

TEMPLATES = f"{AMC}/namc-identity/v1/templates"


@pytest.fixture
async def core() -> AsyncIterator[IdentityCore]:
    async with IdentityCore() as core:
        yield core


async def history(core: IdentityCore, aic: str) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = (await ask(core, "GET", f"{IDENTITIES}/{aic}/history")).json()[
        "history"
    ]
    return entries


async def status(core: IdentityCore, aic: str) -> dict[str, Any]:
    found: dict[str, Any] = (await ask(core, "GET", f"{CREDENTIALS}/status/{aic}")).json()
    return found


async def refused(core: IdentityCore, aic: str) -> tuple[int, str]:
    with pytest.raises(SbiProblem) as caught:
        await ask(core, "GET", f"{IDENTITIES}/{aic}")
    return caught.value.status, caught.value.cause


async def test_only_an_active_identity_is_told(core: IdentityCore) -> None:
    """A14: inactive 403, unknown 404, malformed or with a wrong check code 400."""
    aic, _ = await enrol(core, ue_request())
    assert (await ask(core, "GET", f"{IDENTITIES}/{aic}")).json()["state"] == "ACTIVE"
    await set_state(core, aic, "SUSPENDED")
    assert await refused(core, aic) == (403, "IDENTITY_NOT_ACTIVE")
    await set_state(core, aic, "ACTIVE")
    assert (await ask(core, "GET", f"{IDENTITIES}/{aic}")).status == 200
    await ask(core, "DELETE", f"{IDENTITIES}/{aic}")
    assert await refused(core, aic) == (403, "IDENTITY_NOT_ACTIVE")
    unknown = str(Aic.allocate("1", "UE", "1", 999, SALT))
    assert await refused(core, unknown) == (404, "AGENT_NOT_FOUND")
    wrong = unknown[:-4] + ("0000" if not unknown.endswith("0000") else "0001")
    assert await refused(core, wrong) == (400, "INVALID_AIC")
    assert await refused(core, "1.2.3") == (400, "INVALID_AIC")


async def test_every_change_is_recorded_with_time_and_reason(core: IdentityCore) -> None:
    """A16."""
    aic, _ = await enrol(core, ue_request())
    await set_state(core, aic, "SUSPENDED", "stolen phone")
    await set_state(core, aic, "SUSPENDED", "told twice")
    await set_state(core, aic, "ACTIVE", "found again")
    await enrol(core, ue_request())
    await revoke(core, aic, 1)
    await ask(core, "DELETE", f"{IDENTITIES}/{aic}", params={"reason": "subscription ended"})
    entries = await history(core, aic)
    assert [(e["event"], e["state"], e["reason"]) for e in entries] == [
        ("CREATED", "ACTIVE", ""),
        ("SUSPENDED", "SUSPENDED", "stolen phone"),
        ("RESUMED", "ACTIVE", "found again"),
        ("REVOKED", "SUSPENDED", "keyCompromise"),
        ("RETIRED", "RETIRED", "subscription ended"),
    ]
    assert [e["time"] for e in entries] == sorted(e["time"] for e in entries)


async def test_the_history_is_bounded_and_so_is_a_reason(core: IdentityCore) -> None:
    aic, _ = await enrol(core, ue_request())
    for number in range(KEPT_HISTORY):
        await set_state(core, aic, "SUSPENDED" if number % 2 == 0 else "ACTIVE", str(number))
    entries = await history(core, aic)
    assert [e["reason"] for e in entries] == [str(n) for n in range(KEPT_HISTORY)]
    with pytest.raises(SbiProblem, match="400 MANDATORY_IE_INCORRECT"):
        await set_state(core, aic, "ACTIVE", "x" * 257)
    with pytest.raises(SbiProblem, match="400 MANDATORY_IE_INCORRECT"):
        await set_state(core, aic, "RETIRED")


def flat(pages: list[list[str]]) -> list[str]:
    return [aic for page in pages for aic in page]


async def test_identities_are_listed_page_by_page(core: IdentityCore) -> None:
    codes = [(await enrol(core, ue_request(pseudonym=f"p-{n}"), n))[0] for n in range(1, 8)]
    await set_state(core, codes[2], "SUSPENDED")

    async def pages(**params: str) -> list[list[str]]:
        found, after = [], ""
        while after is not None:
            query = {"limit": "3", "after": after} | params
            page = (await ask(core, "GET", IDENTITIES, params=query)).json()
            found.append([entry["aic"] for entry in page["identities"]])
            after = page.get("next")
        return found

    assert [len(page) for page in await pages()] == [3, 3, 1]
    assert flat(await pages()) == sorted(codes)
    assert flat(await pages(state="SUSPENDED")) == [codes[2]]
    assert flat(await pages(gatewayId="agw-2")) == []
    for wrong in ({"limit": "0"}, {"limit": "201"}, {"after": "x" * 65}, {"state": "GONE"}):
        with pytest.raises(SbiProblem, match="400 MANDATORY_QUERY_PARAM_INCORRECT"):
            await ask(core, "GET", IDENTITIES, params=wrong)


async def test_identity_and_credential_end_together(core: IdentityCore) -> None:
    """A3, both ways; what was revoked stays so."""
    aic, _ = await enrol(core, ue_request())

    async def known() -> tuple[str, list[tuple[str, str | None]]]:
        found = await status(core, aic)
        return found["state"], [(c["status"], c.get("reason")) for c in found["certificates"]]

    assert await known() == ("ACTIVE", [("good", None)])
    await set_state(core, aic, "SUSPENDED")
    assert await known() == ("SUSPENDED", [("revoked", "certificateHold")])
    await set_state(core, aic, "ACTIVE")
    assert await known() == ("ACTIVE", [("good", None)])
    await revoke(core, aic, 3)
    assert await known() == ("SUSPENDED", [("revoked", "affiliationChanged")])
    await set_state(core, aic, "ACTIVE")
    assert await known() == ("ACTIVE", [("revoked", "affiliationChanged")])
    await enrol(core, ue_request())
    await ask(core, "DELETE", f"{IDENTITIES}/{aic}")
    state, certificates = await known()
    assert state == "RETIRED"
    assert sorted(certificates) == [
        ("revoked", "affiliationChanged"),
        ("revoked", "cessationOfOperation"),
    ]


async def approve(core: IdentityCore, template: str, state: str, reason: str = "") -> Any:
    url = f"{TEMPLATES}/{template}/approval"
    return (await ask(core, "PATCH", url, json={"state": state, "reason": reason})).json()


async def test_a_template_is_approved_step_by_step(core: IdentityCore) -> None:
    """A14: DRAFT, PENDING, APPROVED or REJECTED."""
    name = "core.translation"
    aic, _ = await enrol(core, core_request())
    await approve(core, name, "REJECTED", "does not do what it says")
    assert await refused(core, aic) == (403, "IDENTITY_NOT_ACTIVE")
    with pytest.raises(SbiProblem, match="403 POLICY"):
        await authorize(core, core_request(instance="another"))
    for state in ("APPROVED", "PENDING", "REJECTED"):
        with pytest.raises(SbiProblem, match="409 INVALID_STATE_CHANGE"):
            await approve(core, name, state)
    await approve(core, name, "DRAFT")
    with pytest.raises(SbiProblem, match="409 INVALID_STATE_CHANGE"):
        await approve(core, name, "APPROVED")
    await approve(core, name, "PENDING")
    with pytest.raises(SbiProblem, match="403 POLICY"):
        await authorize(core, core_request(instance="another"))
    approved = await approve(core, name, "APPROVED", "looked at")
    assert [entry["state"] for entry in approved["history"]] == [
        "REJECTED",
        "DRAFT",
        "PENDING",
        "APPROVED",
    ]
    assert (await ask(core, "GET", f"{IDENTITIES}/{aic}")).json()["state"] == "ACTIVE"
    listed = {t["template"]: t["state"] for t in (await ask(core, "GET", TEMPLATES)).json()}
    assert listed[name] == "APPROVED"
    with pytest.raises(SbiProblem, match="404 TEMPLATE_NOT_FOUND"):
        await approve(core, "core.unheard-of", "DRAFT")


async def test_instances_of_the_amc_lose_no_change(tmp_path: Path) -> None:
    """One instance suspends an identity while another is about to change it, or to renew it."""
    async with IdentityCore(tmp_path) as core:
        aic, _ = await enrol(core, ue_request())
        grant = await authorize(core, ue_request())
        other = Amc(AmcConfig(port=7799), core)
        calls: list[int] = []

        def change(identity: Identity) -> Identity:
            calls.append(identity.change)
            if len(calls) == 1:
                other.lifecycle.to_state(aic, IdentityState.SUSPENDED, "by the other")
            return identity.changed(IdentityChange.ROTATED, "by this one")

        core.amc.identities.update(aic, change)
        assert calls == [1, 2]
        entries = await history(core, aic)
        assert [e["reason"] for e in entries] == ["", "by the other", "by this one"]
        assert entries[-1]["state"] == "SUSPENDED"
        with pytest.raises(SbiProblem, match="409 AIC_IN_USE"):
            await confirm(core, grant, aic)
