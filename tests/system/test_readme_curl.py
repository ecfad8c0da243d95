"""The curl examples of the README work as written."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from process_testbed import ProcessTestbed

README = Path(__file__).parents[2] / "README.md"
PORTS = {"7710": "nrf", "7716": "agw", "7717": "amc", "7715": "iaf"}


def test_the_curl_examples(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    found = re.search(r"```sh\n(.*?)```", README.read_text(), re.DOTALL)
    assert found is not None
    script = found[1]
    with ProcessTestbed(tmp_path) as testbed:
        for port, nf in PORTS.items():
            script = script.replace(f"http://127.0.0.1:{port}", testbed.urls[nf])
        separated = script.replace("\ncurl ", "\necho; curl ").replace("curl() {", "curl() {", 1)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", separated],
            text=True,
            capture_output=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr + done.stdout
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    registered, discovered, agents, keys, analysed = answers
    assert registered["heartBeatTimer"] > 0
    assert discovered["nfInstances"][0]["nfType"] == "AGW"
    assert agents["agents"][0]["capabilityIds"] == ["/capability/translation"]
    assert keys["keys"]
    assert analysed["kind"] == "qos.assure", analysed
