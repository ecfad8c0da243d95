"""The `agentnf` command. Commands import what they need when they run, so that help is quick."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from nfs.cli import (
    agents,
    audit,
    check,
    demo,
    doctor,
    gnb,
    identities,
    importer,
    intent,
    intents,
    nf,
    pki,
    specs,
    trace,
    ue,
    up,
)

app = typer.Typer(
    help="AgentNF: the agent-enabled 6G core testbed.", no_args_is_help=True, add_completion=False
)
app.command("demo")(demo.demo)
app.command("up")(up.up)
app.command("nf")(nf.nf)
app.command("check")(check.check)
app.command("import")(importer.import_files)
app.command("doctor")(doctor.doctor)
app.command("specs")(specs.specs)
app.command("gnb")(gnb.gnb)
app.add_typer(ue.app, name="ue")
app.add_typer(intent.app, name="intent")
app.add_typer(intents.app, name="intents")
app.add_typer(pki.app, name="pki")
app.add_typer(agents.app, name="agents")
app.add_typer(identities.app, name="identities")
app.add_typer(audit.app, name="audit")
app.add_typer(trace.app, name="trace")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"agentnf {version('agentnf')}")
        raise typer.Exit


@app.callback()
def agentnf(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """AgentNF: the agent-enabled 6G core testbed."""


def main() -> None:
    app()
