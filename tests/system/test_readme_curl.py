"""The curl examples of the README work as written."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from process_testbed import ProcessTestbed

from nfs.testbed.specifications import SERVICES, WITHOUT_TOKEN

pytestmark = pytest.mark.slow

README = Path(__file__).parents[2] / "README.md"
PORTS = {
    name: str(port)
    for name, port in zip(
        ("nrf", "ausf", "udm", "amf", "smf", "iaf", "agw", "amc"), range(7710, 7718), strict=True
    )
} | {"upf": "7719"}
EXPECTED = {
    "nnrf-disc": "nfInstances",
    "nnrf-nfm": "_links",
    "nudm-sdm": "subscribedUeAmbr",
    "nudm-uecm": "CONTEXT_NOT_FOUND",
    "nudm-ueau": "authenticationVector",
    "nausf-auth": "5gAuthData",
    "namf-oam": "refusals",
    "namf-loc": "CONTEXT_NOT_FOUND",
    "namf-comm": "CONTEXT_NOT_FOUND",
    "namf-evts": "UE_NOT_SERVED_BY_AMF",
    "nsmf-pdusession": "MANDATORY_IE_INCORRECT",
    "nsmf-oam": "smContext",
    "nupf-oam": "delayMs",
    "niaf-analysis": "qos.assure",
    "nagw-registration": "CORE",
    "nagw-discovery": "/capability/translation",
    "nagw-routing": "CREDENTIAL_INVALID",
    "nagw-sync": "entries",
    "namc-credential": "keys",
    "namc-identity": "INVALID_AIC",
    "namc-auth": "MANDATORY_IE_MISSING",
    "namc-taxonomy": "/capability/translation/text",
    "namc-policy": "default.within-scope",
    "namc-audit": "agent.authorize",
    "nagw-audit": "agent.register",
    "niaf-oam": "intents",
    "namf-intent": "AGENT_NOT_ENABLED",
}
"""What the answer of each service has in it, in the order of the README."""


def test_the_curl_examples(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    found = re.search(r"```sh\n(.*?)```", README.read_text(), re.DOTALL)
    assert found is not None
    script = found[1]
    with ProcessTestbed(tmp_path) as testbed:
        for nf, port in PORTS.items():
            script = script.replace(f"http://127.0.0.1:{port}", testbed.urls[nf])
        separated = re.sub(
            r"^ask ([A-Z]+) (\S+)", r"echo; echo '## \2'; ask \1 \2", script, flags=re.M
        )
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", separated],
            text=True,
            capture_output=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr + done.stdout
    registered, *answers = done.stdout.split("\n## ")
    assert "heartBeatTimer" in registered
    services = [answer.split("\n")[0] for answer in answers]
    assert list(dict.fromkeys(services)) == list(EXPECTED)
    for answer in answers:
        service, _, body = answer.partition("\n")
        assert EXPECTED[service] in body, (service, body, done.stderr)


def test_there_is_an_example_for_each_service() -> None:
    tools = {service for service in SERVICES if service.endswith("-tool")}
    for_nfs = tools | {"niaf-intent"}
    assert set(EXPECTED) == set(SERVICES) - WITHOUT_TOKEN - for_nfs
