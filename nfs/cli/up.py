"""`agentnf up`: the testbed in one process, with sockets, until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

from nfs.cli import output
from nfs.cli.check import tell_at_start
from nfs.cli.process import settle


def up(  # noqa: PLR0917 - the command line's options
    config: Annotated[Path | None, typer.Option(help="YAML: a section for each NF.")] = None,
    topology: Annotated[
        str | None, typer.Option(help="Several gateways: line, fixed, tree, two-domains.")
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="Folder of the NFs' SQLite files [~/.agentnf/state].")
    ] = None,
    fresh: Annotated[bool, typer.Option(help="Forget what an earlier run stored.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print endpoints as JSON.")] = False,
    verbose: Annotated[bool, typer.Option(help="Log what the NFs do, to stderr.")] = False,
) -> None:
    """Start every NF and keep them up."""
    from nfs.common import telemetry  # noqa: PLC0415

    output.set_up_logging(verbose=verbose)
    telemetry.set_up("agentnf")
    try:
        asyncio.run(_run(config, topology, _state(state, fresh=fresh), as_json=as_json))
    except ValueError as error:
        output.fail(str(error), code=output.WRONG_USAGE)
    except OSError as error:
        output.fail(f"the testbed cannot start: {error.strerror or error}; is another one up?")


def _state(folder: Path | None, *, fresh: bool) -> Path:
    """The folder, made when it is not there; raises OSError when it cannot be."""
    folder = folder or output.home() / "state"
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        for file in folder.glob("*.sqlite*"):
            file.unlink()
    return folder


async def _run(config: Path | None, topology: str | None, state: Path, *, as_json: bool) -> None:
    from nfs.common.trace import Trace  # noqa: PLC0415
    from nfs.testbed import Testbed, load_config  # noqa: PLC0415

    loaded = load_config(config, topology)
    if config is not None:
        tell_at_start(loaded, config)
    done = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, done.set)
    trace = Trace(output.new_trace_file("up"))
    testbed = Testbed(loaded, trace=trace, state=state, all_agents=True)
    async with AsyncExitStack() as stack:
        stack.callback(trace.close)
        with output.working("Starting the core ...", quiet=as_json):
            await stack.enter_async_context(testbed)
        settle()
        if as_json:
            output.print_json({"endpoints": testbed.endpoints, "n2": testbed.n2})
        else:
            output.print_columns([*testbed.endpoints.items(), ("n2", testbed.n2)])
            typer.echo("Ready. Ctrl-C stops it.")
        await done.wait()
