"""The command line: what a user meets who makes a mistake, or whose terminal is narrow."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nfs.cli import app, ladder, output
from nfs.common.trace import Interface, Record, Trace


@pytest.fixture(autouse=True)
def _logging_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command would set it up for the stderr that it has, which a test takes away again."""
    monkeypatch.setattr(output, "set_up_logging", lambda **_: None)


@pytest.fixture
def nobody() -> Iterator[str]:
    """Host and port where nothing answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


@pytest.mark.parametrize(
    "command",
    [
        "agents list --nrf http://{}",
        "intents list --nrf http://{}",
        "identities list --nrf http://{}",
        "audit verify --nrf http://{}",
        "ue say hello --n2 tcp://{}",
        "ue storm -n 1 --n2 tcp://{}",
    ],
)
def test_without_a_testbed_the_remedy_is_told(command: str, nobody: str) -> None:
    result = CliRunner().invoke(app, [*command.format(nobody).split(), "--json"])
    assert result.exit_code == output.REFUSED
    told = json.loads(result.stdout)["error"]
    assert nobody in told
    assert "agentnf up" in told


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("ue say hello --supi 999700000000001", "--supi"),
        ("ue say hello --k secret", "--k"),
        ("ue storm -n 1 --opc 00", "--opc"),
        ("nf upff", "summarisation"),
        ("ue say", "empty"),
    ],
)
def test_wrong_usage_names_the_mistake(command: str, named: str) -> None:
    arguments = [*command.split(), ""] if named == "empty" else command.split()
    result = CliRunner().invoke(app, arguments, env={"TERM": "dumb", "COLUMNS": "120"})
    assert result.exit_code == output.WRONG_USAGE
    assert named in result.output


@pytest.mark.parametrize("columns", [80, 137])
def test_the_ladder_leaves_room_for_names(columns: int) -> None:
    width = ladder.lane(columns)
    drawn = ladder.line(
        Record(0, Interface.N1, "UE", "AMF", "REGISTRATION REQUEST", "", b""), width
    )
    assert drawn is not None
    arrow, name = drawn[0].split(" N1 ")
    assert len(arrow) == len(ladder.header(width))
    assert arrow.count("─") + arrow.count(">") == 2 * width - 1
    assert len(drawn[0]) <= columns
    assert name == "REGISTRATION REQUEST"


def test_columns_are_as_wide_as_their_widest_entry(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_columns([("Training at the paintshop", "1"), ("OCR", "2")])
    first, second = capsys.readouterr().out.splitlines()
    assert first.index("1") == second.index("2")
    output.print_columns([])
    assert not capsys.readouterr().out


def test_a_part_of_a_run_is_shown(tmp_path: Path) -> None:
    run = tmp_path / "run.jsonl"
    trace = Trace(run)
    for name in ("A", "B", "C", "B", "D"):
        trace.record(Interface.N1, "UE", "AMF", name, b"")
    trace.close()
    command = ["trace", "show", "--json", "--run", str(run), "--since", "B", "--until", "C"]
    shown = json.loads(CliRunner().invoke(app, command).stdout)
    assert [record["name"] for record in shown] == ["B", "C"]
