"""`agentnf ue say`: the user of a phone on a running testbed says something."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from nfs.cli import output
from nfs.cli.answer import nothing_at
from nfs.cli.ue.conversation import converse
from nfs.cli.ue.follow import follow as hear
from nfs.cli.ue.options import (
    AMF,
    N2,
    NRF,
    AmfOption,
    Json,
    N2Option,
    NrfOption,
    Supi,
    checked_secret,
)
from nfs.cli.ue.refusal import refused

if TYPE_CHECKING:
    from ue_sim import SayResult, UeConfig, UserEquipment

T = TypeVar("T")


def say(  # noqa: PLR0917 - the command line's options
    texts: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT...", help="What the user says; without it, a conversation."),
    ] = None,
    as_json: Json = False,
    n2: N2Option = N2,
    amf: AmfOption = AMF,
    nrf: NrfOption = NRF,
    supi: Supi = "imsi-999700000000001",
    key: Annotated[
        str | None, typer.Option("--k", help="K of the USIM, hex.", callback=checked_secret)
    ] = None,
    opc: Annotated[
        str | None, typer.Option(help="OPc of the USIM, hex.", callback=checked_secret)
    ] = None,
    op: Annotated[
        str | None, typer.Option(help="OP, instead of OPc.", callback=checked_secret)
    ] = None,
    stage1: Annotated[bool, typer.Option(help="The phone analyses the words first.")] = True,
    follow: Annotated[
        bool, typer.Option("--follow", help="Stay until the intent has ended, for its reports.")
    ] = False,
) -> None:
    """Register a phone, say something to the network, and print what came of it.

    Several texts are said one after the other, as in a conversation: the next may answer what the
    network asks, or correct the one before.
    """
    output.set_up_logging()
    if texts is not None and not all(text.strip() for text in texts):
        output.fail("an empty text says nothing", code=output.WRONG_USAGE, as_json=as_json)
    config = _config(supi, key, opc, op, stage1=stage1)

    def tell(said: str) -> None:
        if not as_json:
            typer.echo(said)

    async def use(ue: UserEquipment) -> tuple[list[SayResult], dict[str, Any]]:
        results = await converse(ue, texts, tell)
        more: dict[str, Any] = {}
        if follow and results:
            more["reports"] = await hear(ue, results[-1], tell)
        return results, more | {"sessions": ue.sessions}

    results, more = _attached(config, n2, (amf, nrf), use, as_json=as_json)
    documents = [_document(result) for result in results]
    if as_json:
        output.print_json(documents[0] | more if len(texts or ()) == 1 else documents)
    elif texts and results[-1].cause:
        typer.secho(f"{results[-1].status}: {results[-1].cause}", err=True, fg="yellow")
    if texts and results[-1].status != "FULFILLED":
        raise typer.Exit(output.REFUSED)


def _config(
    supi: str, key: str | None, opc: str | None, op: str | None, *, stage1: bool = True
) -> UeConfig:
    from ue_sim import UeConfig  # noqa: PLC0415

    given: dict[str, Any] = {"supi": supi, "stage1": stage1}
    if key:
        given["key"] = key
    if opc:
        given["opc"] = opc
    if op:
        given |= {"op": op, "opc": None}
    return UeConfig(**given)


def _attached(
    config: UeConfig,
    n2: str,
    oam: tuple[str, str],
    use: Callable[[UserEquipment], Awaitable[T]],
    *,
    as_json: bool,
) -> T:
    """What ``use`` makes of a phone that is attached as long as it takes."""
    from ue_sim import NgSetupError, ProcedureRejected  # noqa: PLC0415

    try:
        return asyncio.run(_use(config, n2, use))
    except NgSetupError as error:
        output.fail(str(error), as_json=as_json, status="REJECTED", cause="NG_SETUP")
    except OSError as error:
        output.fail(nothing_at(n2, error), as_json=as_json, status="FAILED", cause="UNREACHABLE")
    except ProcedureRejected as rejected:
        refused(rejected, oam, config.supi, as_json=as_json)


async def _use(config: UeConfig, n2: str, use: Callable[[UserEquipment], Awaitable[T]]) -> T:
    from ue_sim import attach  # noqa: PLC0415

    async with attach(n2, config) as ue:
        return await use(ue)


def _document(result: SayResult) -> dict[str, Any]:
    return {
        "text": result.text,
        "kind": result.kind,
        "slots": result.slots,
        "status": result.status,
        "cause": result.cause,
        "resultText": result.result_text,
        "latencyMs": round(result.latency_ms, 1),
        **result.output,
    }
