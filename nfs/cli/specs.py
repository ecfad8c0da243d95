"""`agentnf specs`: OpenAPI of what the NFs serve, JSON Schemas of intents, results and an ACS."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nfs.cli import output


def specs(
    folder: Annotated[Path, typer.Option(help="Where the files go.")] = Path("sbi_specs"),
) -> None:
    """Rewrite sbi_specs/: an OpenAPI 3.1 file for each service, and the JSON Schemas of intents
    and results; and the AGW's schema of an ACS."""
    from nfs.agw import acs  # noqa: PLC0415
    from nfs.semantics import schema  # noqa: PLC0415
    from nfs.testbed.specifications import documents  # noqa: PLC0415

    output.set_up_logging()
    schemas = {f"schemas/{name}": text for name, text in schema.documents().items()}
    (folder / "schemas").mkdir(parents=True, exist_ok=True)
    for name, text in (documents() | schemas).items():
        (folder / name).write_text(text, encoding="utf-8")
        typer.echo(str(folder / name), err=True)
    Path(acs.__file__).with_name(acs.SCHEMA_FILE).write_text(acs.write_schema(), encoding="utf-8")
