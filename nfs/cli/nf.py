"""`agentnf nf`: one NF as a process of its own."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer

from nfs.cli import output


def nf(
    name: Annotated[
        str, typer.Argument(help="nrf, udm, ausf, amc, agw, smf, iaf, ers, amf, or an agent")
    ],
    config: Annotated[
        Path | None, typer.Option(envvar="AGENTNF_CONFIG", help="YAML: a section for each NF.")
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(envvar="AGENTNF_STATE", help="Folder of its SQLite file, or redis://..."),
    ] = None,
    verbose: Annotated[bool, typer.Option(help="Log what the NF does, to stderr.")] = True,
) -> None:
    """Start one NF; it finds the others through the NRF."""
    from nfs.common import telemetry  # noqa: PLC0415

    output.set_up_logging(verbose=verbose)
    telemetry.set_up(f"agentnf-{name}")
    try:
        asyncio.run(_run(name, config, state))
    except KeyError:
        output.fail(f"there is no NF {name!r}", code=output.WRONG_USAGE)
    except ValueError as error:
        output.fail(str(error), code=output.WRONG_USAGE)


async def _run(name: str, config: Path | None, state: str | None) -> None:
    from nfs.testbed import Testbed, load_config  # noqa: PLC0415

    done = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, done.set)
    async with Testbed(load_config(config), state=_place(state), only=(name,)) as testbed:
        typer.echo(f"{name} {testbed.endpoints[name]}")
        await done.wait()


def _place(state: str | None) -> Path | str | None:
    """A folder, or the URL of a store that instances share."""
    return Path(state) if state and "://" not in state else state
