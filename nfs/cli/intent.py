"""`agentnf intent`: what the testbed understands, without a network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from nfs.cli import output
from nfs.semantics.exchange import Format

app = typer.Typer(help="Understand words without a network.", no_args_is_help=True)


Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def analyse(
    text: Annotated[str, typer.Argument(help="What a user might say.")],
    as_json: Json = False,
    language: Annotated[str | None, typer.Option(help="BCP 47; guessed by default.")] = None,
) -> None:
    """Print the operator-defined intent of a text."""
    from nfs.semantics.analyser import TextError  # noqa: PLC0415
    from nfs.semantics.analyser import analyse as analysed  # noqa: PLC0415

    try:
        intent = analysed(text, language).to_json()
    except TextError as error:
        output.fail(str(error), code=output.REFUSED, as_json=as_json)
    if as_json:
        output.print_json(intent)
        return
    typer.echo(f"{intent['kind']}  (confidence {intent['confidence']:.2f})")
    for name, value in intent.get("slots", {}).items():
        typer.echo(f"  {name}: {value}")
    if intent.get("ambiguity"):
        typer.echo(f"  open: {', '.join(intent['ambiguity'])}")


@app.command()
def convert(
    file: Annotated[str, typer.Argument(help="JSON of the intent; - is standard input.")],
    *,
    source: Annotated[Format, typer.Option("--from", help="What FILE is.")] = Format.OPERATOR,
    target: Annotated[Format, typer.Option("--to", help="What is printed.")] = Format.OPERATOR,
    sink: Annotated[
        str | None, typer.Option(help="Where a CAMARA request's notifications go.")
    ] = None,
    reader: Annotated[
        list[str] | None,
        typer.Option("--reader-version", help="A version that the reader of an intent knows."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print an intent in another format: TS 28.312, TMF921, or a request of a CAMARA API.

    With --json also what the format has no place for, as "kept".
    """
    import json  # noqa: PLC0415

    from nfs.semantics.exchange import exact, formats  # noqa: PLC0415

    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
        document = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        output.fail(f"{file}: {error}", code=output.WRONG_USAGE, as_json=as_json)
    kept: exact.Document = {} if sink is None else {"sink": sink}
    try:
        written, kept = formats.convert(document, source, target, kept, reader or ())
    except exact.NotConvertible as refused:
        facts = {"obstacle": refused.obstacle.value, "path": refused.path}
        output.fail(str(refused), code=output.REFUSED, as_json=as_json, **facts)
    if as_json:
        output.print_json({"document": written, "kept": kept})
        return
    typer.echo(json.dumps(written, ensure_ascii=False, indent=1))
    if kept:
        typer.echo(f"kept beside it: {json.dumps(kept, ensure_ascii=False)}", err=True)


@app.command()
def profile(as_json: Json = False) -> None:
    """Print the vocabulary of intents: kinds, slots, rules, and what others call the same."""
    from nfs.semantics.ontology.profile import profile as described  # noqa: PLC0415

    document = described()
    if as_json:
        output.print_json(document)
        return
    typer.echo(f"{document['name']} {document['version']}")
    for kind, found in document["kinds"].items():
        needs = " and ".join(" or ".join(group) for group in found["needs"])
        typer.echo(f"  {kind}: {', '.join(found['carries'])}{needs and f'; needs {needs}'}")
    for slot, found in document["slots"].items():
        if "unit" in found:
            typer.echo(f"  {slot}: {found['unit']} {found.get('condition', '')}".rstrip())


@app.command()
def glossary(
    term: Annotated[str, typer.Argument(help="A term of the field, or a refusal's code.")],
    as_json: Json = False,
) -> None:
    """Print what a term means, with its source."""
    from nfs.semantics.ontology.glossary import UnknownTerm, look_up  # noqa: PLC0415

    try:
        entry = look_up(term)
    except UnknownTerm as unknown:
        output.fail(str(unknown), code=output.REFUSED, as_json=as_json)
    if as_json:
        output.print_json(dict(entry))
        return
    typer.echo(f"{entry['name']}: {entry['meaning']} ({entry['source']})")
    if "remedy" in entry:
        typer.echo(f"What to do: {entry['remedy']}")


@app.command("eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="JSON lines of labelled texts.")],
    as_json: Json = False,
    picture: Annotated[
        Path | None, typer.Option(help="SVG to write: which kinds were taken for which.")
    ] = None,
) -> None:
    """Score the analyser on labelled texts."""
    import json  # noqa: PLC0415

    from nfs.semantics.confusion import picture as drawn  # noqa: PLC0415
    from nfs.semantics.evaluate import evaluate as scored  # noqa: PLC0415

    try:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    except (OSError, ValueError) as error:
        output.fail(f"{file}: {error}", code=output.WRONG_USAGE, as_json=as_json)
    try:
        scores = scored(lines)
    except (KeyError, TypeError) as error:
        output.fail(
            f"{file}: no labelled text: {error!r}", code=output.WRONG_USAGE, as_json=as_json
        )
    if picture is not None:
        picture.write_text(drawn(scores["confusion"]), encoding="utf-8")
    if as_json:
        output.print_json(scores)
        return
    _print_scores(scores)


def _print_scores(scores: dict[str, Any]) -> None:
    """Those of the whole first, then a line for each kind and language."""
    per = {name: value for name, value in scores.items() if name.startswith("per")}
    plain = {n: v for n, v in scores.items() if n not in per and not isinstance(v, list | dict)}
    latency = {f"latency {name}, ms": value for name, value in scores["latencyMs"].items()}
    output.print_columns([(name, f"{value:.6g}") for name, value in (plain | latency).items()])
    rows = [
        (n, str(e["n"]), e["kindAccuracy"], e["slotF1"]) for v in per.values() for n, e in v.items()
    ]
    output.print_columns(
        [("", "n", "kinds", "slot F1"), *((n, c, f"{k:.3f}", f"{f:.3f}") for n, c, k, f in rows)]
    )


@app.command()
def train(
    language: Annotated[str, typer.Argument(help="ISO 639-1 code of a language with a grammar.")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="JSON lines of labelled texts to add."),
    ] = None,
) -> None:
    """Make what the analyser has learnt of a language anew, in the package."""
    import json  # noqa: PLC0415

    import nfs.semantics  # noqa: PLC0415
    from nfs.semantics.learnt import learn  # noqa: PLC0415

    try:
        lines = [
            json.loads(line)
            for file in files or []
            for line in file.read_text(encoding="utf-8").splitlines()
            if line
        ]
        learnt = learn(language, lines)
    except (OSError, ValueError, KeyError) as error:
        output.fail(f"no labelled texts: {error!r}", code=output.WRONG_USAGE)
    folder = Path(nfs.semantics.__file__).parent / "lexicon" / language
    for name, document in learnt.items():
        folder.joinpath(name).write_text(document, encoding="utf-8")
        typer.echo(f"{folder / name}: {len(document)} octets")
