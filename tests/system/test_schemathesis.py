"""Generated requests against every service: no input fails an NF, every answer is specified."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from process_testbed import ProcessTestbed

from nfs.cli.consumer import Privileged
from nfs.common.sbi.problem import SbiProblem
from nfs.testbed.specifications import SERVICES

SPECS = Path(__file__).parents[2] / "sbi_specs"
SCHEMATHESIS = Path(sys.executable).with_name("st")
NF_OF = {"tasks": "smf", "oauth2": "nrf", ".well-known": "agw"}

pytestmark = [pytest.mark.schemathesis, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def testbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessTestbed]:
    with ProcessTestbed(tmp_path_factory.mktemp("home")) as running:
        yield running


class WorkflowUser(Privileged):
    """An AMF may use tools, and submit intents."""

    nf_type = "AMF"


def access_token(nrf: str, nf: str, service: str) -> str:
    async def get() -> str:
        # An operator may ask for whatever others may, but for what workflows are made of.
        of_workflows = service.endswith("-tool") or service == "niaf-intent"
        operator = (WorkflowUser if of_workflows else Privileged)(nrf)
        await operator.start()
        assert operator.sbi.tokens is not None
        token = await operator.sbi.tokens.token(nf.upper(), service)
        await operator.sbi.close()
        return token

    return asyncio.run(get())


@pytest.mark.parametrize("service", SERVICES)
def test_service(testbed: ProcessTestbed, service: str) -> None:
    name, _ = SERVICES[service]
    document = yaml.safe_load((SPECS / f"{name}.yaml").read_text())
    nf = NF_OF.get(service) or service.partition("-")[0][1:]
    prefix = document["servers"][0]["url"].removeprefix("{apiRoot}")
    command = [
        *(SCHEMATHESIS, "run", SPECS / f"{name}.yaml", "--url", testbed.urls[nf] + prefix),
        *("--checks", "not_a_server_error,status_code_conformance,response_schema_conformance"),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "12", "--no-color"),
        *("--suppress-health-check", "all", "--request-timeout", "15"),
    ]
    if document.get("security"):
        try:
            token = access_token(testbed.urls["nrf"], nf, service)
        except SbiProblem as problem:
            pytest.fail(str(problem))
        command += ["--header", f"Authorization: Bearer {token}"]
    hooks = {"SCHEMATHESIS_HOOKS": str(Path(__file__).with_name("schemathesis_hooks.py"))}
    done = subprocess.run(
        command, text=True, capture_output=True, check=False, env=os.environ | hooks
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
