"""Filters, rates, volumes (TS 29.244 clause 8.2)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from nfs.protocols.pfcp.primitives import Reader


@dataclass(frozen=True, slots=True)
class SdfFilter:
    """8.2.5: ``flow_description`` is an IPFilterRule of RFC 6733 clause 4.3.1."""

    flow_description: str | None = None
    tos_traffic_class: bytes | None = None
    security_parameter_index: int | None = None
    flow_label: int | None = None
    filter_id: int | None = None

    @classmethod
    def decode(cls, octets: bytes) -> SdfFilter:
        reader = Reader(octets)
        present = reader.number(2) >> 8
        description = None
        if present & 1:
            description = reader.take(reader.number(2)).decode("ascii")
        return cls(
            description,
            reader.take(2) if present & 2 else None,
            reader.number(4) if present & 4 else None,
            reader.number(3) if present & 8 else None,
            reader.number(4) if present & 16 else None,
        )

    def encode(self) -> bytes:
        present, out = 0, b""
        if self.flow_description is not None:
            text = self.flow_description.encode("ascii")
            present, out = 1, len(text).to_bytes(2) + text
        if self.tos_traffic_class is not None:
            present, out = present | 2, out + self.tos_traffic_class
        if self.security_parameter_index is not None:
            present, out = present | 4, out + self.security_parameter_index.to_bytes(4)
        if self.flow_label is not None:
            present, out = present | 8, out + self.flow_label.to_bytes(3)
        if self.filter_id is not None:
            present, out = present | 16, out + self.filter_id.to_bytes(4)
        return bytes((present, 0)) + out


@dataclass(frozen=True, slots=True)
class BitRate:
    """MBR and GBR in kbit/s (8.2.8, 8.2.9)."""

    uplink: int
    downlink: int

    @classmethod
    def decode(cls, octets: bytes) -> BitRate:
        reader = Reader(octets)
        return cls(reader.number(5), reader.number(5))

    def encode(self) -> bytes:
        return self.uplink.to_bytes(5) + self.downlink.to_bytes(5)


@dataclass(frozen=True, slots=True)
class Volume:
    """Octets, and packets where they were counted (8.2.13, 8.2.44)."""

    total: int | None = None
    uplink: int | None = None
    downlink: int | None = None
    total_packets: int | None = None
    uplink_packets: int | None = None
    downlink_packets: int | None = None

    @classmethod
    def decode(cls, octets: bytes) -> Volume:
        reader = Reader(octets)
        present = reader.number(1)
        return cls(*(reader.number(8) if present >> bit & 1 else None for bit in range(6)))

    def encode(self) -> bytes:
        present, out = 0, b""
        counted = (
            *(self.total, self.uplink, self.downlink),
            *(self.total_packets, self.uplink_packets, self.downlink_packets),
        )
        for bit, value in enumerate(counted):
            if value is not None:
                present, out = present | 1 << bit, out + struct.pack("!Q", value)
        return bytes((present,)) + out


@dataclass(frozen=True, slots=True)
class DownlinkDataServiceInformation:
    """8.2.27."""

    paging_policy: int | None = None
    qfi: int | None = None

    @classmethod
    def decode(cls, octets: bytes) -> DownlinkDataServiceInformation:
        reader = Reader(octets)
        present = reader.number(1)
        return cls(
            reader.number(1) & 63 if present & 1 else None,
            reader.number(1) & 63 if present & 2 else None,
        )

    def encode(self) -> bytes:
        values = (self.paging_policy, self.qfi)
        present = sum(1 << bit for bit, value in enumerate(values) if value is not None)
        return bytes((present, *(value for value in values if value is not None)))
