"""What a phone that the network has refused is shown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NoReturn

from nfs.cli import output

if TYPE_CHECKING:
    from ue_sim import ProcedureRejected


def refused(
    rejected: ProcedureRejected, oam: tuple[str, str], supi: str, *, as_json: bool
) -> NoReturn:
    """Fail with the cause that the phone was told, and with what the AMF says of it."""
    said = asyncio.run(_explanation(*oam, supi))
    lines = [str(rejected), *(f"network: {e['why']}; {e['remedy']}" for e in said[:1])]
    output.fail(
        "\n".join(lines),
        as_json=as_json,
        status="REJECTED",
        cause=rejected.cause,
        explanations=said[:1],
    )


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
