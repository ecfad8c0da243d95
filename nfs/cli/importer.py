"""`agentnf import`: configuration files of other makes as ours."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nfs.cli import output

if TYPE_CHECKING:
    from nfs.lab import Lab


class Make(StrEnum):
    UERANSIM = "ueransim"
    OPEN5GS = "open5gs"
    FREE5GC = "free5gc"


def import_files(
    make: Annotated[Make, typer.Argument(help="Whose files they are.")],
    files: Annotated[list[Path], typer.Argument(help="gNB, UE, AMF, SMF, UDM, NRF files.")],
    target: Annotated[
        Path, typer.Option("-o", help="The configuration to write; subscribers go beside it.")
    ] = Path("config.yaml"),
    ues: Annotated[int, typer.Option(min=1, help="Consecutive SUPIs of each UE file.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write a configuration for `agentnf up --config`, and say what was taken and what was left."""
    import yaml  # noqa: PLC0415

    from nfs.lab import read  # noqa: PLC0415
    from nfs.lab.importer import import_lab  # noqa: PLC0415
    from ue_sim.config import ConfigError  # noqa: PLC0415

    output.set_up_logging()
    try:
        lab = read(files)
        _expect(make, lab)
        imported = import_lab(lab, ues)
        beside = target.with_name(f"{target.stem}-subscribers.yaml")
        sections = imported.sections(beside.resolve() if imported.subscribers else None)
        if imported.subscribers:
            _write(beside, yaml.safe_dump({"subscribers": imported.subscribers}))
        _write(target, yaml.safe_dump(sections, sort_keys=False))
    except (ConfigError, ValueError, OSError) as error:
        output.fail(str(error), code=output.WRONG_USAGE, as_json=as_json)
    if as_json:
        said = {
            str(path): {"taken": imported.taken.get(path, []), "left": imported.left.get(path, [])}
            for path in files
        }
        output.print_json({"config": str(target), "files": said})
        return
    for path in files:
        typer.echo(f"{path}: {lab.kinds[path]}")
        typer.echo(f"  taken: {', '.join(imported.taken.get(path, [])) or 'nothing'}")
        typer.echo(f"  left:  {', '.join(imported.left.get(path, [])) or 'nothing'}")
    typer.echo(f"written: {target}" + (f", {beside}" if imported.subscribers else ""))


def _write(path: Path, text: str) -> None:
    """For the owner only: there are keys in it."""
    path.touch(mode=0o600)
    path.write_text(text)


def _expect(make: Make, lab: Lab) -> None:
    """Raises ValueError for a file of another make."""
    for path, kind in lab.kinds.items():
        if not kind.startswith(make):
            raise ValueError(f"{path}: looks like {kind}, not {make}")
