"""`agentnf ue`: a phone on a running testbed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from nfs.cli import output
from nfs.cli.follow import follow as hear

if TYPE_CHECKING:
    from ue_sim import SayResult, UeConfig, UserEquipment

T = TypeVar("T")

app = typer.Typer(help="A phone: say something, or play a scenario.", no_args_is_help=True)

N2 = "tcp://127.0.0.1:38412"
AMF = "http://127.0.0.1:7713"
NRF = "http://127.0.0.1:7710"

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
N2Option = Annotated[str, typer.Option("--n2", help="The AMF's N2 end point.")]
AmfOption = Annotated[str, typer.Option("--amf", help="The AMF's SBI, asked for explanations.")]
NrfOption = Annotated[str, typer.Option("--nrf", help="The NRF, which gives the access token.")]
Supi = Annotated[str, typer.Option(help="The subscriber.")]


@app.command()
def say(  # noqa: PLR0917 - the command line's options
    text: Annotated[str, typer.Argument(help="What the user says.")],
    as_json: Json = False,
    n2: N2Option = N2,
    amf: AmfOption = AMF,
    nrf: NrfOption = NRF,
    supi: Supi = "imsi-999700000000001",
    key: Annotated[str | None, typer.Option("--k", help="K of the USIM, hex.")] = None,
    opc: Annotated[str | None, typer.Option(help="OPc of the USIM, hex.")] = None,
    op: Annotated[str | None, typer.Option(help="OP, instead of OPc.")] = None,
    stage1: Annotated[bool, typer.Option(help="The phone analyses the words first.")] = True,
    follow: Annotated[
        bool, typer.Option("--follow", help="Stay until the intent has ended, for its reports.")
    ] = False,
) -> None:
    """Register a phone, say something to the network, and print what came of it."""
    output.set_up_logging()
    config = _config(supi, key, opc, op, stage1=stage1)

    def tell(said: str) -> None:
        if not as_json:
            typer.echo(said)

    async def converse(ue: UserEquipment) -> tuple[SayResult, dict[str, Any]]:
        result = await ue.say(text)
        tell(result.result_text)
        more: dict[str, Any] = {"reports": await hear(ue, result, tell)} if follow else {}
        return result, more | {"sessions": ue.sessions}

    result, more = _attached(config, n2, (amf, nrf), converse, as_json=as_json)
    if as_json:
        output.print_json(_document(result) | more)
    elif result.cause:
        typer.secho(f"{result.status}: {result.cause}", err=True, fg="yellow")
    if result.status != "FULFILLED":
        raise typer.Exit(output.REFUSED)


@app.command()
def scenario(
    file: Annotated[Path, typer.Argument(help="YAML: utterances and their expected outcomes.")],
    as_json: Json = False,
    n2: N2Option = N2,
    amf: AmfOption = AMF,
    nrf: NrfOption = NRF,
) -> None:
    """Play a scenario against a running testbed; exit 0 when all came as expected."""
    import yaml  # noqa: PLC0415

    from nfs.common.yaml_text import load_yaml  # noqa: PLC0415

    output.set_up_logging()
    try:
        played = load_yaml(file.read_text(encoding="utf-8"))
        steps: list[dict[str, Any]] = played["steps"]
        texts = [step["say"] for step in steps]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        output.fail(f"{file}: not a scenario: {error!r}", code=output.WRONG_USAGE, as_json=as_json)
    supi = played.get("supi", "imsi-999700000000001")

    async def play(ue: UserEquipment) -> list[SayResult]:
        return [await ue.say(text) for text in texts]

    config = _config(supi, None, None, None)
    results = _attached(config, n2, (amf, nrf), play, as_json=as_json)
    outcomes = [_compare(s, r) for s, r in zip(steps, results, strict=True)]
    passed = all(o["asExpected"] for o in outcomes)
    if as_json:
        output.print_json({"scenario": played.get("name"), "passed": passed, "steps": outcomes})
    else:
        for outcome in outcomes:
            mark = "ok  " if outcome["asExpected"] else "FAIL"
            typer.echo(f"{mark} {outcome['text']}\n     {outcome['resultText']}")
    if not passed:
        raise typer.Exit(output.REFUSED)


def _config(
    supi: str, key: str | None, opc: str | None, op: str | None, *, stage1: bool = True
) -> UeConfig:
    from ue_sim import UeConfig  # noqa: PLC0415

    given: dict[str, Any] = {"supi": supi, "stage1": stage1}
    if key:
        given["key"] = key
    if opc:
        given["opc"] = opc
    if op:
        given |= {"op": op, "opc": None}
    return UeConfig(**given)


def _attached(
    config: UeConfig,
    n2: str,
    oam: tuple[str, str],
    use: Callable[[UserEquipment], Awaitable[T]],
    *,
    as_json: bool,
) -> T:
    """What ``use`` makes of a phone that is attached as long as it takes."""
    from ue_sim import NgSetupError, ProcedureRejected  # noqa: PLC0415

    try:
        return asyncio.run(_use(config, n2, use))
    except NgSetupError as error:
        output.fail(str(error), as_json=as_json, status="REJECTED", cause="NG_SETUP")
    except OSError as error:
        hint = f"nothing answers at {n2} ({error}): start a testbed with `agentnf up`"
        output.fail(hint, as_json=as_json, status="FAILED", cause="UNREACHABLE")
    except ProcedureRejected as rejected:
        said = asyncio.run(_explanation(*oam, config.supi))
        lines = [str(rejected), *(f"network: {e['why']}; {e['remedy']}" for e in said[:1])]
        output.fail(
            "\n".join(lines),
            as_json=as_json,
            status="REJECTED",
            cause=rejected.cause,
            explanations=said[:1],
        )


async def _use(config: UeConfig, n2: str, use: Callable[[UserEquipment], Awaitable[T]]) -> T:
    from ue_sim import attach  # noqa: PLC0415

    async with attach(n2, config) as ue:
        return await use(ue)


async def _explanation(amf: str, nrf: str, supi: str) -> list[dict[str, Any]]:
    """What the AMF has to say about this subscriber's refusals, newest first."""
    from nfs.cli.consumer import get  # noqa: PLC0415
    from nfs.common.sbi.problem import SbiProblem  # noqa: PLC0415

    try:
        newest: list[dict[str, Any]] = (await get(f"{amf}/namf-oam/v1/refusals", nrf=nrf))[
            "refusals"
        ]
    except SbiProblem:
        return []
    msin = supi[-10:]
    return [e for e in newest if e["subscriber"].endswith(msin)]


def _document(result: SayResult) -> dict[str, Any]:
    return {
        "text": result.text,
        "kind": result.kind,
        "slots": result.slots,
        "status": result.status,
        "cause": result.cause,
        "resultText": result.result_text,
        "latencyMs": round(result.latency_ms, 1),
        **result.output,
    }


def _compare(step: dict[str, Any], result: SayResult) -> dict[str, Any]:
    expected = step.get("expect", {"status": "FULFILLED"})
    actual = {"status": result.status, "kind": result.kind, "cause": result.cause}
    contained = str(expected.get("contains", "")).lower() in result.result_text.lower()
    same = all(actual[name] == expected[name] for name in actual if name in expected)
    return _document(result) | {"asExpected": same and contained}
