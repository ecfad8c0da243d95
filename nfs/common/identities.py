"""Identifiers that NAS, NGAP and the service-based interface share.

Each value object knows its text forms (TS 29.571, TS 23.003); the codecs turn it into octets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Self

_MCC = re.compile(r"\d{3}")
_MNC = re.compile(r"\d{2,3}")


@dataclass(frozen=True, slots=True)
class Plmn:
    """Public land mobile network: MCC and MNC digits, TS 23.003 clause 2.2."""

    mcc: str
    mnc: str

    def __post_init__(self) -> None:
        if not _MCC.fullmatch(self.mcc):
            raise ValueError(f"MCC must be three digits, got {self.mcc!r}")
        if not _MNC.fullmatch(self.mnc):
            raise ValueError(f"MNC must be two or three digits, got {self.mnc!r}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``999/70``, ``999-70`` or ``99970``."""
        mcc, mnc = text[:3], text[3:].lstrip("/-")
        return cls(mcc, mnc)

    @classmethod
    def from_bytes(cls, octets: bytes) -> Self:
        """Read the three octets of TS 24.501 figure 9.11.3.4.1 (also TS 38.413 PLMN Identity)."""
        if len(octets) != 3:
            raise ValueError(f"a PLMN identity has three octets, got {len(octets)}")
        d = [octets[0] & 15, octets[0] >> 4, octets[1] & 15, octets[2] & 15, octets[2] >> 4]
        mnc3 = octets[1] >> 4
        if mnc3 != 15:
            d.append(mnc3)
        if max(d) > 9:
            raise ValueError(f"not a PLMN identity: {octets.hex()}")
        digits = "".join(map(str, d))
        return cls(digits[:3], digits[3:])

    def to_bytes(self) -> bytes:
        mcc, mnc = self.mcc, self.mnc
        third = int(mnc[2]) if len(mnc) == 3 else 15
        return bytes(
            (
                int(mcc[1]) << 4 | int(mcc[0]),
                third << 4 | int(mcc[2]),
                int(mnc[1]) << 4 | int(mnc[0]),
            )
        )

    @property
    def serving_network_name(self) -> str:
        """``5G:mnc070.mcc999.3gppnetwork.org``: MNC as three digits (TS 24.501 9.12.1)."""
        return f"5G:mnc{self.mnc:0>3}.mcc{self.mcc}.3gppnetwork.org"

    def to_json(self) -> dict[str, str]:
        return {"mcc": self.mcc, "mnc": self.mnc}

    def __str__(self) -> str:
        return f"{self.mcc}/{self.mnc}"


@dataclass(frozen=True, slots=True)
class Snssai:
    """Slice: SST and, optionally, SD as six hex digits (TS 23.003 clause 28.4)."""

    sst: int
    sd: str | None = None
    mapped: Snssai | None = field(default=None, compare=False)
    """The home network's slice that this one of the serving network stands for, when roaming."""

    def __post_init__(self) -> None:
        if not 0 <= self.sst <= 255:
            raise ValueError(f"SST must be 0..255, got {self.sst}")
        if self.sd is not None and not re.fullmatch(r"[0-9a-f]{6}", self.sd):
            raise ValueError(f"SD must be six lower-case hex digits, got {self.sd!r}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``1`` or ``1-010203``."""
        sst, _, sd = text.partition("-")
        return cls(int(sst), sd.lower() or None)

    def to_json(self) -> dict[str, int | str]:
        return {"sst": self.sst} | ({"sd": self.sd} if self.sd else {})

    def __str__(self) -> str:
        return f"{self.sst}-{self.sd}" if self.sd else str(self.sst)


@dataclass(frozen=True, slots=True)
class Guami:
    """AMF identity: PLMN, region (8 bits), set (10), pointer (6), TS 23.003 clause 2.10.1."""

    plmn: Plmn
    region: int
    set_id: int
    pointer: int

    @property
    def amf_id(self) -> str:
        """Six hex digits as in TS 29.571 AmfId: region 2, set 1, pointer 0 is ``020040``."""
        return f"{self.region << 16 | self.set_id << 6 | self.pointer:06x}"

    @classmethod
    def from_amf_id(cls, plmn: Plmn, amf_id: str) -> Self:
        value = int(amf_id, 16)
        return cls(plmn, value >> 16, value >> 6 & 0x3FF, value & 0x3F)

    def to_json(self) -> dict[str, object]:
        return {"plmnId": self.plmn.to_json(), "amfId": self.amf_id}


@dataclass(frozen=True, slots=True)
class Guti:
    """5G-GUTI: the AMF that allocated it and the 32-bit 5G-TMSI (TS 23.003 clause 2.10)."""

    guami: Guami
    tmsi: int

    def __str__(self) -> str:
        """``5g-guti-99970020040c00000cd``, TS 29.571 Guti."""
        plmn = self.guami.plmn
        return f"5g-guti-{plmn.mcc}{plmn.mnc}{self.guami.amf_id}{self.tmsi:08x}"


@dataclass(frozen=True, slots=True)
class Tai:
    """Tracking area identity: PLMN and a 24-bit TAC (TS 23.003 clause 28.6)."""

    plmn: Plmn
    tac: int

    def to_json(self) -> dict[str, object]:
        return {"plmnId": self.plmn.to_json(), "tac": f"{self.tac:06x}"}


@dataclass(frozen=True, slots=True)
class NrCgi:
    """NR cell global identity: PLMN and a 36-bit cell identity (TS 38.413 clause 9.3.1.7)."""

    plmn: Plmn
    cell: int

    def to_json(self) -> dict[str, object]:
        return {"plmnId": self.plmn.to_json(), "nrCellId": f"{self.cell:09x}"}


@dataclass(frozen=True, slots=True)
class Suci:
    """Concealed subscription identifier of SUPI type IMSI (TS 23.003 clause 2.2B).

    ``scheme_output`` is the MSIN's digits as text for the null scheme (0), else the octets in hex.
    """

    plmn: Plmn
    routing_indicator: str
    scheme: int
    home_key_id: int
    scheme_output: str

    def __str__(self) -> str:
        """``suci-0-999-70-0000-0-0-0000000001``, TS 29.571 SupiOrSuci."""
        return (
            f"suci-0-{self.plmn.mcc}-{self.plmn.mnc}-{self.routing_indicator}"
            f"-{self.scheme}-{self.home_key_id}-{self.scheme_output}"
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        parts = text.split("-")
        if len(parts) != 8 or parts[:2] != ["suci", "0"]:
            raise ValueError(f"not a SUCI of SUPI type IMSI: {text!r}")
        _, _, mcc, mnc, routing, scheme, key, output = parts
        return cls(Plmn(mcc, mnc), routing, int(scheme), int(key), output)
