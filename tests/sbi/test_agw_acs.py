"""What an agent's capability specification looks like, and how large it may be (F1, F4 to F9)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from agent_requests import OCR, core_request, register, ue_request
from identity_core import AGW, IdentityCore
from jsonschema import Draft202012Validator

from nfs.agw.acs import SCHEMA_FILE, schema, write_schema
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.server import MAX_BODY

ROOT = f"{AGW}/nagw-discovery/v1"


class Core(IdentityCore):
    async def bind(self, body: dict[str, Any]) -> dict[str, Any]:
        bind: dict[str, Any] = (await register(self.agw, body)).json()
        return bind


@pytest.fixture
async def core() -> AsyncIterator[Core]:
    async with Core() as core:
        yield core


async def test_every_acs_is_as_its_schema_says(core: Core) -> None:
    """F1, F4 to F9: JSON Schema 2020-12, served; what is wrong does not pass."""
    served = (await core.agw.sbi.request("GET", f"{ROOT}/acs-schema")).json()
    Draft202012Validator.check_schema(served)
    validator = Draft202012Validator(served)
    bodies = [
        ue_request(),
        core_request(),
        core_request(OCR, endPoint=None, entityMeta={"area": "north", "x": {"y": [None]}}),
    ]
    for body in bodies:
        acs = (await core.bind(body))["acs"]
        validator.validate(acs)
        for change in (
            {"aic": "1.2.3"},
            {"protocolVersion": "02.00"},
            {"version": "one"},
            {"skills": [{"id": "x"}]},
            {"endPoints": [{"url": "http://a/", "transport": "SMTP"}]},
            {"capabilities": {"messageQueue": ["carrier-pigeon:1"]}},
        ):
            assert not validator.is_valid(acs | change), change
        for required in served["required"]:
            assert not validator.is_valid({k: v for k, v in acs.items() if k != required})


def test_the_schema_file_is_that_of_the_model() -> None:
    """Rewritten by `agentnf specs`."""
    assert schema() == json.loads(write_schema()), SCHEMA_FILE


async def test_a_description_of_a_megabyte_is_refused(core: Core) -> None:
    """F1 is storable, within bounds."""
    with pytest.raises(SbiProblem, match="413 INVALID_MSG_FORMAT"):
        await register(core.agw, core_request(description="x" * MAX_BODY))
    with pytest.raises(SbiProblem, match="400 MANDATORY_IE_INCORRECT"):
        await register(core.agw, core_request(description="x" * (MAX_BODY // 2)))
    assert len(core.agw.directory) == 0
