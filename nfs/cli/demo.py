"""`agentnf demo`: the whole testbed in one process, one phone, three wishes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nfs.cli import output

if TYPE_CHECKING:
    from rich.console import Console

    from nfs.common.trace import Record, Trace

INTENTS = (
    "I need my cloud game below 20 ms for the next half hour",
    "translate 'where is the station' into German",
    "where is my phone",
)

NEXT = """The messages again: agentnf trace show
Talk with it yourself: agentnf up, and in another terminal agentnf ue say"""


def demo(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    stage1: Annotated[
        bool, typer.Option(help="The phone analyses its user's words itself first.")
    ] = True,
    amf_agent: Annotated[
        bool, typer.Option(help="The AMF carries intents out itself, without the IAF.")
    ] = False,
) -> None:
    """Bring up the core, register a phone and its agent, and fulfil three intents."""
    from nfs.common.trace import Trace  # noqa: PLC0415

    output.set_up_logging()
    trace = Trace(output.new_trace_file("demo"))
    try:
        report = asyncio.run(_run(trace, stage1=stage1, amf_agent=amf_agent, quiet=as_json))
    finally:
        trace.close()
    if as_json:
        output.print_json(report)
    fulfilled = all(i["status"] == "FULFILLED" for i in report["intents"])
    if not (report["registered"] and report["aic"] and fulfilled):
        raise typer.Exit(output.REFUSED)


async def _run(trace: Trace, *, stage1: bool, amf_agent: bool, quiet: bool) -> dict[str, Any]:
    from nfs.testbed import Testbed, TestbedConfig  # noqa: PLC0415
    from ue_sim import UeConfig, attach  # noqa: PLC0415

    console = output.console(quiet=quiet)
    config = TestbedConfig(amf={"agent_enabled": amf_agent})
    with output.working("Starting the core ...", quiet=quiet):
        testbed = Testbed(config, trace=trace, sockets=False)
        await testbed.__aenter__()
    _draw_from_now_on(console, trace)
    try:
        async with attach(testbed.n2, UeConfig(stage1=stage1)) as ue:
            said = []
            for text in INTENTS:
                console.print(f"\n[bold]user:[/] {text}")
                result = await ue.say(text)
                console.print(f"[bold]phone:[/] {result.result_text}\n")
                said.append(result)
            report = {
                "registered": True,
                "supi": ue.supi,
                "guti": ue.guti,
                "aic": ue.aic,
                "acs": ue.acs,
                "sessions": ue.sessions,
                "intents": [
                    {
                        "text": r.text,
                        "kind": r.kind,
                        "status": r.status,
                        "cause": r.cause,
                        "resultText": r.result_text,
                        "latencyMs": round(r.latency_ms, 1),
                    }
                    for r in said
                ],
            }
    finally:
        await testbed.stop()
    report["messages"] = _names(list(trace))
    _summarise(console, report)
    return report


def _draw_from_now_on(console: Console, trace: Trace) -> None:
    from nfs.cli import ladder  # noqa: PLC0415

    width = ladder.lane(console.width)
    console.print(f"[bold]{ladder.header(width)}[/]", no_wrap=True, overflow="crop")

    def draw(record: Record) -> None:
        drawn = ladder.line(record, width)
        if drawn is not None:
            console.print(drawn[0], style=drawn[1], no_wrap=True, overflow="crop", markup=False)

    trace.subscribe(draw)


def _names(records: list[Record]) -> dict[str, list[str]]:
    return {
        interface.lower(): [r.name for r in records if r.interface == interface]
        for interface in ("N1", "N2", "SBI")
    }


def _summarise(console: Console, report: dict[str, Any]) -> None:
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console.print(f"{report['supi']} is registered; its agent has the AIC {report['aic']}")
    table = Table()
    for column in ("what was said", "what came of it", "kind", "status", "ms"):
        table.add_column(column, no_wrap=column in {"kind", "status", "ms"})
    for intent in report["intents"]:
        status = intent["status"]
        colour = "green" if status == "FULFILLED" else "red"
        latency = f"{intent['latencyMs']:.0f}"
        said, came = escape(intent["text"]), escape(intent["resultText"])
        table.add_row(said, came, intent["kind"], f"[{colour}]{status}[/]", latency)
    console.print(table)
    console.print(NEXT, highlight=False)
