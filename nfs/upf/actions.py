"""What the core of the UPF has its sockets do."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.protocols.pfcp import SessionReportRequest
from nfs.transports.datagram import Address
from nfs.upf.session import Session


@dataclass(frozen=True, slots=True)
class ToN3:
    octets: bytes
    to: Address
    tos: int = 0


@dataclass(frozen=True, slots=True)
class ToN6:
    packet: bytes


@dataclass(frozen=True, slots=True)
class ToCp:
    session: Session
    report: SessionReportRequest


Action = ToN3 | ToN6 | ToCp
