"""What an operator asks of the AMF's N2, in Namf_OAM (the testbed's own service)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import FastAPI, Response
from pydantic import Field, StringConstraints

from nfs.amf.n2.amf_configuration_update import update_configuration
from nfs.amf.n2.amf_status_indication import announce_removal
from nfs.amf.n2.ng_reset import reset
from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.ngap import Cause

if TYPE_CHECKING:
    from nfs.amf.app import Amf

ROOT = "/namf-oam/v1/n2"
_SST = r"([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
Slice = Annotated[str, StringConstraints(pattern=rf"^{_SST}(-[0-9a-f]{{6}})?$")]
OverloadAction = Literal[
    "reject-non-emergency-mo-dt",
    "reject-rrc-cr-signalling",
    "permit-emergency-sessions-and-mobile-terminated-services-only",
    "permit-high-priority-sessions-and-mobile-terminated-services-only",
]


class N2Configuration(SbiModel):
    relative_capacity: int | None = Field(default=None, ge=0, le=255)
    slices: Annotated[tuple[Slice, ...] | None, Field(min_length=1, max_length=1024)] = None


class N2Overload(SbiModel):
    action: OverloadAction = "reject-rrc-cr-signalling"


class N2Reset(SbiModel):
    gnb: str | None = None
    """Name of one gNB; all of them when absent."""


class N2Removal(SbiModel):
    backup_amf_name: str | None = Field(default=None, min_length=1, max_length=150)


def add_routes(app: FastAPI, amf: Amf) -> None:
    @app.get(f"{ROOT}/gnbs")
    async def gnbs() -> dict[str, list[dict[str, str | int]]]:
        known: list[dict[str, str | int]] = [
            {"name": str(g), "peer": g.association.peer, "ues": len(g.ues)}
            for g in amf.n2.gnbs
            if g.ready
        ]
        return {"gnbs": known}

    @app.patch(f"{ROOT}/configuration")
    async def configure(change: N2Configuration) -> dict[str, dict[str, str]]:
        said = await update_configuration(
            amf, relative_capacity=change.relative_capacity, slices=change.slices
        )
        return {"gnbs": said}

    @app.put(f"{ROOT}/overload", status_code=204)
    async def overload_start(overload: N2Overload) -> Response:
        await amf.n2.overload.start(overload.action)
        return Response(status_code=204)

    @app.delete(f"{ROOT}/overload", status_code=204)
    async def overload_stop() -> Response:
        await amf.n2.overload.stop()
        return Response(status_code=204)

    @app.post(f"{ROOT}/resets", status_code=204)
    async def reset_gnbs(request: N2Reset) -> Response:
        chosen = [g for g in amf.n2.gnbs if g.ready and request.gnb in (None, str(g))]
        if request.gnb is not None and not chosen:
            raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no gNB is called {request.gnb}")
        cause = Cause("misc", "om-intervention")
        try:
            await asyncio.gather(*(reset(g, cause) for g in chosen))
        except (ConnectionError, TimeoutError) as error:
            raise SbiProblem(504, "PEER_NOT_RESPONDING", f"a gNB: {error}") from error
        return Response(status_code=204)

    @app.post(f"{ROOT}/removals", status_code=204)
    async def remove(removal: N2Removal) -> Response:
        await announce_removal(amf, removal.backup_amf_name)
        return Response(status_code=204)
