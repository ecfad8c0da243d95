"""Paging (TS 38.413 clause 9.2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.common.identities import Tai
from nfs.protocols.ngap import values as v
from nfs.protocols.ngap.messages.table import NgapMessage, early, ie

__all__ = ["Paging"]


@dataclass(frozen=True)
class Paging(NgapMessage):
    PROCEDURE: ClassVar[int] = 24
    CRITICALITY: ClassVar[str] = "ignore"

    identity: v.FiveGSTmsi = ie(115, v.PAGING_IDENTITY, "ignore")
    drx: str | None = early(50, v.plain("PagingDRX"), "ignore")
    tais: tuple[Tai, ...] = ie(103, v.PAGING_TAIS, "ignore")
