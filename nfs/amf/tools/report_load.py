"""The tool report-load: how many UEs there are somewhere, now and lately, and what covers it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pydantic import Field

from nfs.amf.load_history import Place
from nfs.amf.tools.models import Cells, Tacs
from nfs.common.models.base import SbiModel
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.n2.gnb import Gnb


class Where(SbiModel):
    """Both empty: everywhere."""

    tacs: Tacs = Field(default=[])
    cells: Cells = Field(default=[])


class RadioNode(SbiModel):
    """``gnb_id`` in hexadecimal."""

    gnb_id: str
    name: str | None = None
    tacs: list[int]


class LoadAt(SbiModel):
    """``at``: Unix seconds."""

    at: float
    registered: int
    connected: int


class Load(SbiModel):
    """``connections`` and ``max_connections`` are of the whole AMF; ``overloaded``: it has told its
    gNBs so. ``history``: the oldest first."""

    registered: int
    connected: int
    connections: int
    max_connections: int | None = None
    overloaded: bool
    gnbs: list[RadioNode]
    history: list[LoadAt]


def tool(amf: Amf) -> Tool[Any, Any]:
    async def perform(where: Where) -> Load:
        now = amf.load.now()
        return Load(
            registered=_count(now.registered, where),
            connected=_count(now.connected, where),
            connections=len(amf.n2.ues),
            max_connections=amf.config.max_connections,
            overloaded=amf.n2.overload.action is not None,
            gnbs=[_node(gnb) for gnb in amf.n2.gnbs if gnb.ready and _covers(gnb, where)],
            history=[
                LoadAt(
                    at=sample.at,
                    registered=_count(sample.registered, where),
                    connected=_count(sample.connected, where),
                )
                for sample in amf.load.samples
            ],
        )

    return Tool(
        name="report-load",
        purpose="Analytics",
        description="How many UEs are registered and connected in tracking areas and cells, now "
        "and over the last while, against what the AMF may serve, and the gNBs that cover them.",
        input=Where,
        output=Load,
        perform=perform,
    )


def _count(places: Counter[Place], where: Where) -> int:
    everywhere = not where.tacs and not where.cells
    return sum(
        number
        for (tac, cell), number in places.items()
        if everywhere or tac in where.tacs or cell in where.cells
    )


def _node(gnb: Gnb) -> RadioNode:
    assert gnb.global_id is not None  # noqa: S101 - it is ready
    tacs = [ta.tac for ta in gnb.supported_tas]
    return RadioNode(gnb_id=f"{gnb.global_id.gnb_id:x}", name=gnb.name, tacs=tacs)


def _covers(gnb: Gnb, where: Where) -> bool:
    """A cell's identity begins with that of its gNB (TS 38.413 clause 9.3.1.7)."""
    assert gnb.global_id is not None  # noqa: S101 - it is ready
    if not where.tacs and not where.cells:
        return True
    shift = 36 - gnb.global_id.bits
    own_cells = any(int(cell, 16) >> shift == gnb.global_id.gnb_id for cell in where.cells)
    return own_cells or any(ta.tac in where.tacs for ta in gnb.supported_tas)
