"""`agentnf intents`: what subscribers have asked for, and how it stands."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from nfs.cli import output
from nfs.cli.answer import answered

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
_OVER = {"CANCELLED", "EXPIRED", "FAILED", "REJECTED"}


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
    found = answered(get(_place(iaf, amf), params, nrf=nrf, privileged=True), as_json=as_json)
    if as_json:
        output.print_json(found)
    else:
        for intent in found["intents"]:
            _print_intent(intent)
        if not found["intents"]:
            typer.echo("nobody has asked for anything within the last hour", err=True)


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

    found = answered(
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
    answered(ask("DELETE", place, nrf=nrf, privileged=True), as_json=as_json)
    if as_json:
        output.print_json(None)


def _place(iaf: str, amf: str | None) -> str:
    return f"{iaf}/niaf-oam/v1/intents" if amf is None else f"{amf}/namf-intent/v1/intents"


def _print_intent(intent: dict[str, Any]) -> None:
    """Its identifier, how it stands and until when; who said what; what came of it."""
    stands = intent["status"]
    if stands not in _OVER and (until := intent.get("expiresAt")):
        stands += f" until {until[:19].replace('T', ' ')} UTC"
    typer.echo(f"{intent['intentId']}  {stands}")
    kind = (intent.get("intent") or {}).get("kind", "")
    said = " ".join((intent.get("text") or "").split())
    typer.echo(f"    {intent['supi']}  {kind}  {said}".rstrip())
    if came := _achieved(intent.get("result") or {}):
        typer.echo(f"    {came}")


def _achieved(result: dict[str, Any]) -> str:
    targets = result.get("achieved", ())
    reached = [f"{t['targetName']} {t['value']:g} {t['unit']}" for t in targets]
    return ", ".join(reached) or str(result.get("cause") or "")
