"""`agentnf doctor`: what this machine offers, and what follows from it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from nfs.cli import output


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say which parts are there, which N2 transport is used, and why."""
    from nfs.transports.probe import choose_n2, probe  # noqa: PLC0415

    found = probe()
    transport, why = choose_n2(found)
    if as_json:
        capabilities = [asdict(c) for c in found]
        output.print_json({"capabilities": capabilities, "n2": transport, "why": why})
        return
    for capability in found:
        mark = "yes" if capability.available else "no "
        remedy = f"  -> {capability.remedy}" if not capability.available else ""
        typer.echo(f"{mark} {capability.name:14} {capability.detail}{remedy}")
    typer.echo(f"N2 can go over {transport}: {why}. The default is tcp.")
