"""`agentnf ue attach`: UEs as their configuration file says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nfs.cli import output
from nfs.cli.check import show
from nfs.cli.gnb import tell_without_effect
from nfs.cli.process import until_signal

if TYPE_CHECKING:
    from ue_sim import GnbConfig, UeConfig, UserEquipment
    from ue_sim.attachment import Options, Tell
    from ue_sim.config import UeFile
    from ue_sim.radio import Cell

    Keep = Callable[[list[UserEquipment], Tell], Awaitable[None]]
    """Keeps the cell usable until it is cancelled."""


def attach(  # noqa: PLR0917 - the command line's options
    config: Annotated[Path, typer.Option("--config", "-c", help="YAML, as UERANSIM's nr-ue.")],
    count: Annotated[int, typer.Option("-n", min=1, help="UEs with consecutive SUPIs.")] = 1,
    gnb: Annotated[
        str | None, typer.Option(help="A gNB process (`agentnf gnb`) [the file's gnbSearchList].")
    ] = None,
    n2: Annotated[
        str | None, typer.Option("--n2", help="Bring an own gNB, connected with this AMF.")
    ] = None,
    gnb_config: Annotated[Path | None, typer.Option(help="The own gNB's YAML.")] = None,
    tun: Annotated[
        bool | None, typer.Option(help="A TUN device for each session [where it is allowed].")
    ] = None,
    ping: Annotated[
        str | None, typer.Option(help="Each session pings this address, with or without TUN.")
    ] = None,
    radio_port: Annotated[int, typer.Option(help="Of gNB processes.")] = 4998,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON line when attached.")
    ] = False,
    verbose: Annotated[bool, typer.Option(help="Log what the UEs do, to stderr.")] = False,
) -> None:
    """Register UEs, establish their sessions, keep them until Ctrl-C, and deregister them."""
    from nfs.lab import Lab, check  # noqa: PLC0415
    from ue_sim import GnbConfig, NgSetupError  # noqa: PLC0415
    from ue_sim.attachment import Options  # noqa: PLC0415
    from ue_sim.config import GnbFile, UeFile  # noqa: PLC0415

    output.set_up_logging(verbose=verbose)
    if gnb is not None and (n2 or gnb_config) is not None:
        output.fail("give --gnb, or --n2 and --gnb-config", code=output.WRONG_USAGE)
    try:
        file = UeFile.load(config)
        tell_without_effect(file.without_effect)
        if gnb_config is not None:
            own = GnbFile.load(gnb_config)
            tell_without_effect(own.without_effect)
            show(check(Lab(gnbs=[own], ues=[file])), err=True)
            source = _own(own.to_config(), [n2] if n2 else own.n2())
        elif n2 is not None:
            usual = GnbConfig(file.plmn, slices=file.requested_nssai or ("1",))
            source = _own(usual, [n2])
        else:
            source = _remote([gnb] if gnb else list(file.gnb_search_list), radio_port)
        ues = [file.to_config(i) for i in range(count)]
        options = Options(_tun_name(file, tun), ping)
        complete = asyncio.run(_run(ues, source, options, as_json=as_json))
    except ValueError as error:
        output.fail(str(error), code=output.WRONG_USAGE, as_json=as_json)
    except NgSetupError as error:
        output.fail(str(error), as_json=as_json, cause="NG_SETUP")
    except OSError as error:
        hint = f"{error}: start a gNB with `agentnf gnb`, or give --n2 for an own one"
        output.fail(hint, as_json=as_json, cause="UNREACHABLE")
    if not complete:
        raise typer.Exit(output.REFUSED)


def _tun_name(file: UeFile, wanted: bool | None) -> str | None:
    """What the file calls the devices; None when there are to be none or cannot be any."""
    from nfs.transports.tun import available  # noqa: PLC0415
    from ue_sim.ue.tun import NAME  # noqa: PLC0415

    if wanted is None:
        wanted = available() is None
    return (f"{file.tun_name}%d" if file.tun_name else NAME) if wanted else None


async def _run(
    ues: list[UeConfig],
    source: AbstractAsyncContextManager[tuple[Cell, Keep]],
    options: Options,
    *,
    as_json: bool,
) -> bool:
    """False unless every UE has all that its file asks for."""
    from ue_sim.attachment import attach_all, detach_all  # noqa: PLC0415

    done = until_signal()

    def tell(supi: str, text: str) -> None:
        typer.echo(f"{supi} {text}", err=as_json)

    async with source as (cell, keep):
        attachments = await attach_all(ues, cell, tell, options)
        complete = all(each.complete for each in attachments)
        if as_json:
            output.print_json({"ues": [each.to_json() for each in attachments]})
        keeping = asyncio.ensure_future(keep([each.ue for each in attachments], tell))
        try:
            if any(each.cause is None for each in attachments):
                await done.wait()
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})
            await detach_all(attachments, tell)
    return complete


@asynccontextmanager
async def _remote(addresses: list[str], port: int) -> AsyncIterator[tuple[Cell, Keep]]:
    """The cell of a gNB process, looked for again when it is lost; raises ConnectionError."""
    from ue_sim.radio.reselection import CellSelection  # noqa: PLC0415

    selection = CellSelection(addresses, port)
    try:
        yield await selection.select(), selection.reselect
    finally:
        await selection.close()


@asynccontextmanager
async def _own(config: GnbConfig, n2: list[str]) -> AsyncIterator[tuple[Cell, Keep]]:
    """A gNB in this process, connected again when N2 is lost; raises OSError."""
    from ue_sim import Gnb  # noqa: PLC0415
    from ue_sim.gnb.reconnection import stay_connected  # noqa: PLC0415

    node = Gnb(config)
    try:
        await node.start(*n2)
        amfs = dict(zip(n2, node.amfs, strict=True))

        async def keep(_ues: list[UserEquipment], tell: Tell) -> None:
            tasks = (stay_connected(node, u, a, partial(tell, f"n2 {u}")) for u, a in amfs.items())
            await asyncio.gather(*tasks)

        yield node, keep
    finally:
        await node.stop()
