"""`agentnf identities` against a testbed in its own process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from process_testbed import ProcessTestbed

pytestmark = pytest.mark.slow


def test_an_operator_suspends_resumes_and_revokes(tmp_path: Path) -> None:
    """A13, A16."""
    with ProcessTestbed(tmp_path) as testbed:

        def run(command: str, *arguments: str) -> Any:
            places = [f"--{name}={testbed.urls[name]}" for name in ("amc", "nrf")]
            return testbed._run("identities", command, *arguments, *places)

        first = run("list")["identities"][0]
        aic = first["aic"]
        assert first["state"] == "ACTIVE"
        assert run("list", f"--after={aic}")["identities"]
        assert run("suspend", aic, "--reason=a look at it") is None
        assert run("resume", aic) is None
        revoked = run("revoke", aic, "--reason=1")
        assert (revoked["reason"], revoked["revoked"] > 0) == ("keyCompromise", True)
        told = [(e["event"], e["reason"]) for e in run("history", aic)["history"]]
        assert told == [
            ("CREATED", ""),
            ("SUSPENDED", "a look at it"),
            ("RESUMED", ""),
            ("REVOKED", "keyCompromise"),
        ]
        assert run("history", "1.2.3")["cause"] == "INVALID_AIC"
