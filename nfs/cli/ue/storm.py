"""`agentnf ue storm`: many phones at once."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nfs.cli import output
from nfs.cli.answer import nothing_at
from nfs.cli.process import settle
from nfs.cli.ue.options import N2, checked_secret, checked_supi

if TYPE_CHECKING:
    from rich.progress import Progress


def storm(  # noqa: PLR0917 - the command line's options
    count: Annotated[int, typer.Option("-n", min=1, help="How many phones.")] = 1000,
    rate: Annotated[
        float | None, typer.Option(min=0.01, help="Arrivals per second; then --in-flight is void.")
    ] = None,
    in_flight: Annotated[int, typer.Option(min=1, help="Phones that register at a time.")] = 50,
    pdu: Annotated[bool, typer.Option("--pdu", help="Each has a PDU session too.")] = False,
    gnbs: Annotated[int, typer.Option(min=1, max=256, help="At so many gNBs.")] = 1,
    n2: Annotated[str, typer.Option("--n2", help="The AMF's N2 end point.")] = N2,
    supi: Annotated[
        str, typer.Option(help="The first subscriber.", callback=checked_supi)
    ] = "imsi-999700000000001",
    key: Annotated[
        str | None, typer.Option("--k", help="K of all USIMs, hex.", callback=checked_secret)
    ] = None,
    opc: Annotated[
        str | None, typer.Option(help="OPc of all USIMs, hex.", callback=checked_secret)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Register many phones with consecutive SUPIs, then deregister them; exit 0 if none failed."""
    from nfs.protocols.crypto.errors import CryptoError  # noqa: PLC0415
    from ue_sim import NgSetupError, UeConfig  # noqa: PLC0415
    from ue_sim.storm import StormConfig, storm  # noqa: PLC0415

    output.set_up_logging()
    keys: dict[str, Any] = {n: v for n, v in (("key", key), ("opc", opc)) if v is not None}
    first = UeConfig(supi=supi, **keys)
    config = StormConfig(count, first, gnbs=gnbs, rate=rate, in_flight=in_flight, pdu=pdu)
    try:
        settle()
        with _Bars(count) as bars:
            result = asyncio.run(storm(config, n2, bars.show))
    except NgSetupError as error:
        output.fail(str(error), as_json=as_json, cause="NG_SETUP")
    except OSError as error:
        output.fail(nothing_at(n2, error), as_json=as_json, cause="UNREACHABLE")
    except (ValueError, CryptoError) as error:
        output.fail(str(error), as_json=as_json, code=output.WRONG_USAGE)
    if as_json:
        output.print_json(result)
    else:
        _print(result)
    if result["failed"] or result.get("sessions", {}).get("failed"):
        raise typer.Exit(output.REFUSED)


class _Bars(AbstractContextManager["_Bars"]):
    """How far each procedure has come, on stderr."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._progress: Progress | None = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> _Bars:
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import Progress  # noqa: PLC0415

        console = Console(stderr=True)
        self._progress = Progress(console=console, disable=not console.is_terminal)
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def show(self, what: str, done: int) -> None:
        assert self._progress is not None  # noqa: S101 - used inside of the block only
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=self._count)
        self._progress.update(self._tasks[what], completed=done)


def _print(result: dict[str, Any]) -> None:
    _line("registered", result)
    if "sessions" in result:
        _line("established", result["sessions"])
    typer.echo(f"{'deregistered':12} {result['deregistered']}")


def _line(done: str, result: dict[str, Any]) -> None:
    latency = ", ".join(f"{name} {value} ms" for name, value in result["latencyMs"].items())
    typer.echo(f"{done:12} {result[done]}  {result['perSecond']}/s  {latency}")
    for cause, times in sorted(result["causes"].items()):
        typer.secho(f"{'failed':12} {times}  {cause}", fg="yellow")
