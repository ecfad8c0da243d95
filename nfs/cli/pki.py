"""`agentnf pki`: the certificates of a lab."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nfs.cli import output

app = typer.Typer(help="A lab's certificate authority.", no_args_is_help=True)

NAMES = (
    *("nrf", "udm", "ausf", "amf", "smf", "iaf", "agw", "amc", "ers"),
    *("translation", "summarisation", "ocr", "oam"),
)
LOCAL = ("localhost", "127.0.0.1")

Folder = Annotated[Path, typer.Argument(help="Where the certificates are kept.")]
Hosts = Annotated[
    list[str] | None, typer.Option("--host", help="Names and addresses the NFs are reached at.")
]


@app.command()
def init(folder: Folder, host: Hosts = None) -> None:
    """Make an authority and a certificate for every NF."""
    from nfs.common import pki  # noqa: PLC0415

    try:
        pki.create_authority(folder)
        for name in NAMES:
            pki.issue(folder, name, [*LOCAL, *(host or ())])
    except OSError as error:
        output.fail(str(error))
    typer.echo(f"{len(NAMES)} certificates in {folder}; keep {folder / 'ca-key.pem'} to yourself")


@app.command()
def renew(
    folder: Folder,
    name: Annotated[str, typer.Argument(help="amf, smf, ..., or one more of your own")],
    host: Hosts = None,
) -> None:
    """A new certificate and key for one NF; a running NF takes it into use by itself."""
    from nfs.common import pki  # noqa: PLC0415

    try:
        files = pki.issue(folder, name, [*LOCAL, *(host or ())])
    except (OSError, ValueError) as error:
        output.fail(f"{error}: `agentnf pki init` makes an authority")
    typer.echo(str(files.certificate))
