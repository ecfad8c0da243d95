"""An NF of a foreign make at our NRF, over HTTP/2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from process_testbed import ProcessTestbed

pytestmark = pytest.mark.slow


def test_a_foreign_nf(tmp_path: Path) -> None:
    script = Path(__file__).with_name("foreign_nf.py")
    with ProcessTestbed(tmp_path) as testbed:
        done = subprocess.run(
            [sys.executable, script, testbed.urls["nrf"]],
            text=True,
            capture_output=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "registered": [201, 10],
        "tokens": [200, 200],
        "heartbeat": 204,
        "withoutToken": [401, "Bearer"],
        "discovered": ["AUSF"],
        "subscribed": 201,
        "notified": ["/nf-status", "NF_REGISTERED"],
        "deregistered": 204,
    }
