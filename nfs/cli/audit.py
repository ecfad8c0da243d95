"""`agentnf audit`: are the audit trails of a running testbed as they were written?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from nfs.cli import output
from nfs.cli.answer import answered

if TYPE_CHECKING:
    from nfs.cli.consumer import Privileged

app = typer.Typer(help="The audit trails of AGW and AMC.", no_args_is_help=True)

NRF = "http://127.0.0.1:7710"
AGW = "http://127.0.0.1:7716"
AMC = "http://127.0.0.1:7717"


@app.callback()
def audit() -> None:
    """The audit trails of AGW and AMC."""


@app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    agw: Annotated[str, typer.Option(help="The AGW's SBI.")] = AGW,
    amc: Annotated[str, typer.Option(help="The AMC's SBI.")] = AMC,
    nrf: Annotated[str, typer.Option(help="The NRF, which gives the access token.")] = NRF,
    known: Annotated[
        list[str] | None,
        typer.Option(help="NF:SEQUENCE:HASH of an earlier run: it must still be there."),
    ] = None,
) -> None:
    """Check every record's signature and place; exit 1 with the first bad one of each NF."""
    output.set_up_logging()
    try:
        heads = _heads(known or [])
    except ValueError as error:
        output.fail(str(error), code=output.WRONG_USAGE, as_json=as_json)
    trails = answered(_verify({"agw": agw, "amc": amc}, nrf, heads), as_json=as_json)
    valid = all(trail["fault"] is None for trail in trails)
    if as_json:
        output.print_json({"valid": valid, "trails": trails})
    else:
        for trail in trails:
            typer.echo(_line(trail))
    raise typer.Exit(0 if valid else output.REFUSED)


def _heads(known: list[str]) -> dict[tuple[str, int], str]:
    """Hash by NF and sequence. Raises ValueError."""
    heads = {}
    for text in known:
        name, sequence, digest = (*text.split(":"), "", "")[:3]
        if name not in ("agw", "amc") or not sequence.isdecimal() or not digest:
            raise ValueError(f"{text!r} is not NF:SEQUENCE:HASH, as agw:12:0f3c...")
        heads[name, int(sequence)] = digest
    return heads


async def _verify(
    places: dict[str, str], nrf: str, heads: dict[tuple[str, int], str]
) -> list[dict[str, Any]]:
    from nfs.cli.consumer import Privileged  # noqa: PLC0415

    async with Privileged(nrf) as auditor:
        return [await _trail(auditor, name, place, heads) for name, place in places.items()]


async def _trail(
    auditor: Privileged, name: str, place: str, heads: dict[tuple[str, int], str]
) -> dict[str, Any]:
    """``{nf, records, head, fault}``: head is the last good record, fault the first bad one."""
    from nfs.common.audit import ChainVerifier, Fault  # noqa: PLC0415
    from nfs.common.signing import public_keys  # noqa: PLC0415

    root = f"{place}/n{name}-audit/v1"
    keys = public_keys((await auditor.sbi.request("GET", f"{root}/keys")).json())
    chain = ChainVerifier(keys)
    expected = {sequence: digest for (nf, sequence), digest in heads.items() if nf == name}
    fault: Fault | None = None
    after: int | None = 0
    while fault is None and after is not None:
        params = {"after": str(after)}
        page = (await auditor.sbi.request("GET", f"{root}/records", params=params)).json()
        for record in page["records"]:
            fault = chain.check(record)
            if fault is None and expected.pop(chain.sequence, chain.hash) != chain.hash:
                fault = Fault(chain.sequence, "it is another record than the known one")
            if fault is not None:
                break
        after = page.get("next")
    if fault is None and expected:
        fault = Fault(min(expected), "the trail ends before this known record")
    return {
        "nf": name,
        "records": chain.sequence,
        "head": {"sequence": chain.sequence, "hash": chain.hash},
        "fault": fault and {"sequence": fault.sequence, "reason": fault.reason},
    }


def _line(trail: dict[str, Any]) -> str:
    fault, head = trail["fault"], f"{trail['head']['sequence']}:{trail['head']['hash']}"
    found = f"record {fault['sequence']}: {fault['reason']}" if fault else "all as written"
    return f"{trail['nf']}  {trail['records']} good records to {head}; {found}"
