"""`agentnf agents`: the agents that a running testbed's gateway knows."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from nfs.cli import output
from nfs.cli.answer import answered

app = typer.Typer(help="Agents at the gateway of a running testbed.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Agw = Annotated[str, typer.Option("--agw", help="The AGW's SBI.")]
Nrf = Annotated[str, typer.Option("--nrf", help="The NRF, which gives the access token.")]
NRF = "http://127.0.0.1:7710"
AGW = "http://127.0.0.1:7716"
_REGISTRATION = "/nagw-registration/v1/agents"


@app.command("list")
def list_agents(as_json: Json = False, agw: Agw = AGW, nrf: Nrf = NRF) -> None:
    """Registered agents, a thousand at most."""
    found = _get(f"{agw}{_REGISTRATION}", None, nrf=nrf, as_json=as_json)
    _print_agents(found, "is registered", as_json=as_json)


@app.command()
def discover(
    capability: Annotated[str, typer.Argument(help="ocr, or /capability/ocr")],
    via: Annotated[
        str | None,
        typer.Option(
            help="Ask this gateway, which asks others if it has none: AG1, or its SBI's URL."
        ),
    ] = None,
    as_json: Json = False,
    agw: Agw = AGW,
    nrf: Nrf = NRF,
) -> None:
    """Agents that offer a capability."""
    if via is not None:
        _discover_via(via, capability, nrf=nrf, as_json=as_json)
        return
    url, params = f"{agw}/nagw-discovery/v1/agents", {"capability": capability}
    found = _get(url, params, nrf=nrf, as_json=as_json)
    _print_agents(found, f"offers {capability}: `agentnf agents list` has all", as_json=as_json)


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


def _discover_via(gateway: str, capability: str, *, nrf: str, as_json: bool) -> None:
    """Semantic resolution hop by hop, and the way that it went."""
    from nfs.cli.consumer import at_gateway  # noqa: PLC0415

    path, query = "/nagw-routing/v1/queries", {"capability": capability, "limit": 50}
    found = answered(at_gateway(gateway, "POST", path, nrf=nrf, json=query), as_json=as_json)
    if as_json:
        output.print_json(found)
        return
    output.print_columns([(a["aic"], a["gatewayId"], a["name"]) for a in found["agents"]])
    if not found["agents"]:
        typer.echo(f"no gateway that {gateway} reaches has an agent for {capability}")
    for title in ("route", "reversePath"):
        if found[title]:
            typer.echo(f"{title:12} {' -> '.join(found[title])}")


def _print_agents(answer: Any, what: str, *, as_json: bool) -> None:
    if as_json:
        output.print_json(answer)
        return
    rows = []
    for agent in answer["agents"]:
        capabilities = ", ".join(agent.get("capabilityIds", ())) or "-"
        rows.append((agent["aic"], agent.get("state", ""), agent["name"], capabilities))
    output.print_columns(rows)
    if not rows:
        typer.echo(f"no agent {what}", err=True)


def _get(url: str, params: dict[str, str] | None, *, nrf: str, as_json: bool) -> Any:
    from nfs.cli.consumer import get  # noqa: PLC0415

    return answered(get(url, params, nrf=nrf), as_json=as_json)
