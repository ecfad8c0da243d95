"""`agentnf intent`: conversions at the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from nfs.cli import app

WISH = {"kind": "qos.assure", "slots": {"latency": 20, "durationSeconds": 60}}


def run(*arguments: str, text: str = "") -> tuple[int, Any]:
    result = CliRunner().invoke(app, ["intent", *arguments, "--json"], input=text)
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.parametrize("form", ["operator", "ts28312", "tmf921", "camara"])
def test_convert_there_and_back(form: str, tmp_path: Path) -> None:
    file = tmp_path / "intent.json"
    file.write_text(json.dumps(WISH))
    code, there = run("convert", "--to", form, str(file))
    assert code == 0
    code, back = run("convert", "--from", form, "-", text=json.dumps(there["document"]))
    assert code == 0
    assert (back["document"]["kind"], back["document"]["slots"]) == tuple(WISH.values())


def test_a_sink_is_kept_beside_the_wish() -> None:
    sink = "https://example.com/s"
    _, there = run("convert", "--to", "camara", "--sink", sink, "-", text=json.dumps(WISH))
    assert there["document"]["sink"] == sink
    _, back = run("convert", "--from", "camara", "-", text=json.dumps(there["document"]))
    assert back["kept"] == {"sink": sink}


def test_a_reader_of_an_older_version() -> None:
    text = json.dumps(WISH | {"priority": 7})
    _, there = run("convert", "--reader-version", "1.0", "-", text=text)
    assert (there["document"]["version"], there["kept"]) == ("1.0", {"priority": 7})
    assert run("convert", "--reader-version", "3.0", "-", text=text)[0] == 1


def test_what_cannot_be_said_is_named() -> None:
    document = WISH | {"priority": 7}
    code, refused = run("convert", "--to", "camara", "-", text=json.dumps(document))
    assert code == 1
    assert (refused["obstacle"], refused["path"]) == ("NOT_EXPRESSIBLE", "/priority")


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_no_json_is_wrong_usage(text: str) -> None:
    assert run("convert", "-", text=text)[0] == 2
    assert run("convert", "/nonexistent")[0] == 2


def test_profile_and_glossary() -> None:
    code, told = run("profile")
    assert (code, told["name"]) == (0, "agentnf-operator-intent")
    code, entry = run("glossary", "infeasible")
    assert code == 0
    assert entry["remedy"]
    assert run("glossary", "MME")[0] == 1
    assert "latency: ms" in CliRunner().invoke(app, ["intent", "profile"]).stdout
    assert "What to do" in CliRunner().invoke(app, ["intent", "glossary", "LANGUAGE"]).stdout
