"""`agentnf intents`: what subscribers have asked for, and how it stands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Annotated, Any

import typer

from nfs.cli import output

app = typer.Typer(help="Intents of a running testbed's subscribers.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Iaf = Annotated[str, typer.Option("--iaf", help="The IAF's SBI.")]
Amf = Annotated[
    str | None, typer.Option("--amf", help="Ask this AMF, which has agent capability, instead.")
]
Nrf = Annotated[str, typer.Option("--nrf", help="The NRF, which gives the access token.")]
IntentId = Annotated[str, typer.Argument(help="The intent's identifier.")]
NRF = "http://127.0.0.1:7710"
IAF = "http://127.0.0.1:7715"


@app.command("list")
def list_intents(
    supi: Annotated[str | None, typer.Option(help="Of this subscriber only.")] = None,
    as_json: Json = False,
    iaf: Iaf = IAF,
    amf: Amf = None,
    nrf: Nrf = NRF,
) -> None:
    """The newest intents, also those that ended within the last hour."""
    from nfs.cli.consumer import get  # noqa: PLC0415

    params = {"supi": supi} if supi else None
    found = _answer(get(_place(iaf, amf), params, nrf=nrf, privileged=True), as_json=as_json)
    if as_json:
        output.print_json(found)
    else:
        _print_table(found["intents"])


@app.command()
def show(
    intent_id: IntentId,
    as_json: Json = False,
    iaf: Iaf = IAF,
    amf: Amf = None,
    nrf: Nrf = NRF,
) -> None:
    """One intent: what was said, understood, and done, and what will take it back."""
    from nfs.cli.consumer import get  # noqa: PLC0415

    found = _answer(
        get(f"{_place(iaf, amf)}/{intent_id}", nrf=nrf, privileged=True), as_json=as_json
    )
    if as_json:
        output.print_json(found)
    else:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


@app.command()
def cancel(
    intent_id: IntentId,
    as_json: Json = False,
    iaf: Iaf = IAF,
    amf: Amf = None,
    nrf: Nrf = NRF,
) -> None:
    """End an intent that is carried out or in effect, and take back what it changed."""
    from nfs.cli.consumer import ask  # noqa: PLC0415

    place = f"{_place(iaf, amf)}/{intent_id}"
    _answer(ask("DELETE", place, nrf=nrf, privileged=True), as_json=as_json)
    if as_json:
        output.print_json(None)


def _place(iaf: str, amf: str | None) -> str:
    return f"{iaf}/niaf-oam/v1/intents" if amf is None else f"{amf}/namf-intent/v1/intents"


def _print_table(intents: list[dict[str, Any]]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table()
    for title in ("Intent", "Subscriber"):
        table.add_column(title, no_wrap=True)
    for title in ("What", "Status", "Until (UTC)", "Achieved"):
        table.add_column(title, overflow="fold")
    for intent in intents:
        kind = (intent.get("intent") or {}).get("kind", "")
        said = intent.get("text") or ""
        until = intent.get("expiresAt", "")[:19].replace("T", " ")
        table.add_row(
            intent["intentId"],
            intent["supi"],
            f"{kind}\n{said}" if said else kind,
            intent["status"],
            until,
            _achieved(intent.get("result") or {}),
        )
    Console().print(table)


def _achieved(result: dict[str, Any]) -> str:
    targets = result.get("achieved", ())
    reached = [f"{t['targetName']} {t['value']:g} {t['unit']}" for t in targets]
    return "\n".join(reached) or str(result.get("cause") or "")


def _answer(asking: Coroutine[Any, Any, Any], *, as_json: bool) -> Any:
    """What the network answers; a refusal ends the command."""
    from nfs.common.sbi.problem import SbiProblem, SbiUnreachable  # noqa: PLC0415

    try:
        return asyncio.run(asking)
    except SbiUnreachable as problem:
        hint = f"{problem.detail}: start a testbed with `agentnf up`"
        output.fail(hint, as_json=as_json, cause=problem.cause)
    except SbiProblem as problem:
        output.fail(str(problem), as_json=as_json, cause=problem.cause)
