"""`agentnf ue scenario`: what users say, and whether the network did what it must."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from nfs.cli import output
from nfs.cli.answer import nothing_at
from nfs.cli.ue.options import AMF, N2, NRF, AmfOption, Json, N2Option, NrfOption
from nfs.cli.ue.refusal import refused

if TYPE_CHECKING:
    from ue_sim.scenarios import ImpairN3, Scenario, StepOutcome


UPF = "http://127.0.0.1:7719"
_IMPAIRMENT = "/nupf-oam/v1/n3-impairment"


def scenario(  # noqa: PLR0917 - the command line's options
    files: Annotated[
        list[str] | None, typer.Argument(help="YAML files, or names of packaged scenarios.")
    ] = None,
    as_json: Json = False,
    listed: Annotated[bool, typer.Option("--list", help="Name the packaged scenarios.")] = False,
    embedded: Annotated[
        bool, typer.Option("--embedded", help="Bring up a testbed for each scenario.")
    ] = False,
    n2: N2Option = N2,
    amf: AmfOption = AMF,
    nrf: NrfOption = NRF,
    n3: Annotated[
        str | None,
        typer.Option("--n3", help="Where the UPF reaches this machine [as the AMF sees it]."),
    ] = None,
    upf: Annotated[str, typer.Option("--upf", help="The UPF's SBI, asked to impair N3.")] = UPF,
) -> None:
    """Play scenarios against a running testbed; exit 0 when all came as expected."""
    from ue_sim import NgSetupError, ProcedureRejected  # noqa: PLC0415
    from ue_sim.scenarios import Scenario, ScenarioError, find, packaged  # noqa: PLC0415

    output.set_up_logging()
    try:
        if listed:
            _list({n: Scenario.load(path) for n, path in packaged().items()}, as_json=as_json)
            return
        scenarios = [Scenario.load(find(file)) for file in files or ()]
    except ScenarioError as error:
        output.fail(str(error), code=output.WRONG_USAGE, as_json=as_json)
    if not scenarios:
        text = "name a scenario; `agentnf ue scenario --list` has those of the package"
        output.fail(text, code=output.WRONG_USAGE, as_json=as_json)
    reports = []
    for each in scenarios:
        try:
            against = None if embedded else (n2, n3 or _own_address(n2), nrf, upf)
            reports.append(asyncio.run(_play(each, against, quiet=as_json)))
        except NgSetupError as error:
            output.fail(str(error), as_json=as_json, status="REJECTED", cause="NG_SETUP")
        except OSError as error:
            hint = f"{nothing_at(n2, error)}, or use --embedded"
            output.fail(hint, as_json=as_json, status="FAILED", cause="UNREACHABLE")
        except ProcedureRejected as rejected:
            supi = next(iter(each.users.values())).supi
            refused(rejected, (amf, nrf), supi, as_json=as_json)
    passed = all(report["passed"] for report in reports)
    if as_json:
        whole = {"passed": passed, "scenarios": reports}
        output.print_json(reports[0] if len(reports) == 1 else whole)
    if not passed:
        raise typer.Exit(output.REFUSED)


def _list(scenarios: dict[str, Scenario], *, as_json: bool) -> None:
    if as_json:
        known = ({"name": n, "description": s.description} for n, s in scenarios.items())
        output.print_json({"scenarios": list(known)})
        return
    for name, each in scenarios.items():
        typer.echo(f"{name:22} {each.description}")


async def _play(
    scenario: Scenario, against: tuple[str, str, str, str] | None, *, quiet: bool
) -> dict[str, Any]:
    """``against``: N2 of the AMF, own N3 address, NRF, UPF; None: a testbed of its own."""
    from nfs.common.trace import Trace  # noqa: PLC0415
    from nfs.testbed import Testbed  # noqa: PLC0415
    from ue_sim.scenarios import play  # noqa: PLC0415

    def tell(outcome: StepOutcome) -> None:
        if not quiet:
            _tell(outcome, several=len(scenario.users) > 1)

    if not quiet:
        typer.secho(scenario.name, bold=True)
    if against is not None:
        n2, n3, nrf, upf = against
        impair: ImpairN3 = partial(_impair, upf, nrf)
        outcomes = await play(scenario, n2, tell, impair=impair, n3_address=n3)
    else:
        trace = Trace(output.new_trace_file("scenario"))
        try:
            testbed = Testbed(trace=trace, sockets=False, all_agents=True)
            async with AsyncExitStack() as stack:
                with output.working("Starting the core ...", quiet=quiet):
                    await stack.enter_async_context(testbed)
                outcomes = await play(scenario, testbed.n2, tell, impair=testbed.impair_n3)
        finally:
            trace.close()
    return {
        "scenario": scenario.name,
        "passed": all(outcome.passed for outcome in outcomes),
        "steps": [outcome.to_json() for outcome in outcomes],
    }


def _own_address(n2: str) -> str:
    """The address of this machine from which an end point is reached. Raises OSError."""
    parts = urlsplit(n2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.connect((parts.hostname, parts.port or 38412))
        address: str = asked.getsockname()[0]
        return address


async def _impair(upf: str, nrf: str, impairment: dict[str, Any]) -> None:
    from nfs.cli.consumer import ask  # noqa: PLC0415
    from nfs.common.sbi.problem import SbiProblem  # noqa: PLC0415

    try:
        await ask("PUT", upf + _IMPAIRMENT, nrf=nrf, json=impairment)
    except SbiProblem as problem:
        raise OSError(f"the UPF at {upf} does not impair N3: {problem}") from problem


def _tell(outcome: StepOutcome, *, several: bool) -> None:
    mark = "skip" if outcome.skipped else "ok  " if outcome.passed else "FAIL"
    who = f"{outcome.phone}: " if several and outcome.phone else ""
    typer.echo(f"{mark} {who}{outcome.text}")
    if outcome.outcome is not None:
        typer.echo(f"     {outcome.outcome.text}")
    if outcome.skipped:
        typer.echo(f"     skipped: needs {outcome.skipped}")
    for line in outcome.differs:
        typer.secho(f"     {line}", fg="red")
