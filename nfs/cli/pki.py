"""`agentnf pki`: the certificates of a lab."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nfs.cli import output

app = typer.Typer(help="A lab's certificate authority.", no_args_is_help=True)

NAMES = (
    *("nrf", "udm", "ausf", "amf", "smf", "upf", "iaf", "agw", "amc", "ers"),
    *("translation", "summarisation", "ocr", "anomaly"),
    *("foundry", "mill", "press", "paintshop", "oam"),
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
def hnet(
    file: Annotated[Path, typer.Argument(help="Where the private key is to be kept, in PEM.")],
    scheme: Annotated[int, typer.Option(min=1, max=2, help="1 X25519, 2 secp256r1.")] = 1,
    key_id: Annotated[int, typer.Option("--id", min=0, max=255, help="Its identifier.")] = 1,
) -> None:
    """Make a key pair that phones conceal their SUPI for; prints the lines for UE and UDM."""
    from nfs.common.pki import write  # noqa: PLC0415
    from nfs.protocols.crypto.home_network_key import HomeNetworkKey  # noqa: PLC0415

    key = HomeNetworkKey.generate(key_id, scheme)
    try:
        write(file, key.to_pem(), mode=0o600)
    except OSError as error:
        output.fail(str(error))
    typer.echo("udm:")
    typer.echo(f"  home_network_keys: [{{id: {key_id}, scheme: {scheme}, file: {file}}}]")
    typer.echo("ue:")
    typer.echo(f"  protectionScheme: {scheme}")
    typer.echo(f"  homeNetworkPublicKey: '{key.public_key.hex()}'")
    typer.echo(f"  homeNetworkPublicKeyId: {key_id}")


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
