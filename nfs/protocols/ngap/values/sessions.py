"""PDU sessions and their resources (TS 38.413 clauses 9.3.1 and 9.3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from nfs.common.identities import Snssai
from nfs.protocols.ngap import asn1
from nfs.protocols.ngap.values.codec import Codec
from nfs.protocols.ngap.values.nodes import dump_snssai, load_snssai

__all__ = [
    "GbrQos",
    "GtpTunnel",
    "PduSessionHandoverItem",
    "PduSessionItem",
    "PduSessionModifyRequestItem",
    "PduSessionSetupRequestItem",
    "QosFlowSetup",
    "dump_tunnel",
    "items",
    "load_tunnel",
    "session_ids",
    "transfers",
]


@dataclass(frozen=True, slots=True)
class GtpTunnel:
    address: str
    teid: int


@dataclass(frozen=True, slots=True)
class GbrQos:
    """Bits per second (9.3.1.10)."""

    mfbr_downlink: int
    mfbr_uplink: int
    gfbr_downlink: int
    gfbr_uplink: int


@dataclass(frozen=True, slots=True)
class QosFlowSetup:
    qfi: int
    five_qi: int
    arp_priority: int
    gbr: GbrQos | None = None


@dataclass(frozen=True, slots=True)
class PduSessionSetupRequestItem:
    pdu_session_id: int
    nas_pdu: bytes | None
    s_nssai: Snssai
    transfer: bytes


@dataclass(frozen=True, slots=True)
class PduSessionHandoverItem:
    """A PDU session that the target of a handover is to set up."""

    pdu_session_id: int
    s_nssai: Snssai
    transfer: bytes


@dataclass(frozen=True, slots=True)
class PduSessionModifyRequestItem:
    pdu_session_id: int
    nas_pdu: bytes | None
    transfer: bytes


@dataclass(frozen=True, slots=True)
class PduSessionItem:
    """A PDU session of an answer or of a release command, with its transfer."""

    pdu_session_id: int
    transfer: bytes


def load_tunnel(v: Any) -> GtpTunnel:
    address, bits = v[1]["transportLayerAddress"]
    if bits != 32:
        raise ValueError("only IPv4 transport addresses are read")
    return GtpTunnel(str(IPv4Address(address)), int.from_bytes(v[1]["gTP-TEID"]))


def dump_tunnel(t: GtpTunnel) -> Any:
    address = (int(IPv4Address(t.address)), 32)
    tunnel = {"transportLayerAddress": address, "gTP-TEID": t.teid.to_bytes(4)}
    return ("gTPTunnel", tunnel)


def _transfer(v: Any) -> bytes:
    """Transfers travel as octet strings; pycrate has looked inside, so they are made again."""
    if isinstance(v, bytes):
        return v
    name, value = v
    return asn1.encode(name, value)


def items(
    name: str, kind: type[Any], transfer: str, nas: str | None = None, slice_: bool = False
) -> Codec:
    """A list of PDU sessions: ``transfer`` and ``nas`` name the members of its items."""

    def load(v: Any) -> tuple[Any, ...]:
        out = []
        for i in v:
            fields: dict[str, Any] = {"pdu_session_id": i["pDUSessionID"]}
            fields["transfer"] = _transfer(i[transfer])
            if nas:
                fields["nas_pdu"] = i.get(nas)
            if slice_:
                fields["s_nssai"] = load_snssai(i["s-NSSAI"])
            out.append(kind(**fields))
        return tuple(out)

    def dump(v: tuple[Any, ...]) -> Any:
        out = []
        for i in v:
            fields: dict[str, Any] = {"pDUSessionID": i.pdu_session_id}
            fields[transfer] = i.transfer
            if nas and i.nas_pdu is not None:
                fields[nas] = i.nas_pdu
            if slice_:
                fields["s-NSSAI"] = dump_snssai(i.s_nssai)
            out.append(fields)
        return out

    return Codec(name, load, dump)


def transfers(name: str, transfer: str) -> Codec:
    """A list of PDU sessions, each with the octets of a transfer and nothing more."""
    return items(name, PduSessionItem, transfer)


def session_ids(name: str) -> Codec:
    """A list of PDU sessions of which only the identities matter."""
    return Codec(
        name,
        lambda v: tuple(i["pDUSessionID"] for i in v),
        lambda ids: [{"pDUSessionID": i} for i in ids],
    )
