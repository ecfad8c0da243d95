"""`agentnf audit verify` against a testbed in its own process, before and after a falsification."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from process_testbed import ProcessTestbed

from nfs.common.store import open_store

pytestmark = pytest.mark.slow


def verify(testbed: ProcessTestbed, *arguments: str) -> Any:
    places = [f"--{name}={testbed.urls[name]}" for name in ("agw", "amc", "nrf")]
    return testbed._run("audit", "verify", *places, *arguments)


def test_an_altered_record_is_found(tmp_path: Path) -> None:
    """O8."""
    with ProcessTestbed(tmp_path) as testbed:
        said = verify(testbed)
        assert said["valid"] is True
        before = {trail["nf"]: trail for trail in said["trails"]}
        assert before["agw"]["records"] > 2
        assert before["amc"]["records"] > 2
        head = before["agw"]["head"]
        known = f"--known=agw:{head['sequence']}:{head['hash']}"
        assert verify(testbed, known)["valid"] is True
        missing = verify(testbed, "--known=amc:99999:00")["trails"][1]["fault"]
        assert missing["sequence"] == 99999
        other = verify(testbed, "--known=agw:2:00")["trails"][0]["fault"]
        assert other["sequence"] == 2
        assert "error" in verify(testbed, "--known=x")

    store = open_store(tmp_path / "state", "agw-1")
    key, kept = next(store.scan("audit", "000000000003"))
    kept.value["body"]["actor"] = "account:somebody-else"
    store.put("audit", key, kept.value)
    store.close()

    with testbed:
        said = verify(testbed)
        assert said["valid"] is False
        agw, amc = said["trails"]
        assert agw["fault"] == {"sequence": 3, "reason": "its signature does not hold"}
        assert agw["records"] == 2
        assert amc["fault"] is None
