"""Scenarios against the whole core in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from nfs.cli import app
from nfs.semantics.intent import OperatorResult
from nfs.testbed import Testbed
from nfs.upf.app import Upf
from nfs.workflow.lives.reports import report
from ue_sim.scenarios import Scenario, StepOutcome, find, packaged, play

CORE = ("nrf", "udm", "ausf", "amc", "agw", "upf", "smf", "iaf", "amf")
QUICK = "tourist_translation"
SLOW = [
    pytest.param(name, marks=pytest.mark.slow) if name != QUICK else name for name in packaged()
]


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A command sets up logging for its process, which here goes on."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.mark.parametrize("name", SLOW)
async def test_a_packaged_scenario_comes_out_as_expected(name: str) -> None:
    async with Testbed(sockets=False, all_agents=True) as testbed:
        outcomes = await play(Scenario.load(find(name)), testbed.n2, impair=testbed.impair_n3)
    assert [(o.text, o.differs) for o in outcomes if not o.passed] == []


async def test_steps_of_two_phones_that_fail_are_told_and_the_rest_is_played(
    tmp_path: Path,
) -> None:
    file = tmp_path / "ward.yaml"
    file.write_text("""
name: ward
cells: {ward: {gnb: 7}, corridor: {}}
phones:
  nurse: {supi: imsi-999700000000001}
  robot: {supi: imsi-999700000000002, cell: corridor}
steps:
  - say: where am I
    expect: {output: {location.cell: "000000070"}}
  - {say: where am I, as: robot, expect: {output: {location.cell: "000000070"}}}
  - {move: {phone: robot, cell: ward}}
  - {say: where am I, as: robot, expect: {output: {location.cell: "000000070"}}}
  - {say: translate 'hello' into German, optional: a translator, expect: {contains: Hallo}}
""")
    async with Testbed(sockets=False, only=CORE) as testbed:
        outcomes = await play(Scenario.load(file), testbed.n2)
    assert [o.passed for o in outcomes] == [True, False, True, True, True]
    assert outcomes[1].differs == ["output.location.cell: expected '000000070', got '000000020'"]
    assert outcomes[4].skipped == "a translator"


async def test_a_report_is_waited_for_and_others_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "reports.yaml"
    file.write_text("""
name: reports
steps:
  - say: where am I
  - expectReport: {status: IN_PROGRESS, output: {target: van}}
  - expectReport: {within: 0.05, status: FULFILLED}
""")
    sent = []

    async with Testbed(sockets=False, only=CORE) as testbed:

        async def told(target: str) -> bool:
            body = {"intentId": "1", "kind": "location.geofence", "status": "IN_PROGRESS"}
            more = {"output": {"target": target, "event": "ENTER", "area": "port"}}
            result = OperatorResult.model_validate(body | more)
            return await report(testbed.nfs["iaf"], "imsi-999700000000001", result)

        def after(outcome: StepOutcome) -> None:
            if outcome.number == 1:
                sent.extend(asyncio.ensure_future(told(name)) for name in ("bus", "van"))

        outcomes = await play(Scenario.load(file), testbed.n2, after)
        await asyncio.gather(*sent)
    assert [o.passed for o in outcomes] == [True, True, False]
    assert outcomes[2].differs == ["no report within 0.05 s"]


async def test_n3_is_made_worse_for_a_scenario_and_good_again_after_it(tmp_path: Path) -> None:
    file = tmp_path / "worse.yaml"
    file.write_text("{name: worse, steps: [{impair: {delayMs: 30}}, {say: where am I}]}")
    scenario, seen = Scenario.load(file), []
    async with Testbed(sockets=False, only=CORE) as testbed:
        upf = testbed.nfs["upf"]
        assert isinstance(upf, Upf)

        def after(_: StepOutcome) -> None:
            seen.append(upf.impairment.delay_ms)

        first, _ = await play(scenario, testbed.n2, after)
        assert first.differs == ["there is no UPF here that can be asked to make N3 worse"]
        outcomes = await play(scenario, testbed.n2, after, impair=testbed.impair_n3)
        assert all(outcome.passed for outcome in outcomes)
        assert (seen, upf.impairment.delay_ms) == ([0, 0, 30, 30], 0)


def test_the_command_brings_its_own_testbed_and_tells_what_differed(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("{name: wrong, steps: [{say: where am I, expect: {kind: qos.assure}}]}")
    done = CliRunner().invoke(app, ["ue", "scenario", str(file), "--embedded", "--json"])
    assert done.exit_code == 1
    report = json.loads(done.stdout)
    assert (report["scenario"], report["passed"]) == ("wrong", False)
    (step,) = report["steps"]
    assert step["differs"] == ["kind: expected qos.assure, got location.get"]
    assert step["status"] == "FULFILLED"


@pytest.mark.parametrize("given", [[], ["nowhere"]])
def test_no_scenario_is_wrong_usage(given: list[str]) -> None:
    done = CliRunner().invoke(app, ["ue", "scenario", *given])
    assert done.exit_code == 2
    assert QUICK in done.output or "--list" in done.output


def test_the_list_names_what_is_packaged() -> None:
    done = CliRunner().invoke(app, ["ue", "scenario", "--list", "--json"])
    named = {each["name"] for each in json.loads(done.stdout)["scenarios"]}
    assert named == set(packaged())
