"""`agentnf trace`: what was said in the newest run."""

from __future__ import annotations

from itertools import dropwhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nfs.cli import output

if TYPE_CHECKING:
    from nfs.common.trace import Record

app = typer.Typer(help="The messages of the newest `demo` or `up`.", no_args_is_help=True)

Run = Annotated[Path | None, typer.Option("--run", help="A trace file; default: the newest.")]


@app.command()
def show(
    run: Run = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    svg: Annotated[Path | None, typer.Option(help="Draw the ladder into this file.")] = None,
    since: Annotated[str, typer.Option(help="From the first message with this in its name.")] = "",
    until: Annotated[
        str | None, typer.Option(help="To the first message after it with this in its name.")
    ] = None,
) -> None:
    """The message ladder of a run."""
    from nfs.cli import ladder  # noqa: PLC0415

    records = _between(_records(run), since, until)
    if as_json:
        output.print_json([record.to_json() for record in records])
        return
    console = output.console(record=svg is not None, width=137 if svg else None)
    width = ladder.lane(console.width)
    console.print(f"[bold]{ladder.header(width)}[/]", no_wrap=True, overflow="crop")
    for text, style in ladder.lines(records, width):
        console.print(text, style=style, no_wrap=True, overflow="crop", markup=False)
    if svg is not None:
        console.save_svg(str(svg), title="AgentNF")


@app.command()
def export(
    pcap: Annotated[Path, typer.Option("--pcap", help="The capture to write.")],
    run: Run = None,
) -> None:
    """N2, N3 and N4 of a run as a capture for Wireshark and tshark."""
    from nfs.common.pcap import write_pcap  # noqa: PLC0415

    count = write_pcap(_records(run), pcap)
    typer.echo(f"{count} messages of NGAP, GTP-U and PFCP in {pcap}", err=True)
    typer.echo(f"tshark -r {pcap} -o nas-5gs.null_decipher:TRUE", err=True)


def _between(records: list[Record], since: str, until: str | None) -> list[Record]:
    found = list(dropwhile(lambda record: since not in record.name, records))
    ends = (i for i, record in enumerate(found) if until is not None and until in record.name)
    return found[: next(ends, len(found)) + 1]


def _records(run: Path | None) -> list[Record]:
    from nfs.common.trace import read  # noqa: PLC0415

    path = run or output.newest_trace_file()
    if path is None or not path.exists():
        output.fail(
            f"there is no trace {path or 'yet'}: run `agentnf demo`", code=output.WRONG_USAGE
        )
    return list(read(path))
