"""Configuration of a gNB."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.common.identities import NrCgi, Plmn, Snssai, Tai
from nfs.protocols.ngap import BroadcastPlmn, GlobalGnbId, SupportedTa, UserLocationNr


@dataclass(frozen=True, slots=True)
class GnbConfig:
    plmn: str = "999/70"
    tac: int = 1
    slices: tuple[str, ...] = ("1",)
    gnb_id: int = 1
    gnb_id_bits: int = 32
    cell: int = 0
    """The bits of the NR cell identity that follow those of the gNB (TS 38.413 clause 9.3.1.7)."""
    name: str = "agentnf-gnb"
    n3_address: str = "127.0.0.1"

    @property
    def nci(self) -> int:
        """NR cell identity, 36 bits."""
        return self.gnb_id << 36 - self.gnb_id_bits | self.cell

    @property
    def global_id(self) -> GlobalGnbId:
        return GlobalGnbId(Plmn.parse(self.plmn), self.gnb_id, self.gnb_id_bits)

    @property
    def supported_tas(self) -> tuple[SupportedTa, ...]:
        slices = tuple(Snssai.parse(s) for s in self.slices)
        return (SupportedTa(self.tac, (BroadcastPlmn(Plmn.parse(self.plmn), slices),)),)

    @property
    def location(self) -> UserLocationNr:
        """Of UEs in its one cell."""
        plmn = Plmn.parse(self.plmn)
        return UserLocationNr(NrCgi(plmn, self.nci), Tai(plmn, self.tac))
