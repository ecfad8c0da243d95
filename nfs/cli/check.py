"""`agentnf check`: do the files of a lab fit each other?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nfs.cli import output

if TYPE_CHECKING:
    from nfs.lab import Finding
    from nfs.testbed import TestbedConfig


def check(
    files: Annotated[
        list[Path], typer.Argument(help="Ours, UERANSIM's, Open5GS's, free5GC's, in any mixture.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Compare PLMN, slices, TACs, DNNs, keys, addresses and algorithms; exit 0 when all fit."""
    from nfs.lab import check as compare  # noqa: PLC0415
    from nfs.lab import read  # noqa: PLC0415
    from nfs.lab.consistency import ERROR  # noqa: PLC0415
    from ue_sim.config import ConfigError  # noqa: PLC0415

    output.set_up_logging()
    try:
        lab = read(files)
        findings = compare(lab)
    except (ConfigError, ValueError) as error:
        output.fail(str(error), code=output.WRONG_USAGE, as_json=as_json)
    if as_json:
        kinds = {str(path): kind for path, kind in lab.kinds.items()}
        output.print_json({"files": kinds, "findings": [each.to_json() for each in findings]})
    else:
        show(findings)
        typer.echo(f"{len(files)} files, {len(findings)} findings")
    if any(each.severity == ERROR for each in findings):
        raise typer.Exit(output.REFUSED)


def show(findings: list[Finding], *, err: bool = False) -> None:
    for each in findings:
        colour = "red" if each.severity == "error" else "yellow"
        typer.secho(f"{each.severity}: {each.problem}", fg=colour, err=err)
        for place in each.places:
            typer.echo(f"    {place}", err=err)
        typer.echo(f"    remedy: {each.remedy}", err=err)


def tell_at_start(config: TestbedConfig, path: Path | None) -> None:
    """On stderr, what of a testbed's configuration does not fit.

    What cannot be read is left to the NF that needs it: files of others may be elsewhere.
    """
    from nfs.lab import Lab, ours  # noqa: PLC0415
    from nfs.lab import check as compare  # noqa: PLC0415
    from ue_sim.config.document import Tree  # noqa: PLC0415

    lab = Lab()
    try:
        ours.state(config, lab, Tree(path) if path is not None else None)
    except (ValueError, OSError):
        return
    show(compare(lab), err=True)
