"""`agentnf nf`: one NF as a process of its own."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nfs.cli import output
from nfs.cli.check import tell_at_start
from nfs.cli.process import settle

if TYPE_CHECKING:
    from nfs.testbed import TestbedConfig


def nf(  # noqa: PLR0917 - the command line's options
    name: Annotated[
        str,
        typer.Argument(
            help="nrf, udm, ausf, amc, agw, smf, iaf, ers, amf, an agent, or a name under `also`"
        ),
    ],
    config: Annotated[
        Path | None, typer.Option(envvar="AGENTNF_CONFIG", help="YAML: a section for each NF.")
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(envvar="AGENTNF_STATE", help="Folder of its SQLite file, or redis://..."),
    ] = None,
    host: Annotated[
        str | None, typer.Option(envvar="AGENTNF_HOST", help="Where others reach this instance.")
    ] = None,
    tls: Annotated[
        Path | None, typer.Option(envvar="AGENTNF_TLS", help="Folder of certificates: use TLS.")
    ] = None,
    tls_name: Annotated[
        str | None, typer.Option(envvar="AGENTNF_TLS_NAME", help="Its certificate [the NF's name].")
    ] = None,
    verbose: Annotated[bool, typer.Option(help="Log what the NF does, to stderr.")] = True,
) -> None:
    """Start one NF; it finds the others through the NRF."""
    from nfs.common import telemetry  # noqa: PLC0415

    output.set_up_logging(verbose=verbose)
    telemetry.set_up(f"agentnf-{name}")
    try:
        asyncio.run(_run(name, _configured(config, name, host, tls, tls_name), state))
    except ValueError as error:
        output.fail(str(error), code=output.WRONG_USAGE)
    except OSError as error:
        output.fail(f"the {name} cannot start: {error.strerror or error}")


def _configured(
    config: Path | None,
    name: str,
    host: str | None,
    folder: Path | None,
    certificate: str | None,
) -> TestbedConfig:
    """The configuration of the file, with what the environment of this instance says.

    With a folder of certificates, the SBI goes over TLS.
    """
    from nfs.testbed import load_config, names  # noqa: PLC0415

    loaded = load_config(config)
    if name not in (known := names(loaded)):
        raise ValueError(f"there is no NF {name!r}: {', '.join(known)}")
    if config is not None:
        tell_at_start(loaded, config)
    if host is not None:
        loaded = loaded.at(name, host)
    if folder is None:
        return loaded
    common = dict(loaded.common)
    common["tls"] = {"folder": str(folder), "name": certificate or name}
    roots = common.get("nrf", "http://127.0.0.1:7710")
    several = [roots] if isinstance(roots, str) else roots
    common["nrf"] = [root.replace("http://", "https://") for root in several]
    return loaded.model_copy(update={"common": common})


async def _run(name: str, config: TestbedConfig, state: str | None) -> None:
    from nfs.testbed import Testbed  # noqa: PLC0415

    done = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, done.set)
    async with Testbed(config, state=_place(state), only=(name,)) as testbed:
        settle()
        typer.echo(f"{name} {testbed.endpoints[name]}")
        await done.wait()


def _place(state: str | None) -> Path | str | None:
    """A folder, or the URL of a store that instances share."""
    return Path(state) if state and "://" not in state else state
