"""`agentnf identities`: the life of agents' identities at the AMC of a running testbed."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from nfs.cli import output
from nfs.cli.answer import answered

app = typer.Typer(help="Agents' identities at the AMC.", no_args_is_help=True)

Aic = Annotated[str, typer.Argument(help="The agent's identity code.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Amc = Annotated[str, typer.Option("--amc", help="The AMC's SBI.")]
Nrf = Annotated[str, typer.Option("--nrf", help="The NRF, which gives the access token.")]
Why = Annotated[str, typer.Option("--reason", help="For the history.")]
NRF = "http://127.0.0.1:7710"
AMC = "http://127.0.0.1:7717"
_IDENTITIES = "/namc-identity/v1/identities"
_REVOCATIONS = "/namc-credential/v1/revocations"


@app.command("list")
def list_identities(
    after: Annotated[str, typer.Option(help="Those behind this AIC.")] = "",
    as_json: Json = False,
    amc: Amc = AMC,
    nrf: Nrf = NRF,
) -> None:
    """The first 200 identities, or those behind one."""
    url = f"{amc}{_IDENTITIES}?limit=200&after={after}"
    found = _ask("GET", url, nrf=nrf, as_json=as_json)
    if not as_json:
        shown = ("aic", "state", "gatewayId", "template")
        output.print_columns([[entry[name] for name in shown] for entry in found["identities"]])


@app.command()
def history(aic: Aic, as_json: Json = False, amc: Amc = AMC, nrf: Nrf = NRF) -> None:
    """What happened to one, when and why."""
    found = _ask("GET", f"{amc}{_IDENTITIES}/{aic}/history", nrf=nrf, as_json=as_json)
    for entry in found["history"] if not as_json else ():
        typer.echo(f"{entry['time']:28} {entry['event']:10} {entry['reason']}")


@app.command()
def suspend(
    aic: Aic, reason: Why = "", as_json: Json = False, amc: Amc = AMC, nrf: Nrf = NRF
) -> None:
    """No gateway chooses or serves the agent until it is resumed."""
    body = {"state": "SUSPENDED", "reason": reason}
    _ask("PATCH", f"{amc}{_IDENTITIES}/{aic}/state", body, nrf=nrf, as_json=as_json)


@app.command()
def resume(
    aic: Aic, reason: Why = "", as_json: Json = False, amc: Amc = AMC, nrf: Nrf = NRF
) -> None:
    """The end of a suspension; revoked credentials stay revoked."""
    body = {"state": "ACTIVE", "reason": reason}
    _ask("PATCH", f"{amc}{_IDENTITIES}/{aic}/state", body, nrf=nrf, as_json=as_json)


@app.command()
def revoke(
    aic: Aic,
    reason: Annotated[int, typer.Option(min=0, max=5, help="CRLReason, RFC 5280 5.3.1.")] = 0,
    as_json: Json = False,
    amc: Amc = AMC,
    nrf: Nrf = NRF,
) -> None:
    """All credentials of the agent, which is suspended then."""
    body = {"aic": aic, "reason": reason}
    said = _ask("POST", amc + _REVOCATIONS, body, nrf=nrf, as_json=as_json)
    if not as_json:
        typer.echo(f"{said['revoked']} certificates revoked: {said['reason']}")


def _ask(method: str, url: str, body: Any = None, *, nrf: str, as_json: bool) -> Any:
    """What the AMC answers, printed with ``--json``; a refusal ends the command."""
    from nfs.cli.consumer import ask  # noqa: PLC0415

    output.set_up_logging()
    answer = answered(ask(method, url, nrf=nrf, json=body), as_json=as_json)
    if as_json:
        output.print_json(answer)
    return answer
