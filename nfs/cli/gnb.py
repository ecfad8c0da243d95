"""`agentnf gnb`: a gNB as a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nfs.cli import output
from nfs.cli.process import settle, until_signal

if TYPE_CHECKING:
    from ue_sim.config import GnbFile
    from ue_sim.gnb.amf import AmfConnection


def gnb(
    config: Annotated[Path, typer.Option("--config", "-c", help="YAML, as UERANSIM's nr-gnb.")],
    n2: Annotated[
        list[str] | None, typer.Option("--n2", help="N2 end points, in place of the file's AMFs.")
    ] = None,
    radio_port: Annotated[int, typer.Option(help="Port for UE processes, at linkIp.")] = 4998,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON line when up.")] = False,
    verbose: Annotated[bool, typer.Option(help="Log what the gNB does, to stderr.")] = False,
) -> None:
    """Connect a gNB with its AMFs, let UE processes connect to it, and keep it up until Ctrl-C."""
    from ue_sim import NgSetupError  # noqa: PLC0415
    from ue_sim.config import GnbFile  # noqa: PLC0415

    output.set_up_logging(verbose=verbose)
    try:
        file = GnbFile.load(config)
        tell_without_effect(file.without_effect)
        asyncio.run(_run(file, n2 or file.n2(), radio_port, as_json=as_json))
    except ValueError as error:
        output.fail(str(error), code=output.WRONG_USAGE, as_json=as_json)
    except NgSetupError as error:
        output.fail(str(error), as_json=as_json, cause="NG_SETUP")
    except OSError as error:
        output.fail(str(error), as_json=as_json, cause="UNREACHABLE")


def tell_without_effect(places: list[str]) -> None:
    for place in places:
        typer.secho(f"{place} has no effect", err=True, fg="yellow")


async def _run(file: GnbFile, n2: list[str], radio_port: int, *, as_json: bool) -> None:
    from ue_sim import Gnb  # noqa: PLC0415
    from ue_sim.gnb.reconnection import stay_connected  # noqa: PLC0415
    from ue_sim.radio import RadioServer  # noqa: PLC0415

    config = file.to_config()
    node = Gnb(config)
    radio = RadioServer(node)
    done = until_signal()
    tell = _teller(as_json=as_json)
    tell("gnb", f"{config.name}: PLMN {config.plmn}, TAC {config.tac}, cell {config.nci:#011x}")
    try:
        await node.user_plane.start("udp")
        tell("n3", f"GTP-U at {node.user_plane.address}")
        amfs = await _first_attempts(node, n2, tell)
        await radio.start(file.link_ip, radio_port)
        tell("radio", f"UEs connect to {radio.address}")
        if as_json:
            names = [amf.name for amf in amfs.values() if amf]
            up = {"gnb": config.name, "amfs": names, "radio": radio.address}
            output.print_json(up)
        settle()
        async with asyncio.TaskGroup() as tasks:
            keepers = [
                tasks.create_task(stay_connected(node, url, amf, _about(tell, url)))
                for url, amf in amfs.items()
            ]
            await done.wait()
            for keeper in keepers:
                keeper.cancel()
    finally:
        await radio.stop()
        await node.stop()


async def _first_attempts(
    node: Any, n2: list[str], tell: Callable[[str, str], None]
) -> dict[str, AmfConnection | None]:
    """The AMFs, None for those that are not there; one has to be. Raises OSError."""
    from ue_sim.gnb.ng_setup import set_up  # noqa: PLC0415

    amfs: dict[str, AmfConnection | None] = {}
    failures = []
    for url in dict.fromkeys(n2):
        try:
            amf = amfs[url] = await set_up(node, url)
            tell(f"n2 {url}", f"NG Setup done with AMF {amf.name}")
        except OSError as error:
            amfs[url] = None
            tell(f"n2 {url}", str(error))
            failures.append(error)
    if len(failures) == len(amfs):
        raise failures[0]
    return amfs


def _about(tell: Callable[[str, str], None], url: str) -> Callable[[str], None]:
    return lambda text: tell(f"n2 {url}", text)


def _teller(*, as_json: bool) -> Callable[[str, str], None]:
    """Lines of state: on stdout, on stderr where that is for a JSON document."""
    return lambda what, text: typer.echo(f"{what:8} {text}", err=as_json)
