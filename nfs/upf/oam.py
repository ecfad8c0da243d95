"""What an operator asks of the UPF, in Nupf_OAM (the testbed's own service)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from nfs.upf.impairment import N3Impairment

if TYPE_CHECKING:
    from nfs.upf.app import Upf

IMPAIRMENT = "/nupf-oam/v1/n3-impairment"


def add_routes(app: FastAPI, upf: Upf) -> None:
    @app.get(IMPAIRMENT)
    async def read_n3_impairment() -> N3Impairment:
        return upf.impairment

    @app.put(IMPAIRMENT)
    async def impair_n3(impairment: N3Impairment) -> N3Impairment:
        """Make N3 worse than it is; an empty body makes it good again."""
        upf.impairment = impairment
        return upf.impairment
