"""How commands speak: one JSON document on stdout or text for people; logs go to stderr."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import structlog
import typer
from structlog.typing import EventDict

if TYPE_CHECKING:
    from rich.console import Console

REFUSED = 1
WRONG_USAGE = 2
KEPT_TRACES = 20
_PIPE_COLUMNS = 137


def set_up_logging(*, verbose: bool = False) -> None:
    level = logging.INFO if verbose else logging.ERROR
    logging.basicConfig(level=level, stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the NFs log their requests themselves
    structlog.configure(
        processors=[_correlation, *structlog.get_config()["processors"]],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _correlation(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Every line says for which UE, gNB or request it was written."""
    from nfs.common import correlation  # noqa: PLC0415

    if chain := correlation.current.get():
        event.setdefault("correlation", chain)
    return event


def print_columns(rows: Sequence[Sequence[str]]) -> None:
    """Each row a line; a column is as wide as its widest entry."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        typer.echo("  ".join(padded).rstrip())


def console(*, quiet: bool = False, **options: Any) -> Console:
    """For text that is as wide as the terminal; in a pipe or a file it is as wide as it needs."""
    from rich.console import Console  # noqa: PLC0415

    made = Console(stderr=quiet, quiet=quiet, **options)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = max(made.width, _PIPE_COLUMNS)
    return made


@contextlib.contextmanager
def working(what: str, *, quiet: bool = False) -> Iterator[None]:
    """Shows on a terminal's stderr that something is under way."""
    from rich.console import Console  # noqa: PLC0415

    shown = Console(stderr=True, quiet=quiet)
    with shown.status(what) if shown.is_terminal else contextlib.nullcontext():
        yield


def print_json(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False))


def fail(message: str, *, code: int = REFUSED, as_json: bool = False, **facts: Any) -> NoReturn:
    if as_json:
        print_json({"error": message} | facts)
    else:
        typer.secho(message, err=True, fg="red")
    raise typer.Exit(code)


def home() -> Path:
    """Where runs are kept: AGENTNF_HOME, else ~/.agentnf."""
    return Path(os.environ.get("AGENTNF_HOME") or Path.home() / ".agentnf")


def new_trace_file(command: str) -> Path:
    """A file for the trace of this run; the oldest ones are deleted."""
    folder = home() / "traces"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.jsonl"))[: -KEPT_TRACES + 1]:
        old.unlink(missing_ok=True)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return folder / f"{stamp}-{os.getpid()}-{command}.jsonl"


def newest_trace_file() -> Path | None:
    files = sorted((home() / "traces").glob("*.jsonl"))
    return files[-1] if files else None
