"""`agentnf agents`: the agents that a running testbed's gateway knows."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer

from nfs.cli import output

app = typer.Typer(help="Agents at the gateway of a running testbed.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Agw = Annotated[str, typer.Option("--agw", help="The AGW's SBI.")]
Nrf = Annotated[str, typer.Option("--nrf", help="The NRF, which gives the access token.")]
NRF = "http://127.0.0.1:7710"
AGW = "http://127.0.0.1:7716"
_REGISTRATION = "/nagw-registration/v1/agents"


@app.command("list")
def list_agents(as_json: Json = False, agw: Agw = AGW, nrf: Nrf = NRF) -> None:
    """All registered agents."""
    _print_agents(_get(f"{agw}{_REGISTRATION}", None, nrf=nrf, as_json=as_json), as_json=as_json)


@app.command()
def discover(
    capability: Annotated[str, typer.Argument(help="ocr, or /capability/ocr")],
    as_json: Json = False,
    agw: Agw = AGW,
    nrf: Nrf = NRF,
) -> None:
    """Agents that offer a capability."""
    url, params = f"{agw}/nagw-discovery/v1/agents", {"capability": capability}
    _print_agents(_get(url, params, nrf=nrf, as_json=as_json), as_json=as_json)


@app.command()
def show(
    aic: Annotated[str, typer.Argument(help="The agent's identity code.")],
    as_json: Json = False,
    agw: Agw = AGW,
    nrf: Nrf = NRF,
) -> None:
    """One agent: its capability specification and state."""
    record = _get(f"{agw}{_REGISTRATION}/{aic}", None, nrf=nrf, as_json=as_json)
    if as_json:
        output.print_json(record)
    else:
        typer.echo(json.dumps(record, indent=2, ensure_ascii=False))


def _print_agents(answer: Any, *, as_json: bool) -> None:
    if as_json:
        output.print_json(answer)
        return
    for agent in answer["agents"]:
        capabilities = ", ".join(agent.get("capabilityIds", ())) or "-"
        state = agent.get("state", "")
        typer.echo(f"{agent['aic']:38} {state:11} {agent['name']:20} {capabilities}")


def _get(url: str, params: dict[str, str] | None, *, nrf: str, as_json: bool) -> Any:
    from nfs.cli.consumer import get  # noqa: PLC0415
    from nfs.common.sbi.problem import SbiProblem, SbiUnreachable  # noqa: PLC0415

    try:
        return asyncio.run(get(url, params, nrf=nrf))
    except SbiUnreachable as problem:
        hint = f"{problem.detail}: start a testbed with `agentnf up`"
        output.fail(hint, as_json=as_json, cause=problem.cause)
    except SbiProblem as problem:
        output.fail(str(problem), as_json=as_json, cause=problem.cause)
