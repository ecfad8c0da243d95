"""Values that NGAP messages carry, and their ASN.1 forms (TS 38.413 clause 9.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from nfs.common.identities import Guami, NrCgi, Plmn, Snssai, Tai
from nfs.protocols.nas.ies import UeSecurityCapability
from nfs.protocols.ngap import asn1


@dataclass(frozen=True, slots=True)
class Codec:
    """An ASN.1 type by name, and how its value becomes ours and comes back."""

    type: str
    load: Callable[[Any], Any]
    dump: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Cause:
    """Group and value as in the ASN.1: ``Cause("nas", "normal-release")`` (9.3.1.2)."""

    group: str
    value: str


@dataclass(frozen=True, slots=True)
class GlobalGnbId:
    plmn: Plmn
    gnb_id: int
    bits: int


@dataclass(frozen=True, slots=True)
class BroadcastPlmn:
    plmn: Plmn
    slices: tuple[Snssai, ...]


@dataclass(frozen=True, slots=True)
class SupportedTa:
    tac: int
    broadcast_plmns: tuple[BroadcastPlmn, ...]


@dataclass(frozen=True, slots=True)
class UserLocationNr:
    nr_cgi: NrCgi
    tai: Tai
    timestamp: bytes | None = None


@dataclass(frozen=True, slots=True)
class FiveGSTmsi:
    set_id: int
    pointer: int
    tmsi: int


@dataclass(frozen=True, slots=True)
class UeSecurityCapabilities:
    """Masks of 16 bits, the first for algorithm 1 (9.3.1.86): the null ones are implied."""

    nr_encryption: int
    nr_integrity: int
    eutra_encryption: int = 0
    eutra_integrity: int = 0

    @classmethod
    def from_nas(cls, capability: UeSecurityCapability) -> UeSecurityCapabilities:
        octets = capability.octets + bytes(4)
        masks = [(o << 9) & 0xFFFF for o in octets[:4]]
        return cls(*masks)


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
class PduSessionModifyRequestItem:
    pdu_session_id: int
    nas_pdu: bytes | None
    transfer: bytes


@dataclass(frozen=True, slots=True)
class PduSessionItem:
    """A PDU session of an answer or of a release command, with its transfer."""

    pdu_session_id: int
    transfer: bytes


def _load_snssai(v: Any) -> Snssai:
    return Snssai(v["sST"][0], v["sD"].hex() if "sD" in v else None)


def _dump_snssai(s: Snssai) -> Any:
    return {"sST": bytes((s.sst,))} | ({"sD": bytes.fromhex(s.sd)} if s.sd else {})


def _load_nssai(v: Any) -> tuple[Snssai, ...]:
    return tuple(_load_snssai(i["s-NSSAI"]) for i in v)


def _dump_nssai(v: tuple[Snssai, ...]) -> Any:
    return [{"s-NSSAI": _dump_snssai(s)} for s in v]


def _load_guami(v: Any) -> Guami:
    plmn = Plmn.from_bytes(v["pLMNIdentity"])
    return Guami(plmn, v["aMFRegionID"][0], v["aMFSetID"][0], v["aMFPointer"][0])


def _dump_guami(g: Guami) -> Any:
    return {
        "pLMNIdentity": g.plmn.to_bytes(),
        "aMFRegionID": (g.region, 8),
        "aMFSetID": (g.set_id, 10),
        "aMFPointer": (g.pointer, 6),
    }


def _load_plmns(v: Any, slices: str) -> tuple[BroadcastPlmn, ...]:
    return tuple(
        BroadcastPlmn(Plmn.from_bytes(p["pLMNIdentity"]), _load_nssai(p[slices])) for p in v
    )


def _dump_plmns(v: tuple[BroadcastPlmn, ...], slices: str) -> Any:
    return [{"pLMNIdentity": p.plmn.to_bytes(), slices: _dump_nssai(p.slices)} for p in v]


def _load_tas(v: Any) -> tuple[SupportedTa, ...]:
    return tuple(
        SupportedTa(
            int.from_bytes(ta["tAC"]), _load_plmns(ta["broadcastPLMNList"], "tAISliceSupportList")
        )
        for ta in v
    )


def _dump_tas(v: tuple[SupportedTa, ...]) -> Any:
    return [
        {
            "tAC": ta.tac.to_bytes(3),
            "broadcastPLMNList": _dump_plmns(ta.broadcast_plmns, "tAISliceSupportList"),
        }
        for ta in v
    ]


def _load_ran_node(v: Any) -> GlobalGnbId:
    kind, node = v
    if kind != "globalGNB-ID":
        raise ValueError(f"a RAN node of kind {kind} is not a gNB")
    gnb_id, bits = node["gNB-ID"][1]
    return GlobalGnbId(Plmn.from_bytes(node["pLMNIdentity"]), gnb_id, bits)


def _dump_ran_node(g: GlobalGnbId) -> Any:
    node = {"pLMNIdentity": g.plmn.to_bytes(), "gNB-ID": ("gNB-ID", (g.gnb_id, g.bits))}
    return ("globalGNB-ID", node)


def _load_tai(v: Any) -> Tai:
    return Tai(Plmn.from_bytes(v["pLMNIdentity"]), int.from_bytes(v["tAC"]))


def _dump_tai(tai: Tai) -> Any:
    return {"pLMNIdentity": tai.plmn.to_bytes(), "tAC": tai.tac.to_bytes(3)}


def _load_location(v: Any) -> UserLocationNr:
    kind, nr = v
    if kind != "userLocationInformationNR":
        raise ValueError(f"user location of kind {kind} is not of NR")
    cgi, tai = nr["nR-CGI"], nr["tAI"]
    return UserLocationNr(
        NrCgi(Plmn.from_bytes(cgi["pLMNIdentity"]), cgi["nRCellIdentity"][0]),
        _load_tai(tai),
        nr.get("timeStamp"),
    )


def _dump_location(u: UserLocationNr) -> Any:
    nr = {
        "nR-CGI": {
            "pLMNIdentity": u.nr_cgi.plmn.to_bytes(),
            "nRCellIdentity": (u.nr_cgi.cell, 36),
        },
        "tAI": _dump_tai(u.tai),
    }
    if u.timestamp is not None:
        nr["timeStamp"] = u.timestamp
    return ("userLocationInformationNR", nr)


def _load_tmsi(v: Any) -> FiveGSTmsi:
    tmsi = int.from_bytes(v["fiveG-TMSI"])
    return FiveGSTmsi(v["aMFSetID"][0], v["aMFPointer"][0], tmsi)


def _dump_tmsi(t: FiveGSTmsi) -> Any:
    return {
        "aMFSetID": (t.set_id, 10),
        "aMFPointer": (t.pointer, 6),
        "fiveG-TMSI": t.tmsi.to_bytes(4),
    }


def _load_paged(v: Any) -> FiveGSTmsi:
    kind, tmsi = v
    if kind != "fiveG-S-TMSI":
        raise ValueError(f"a UE is not paged by its {kind}")
    return _load_tmsi(tmsi)


_CAPABILITIES = (
    "nRencryptionAlgorithms",
    "nRintegrityProtectionAlgorithms",
    "eUTRAencryptionAlgorithms",
    "eUTRAintegrityProtectionAlgorithms",
)


def _dump_capabilities(c: UeSecurityCapabilities) -> Any:
    masks = (c.nr_encryption, c.nr_integrity, c.eutra_encryption, c.eutra_integrity)
    return {name: (mask, 16) for name, mask in zip(_CAPABILITIES, masks, strict=True)}


def rates(prefix: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """A pair (downlink, uplink) of bits per second."""
    return (
        lambda v: (v[f"{prefix}DL"], v[f"{prefix}UL"]),
        lambda v: {f"{prefix}DL": v[0], f"{prefix}UL": v[1]},
    )


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
                fields["s_nssai"] = _load_snssai(i["s-NSSAI"])
            out.append(kind(**fields))
        return tuple(out)

    def dump(v: tuple[Any, ...]) -> Any:
        inner = transfer[0].upper() + transfer[1:]
        out = []
        for i in v:
            fields: dict[str, Any] = {"pDUSessionID": i.pdu_session_id}
            fields[transfer] = (inner, asn1.decode(inner, i.transfer))
            if nas and i.nas_pdu is not None:
                fields[nas] = i.nas_pdu
            if slice_:
                fields["s-NSSAI"] = _dump_snssai(i.s_nssai)
            out.append(fields)
        return out

    return Codec(name, load, dump)


def session_ids(name: str) -> Codec:
    """A list of PDU sessions of which only the identities matter."""
    return Codec(
        name,
        lambda v: tuple(i["pDUSessionID"] for i in v),
        lambda ids: [{"pDUSessionID": i} for i in ids],
    )


def _same(v: Any) -> Any:
    return v


def plain(name: str) -> Codec:
    return Codec(name, _same, _same)


CAUSE = Codec("Cause", lambda v: Cause(*v), lambda c: (c.group, c.value))
RAN_NODE = Codec("GlobalRANNodeID", _load_ran_node, _dump_ran_node)
SUPPORTED_TAS = Codec("SupportedTAList", _load_tas, _dump_tas)
SERVED_GUAMIS = Codec(
    "ServedGUAMIList",
    lambda v: tuple(_load_guami(g["gUAMI"]) for g in v),
    lambda v: [{"gUAMI": _dump_guami(g)} for g in v],
)
PLMN_SUPPORT = Codec(
    "PLMNSupportList",
    lambda v: _load_plmns(v, "sliceSupportList"),
    lambda v: _dump_plmns(v, "sliceSupportList"),
)
GUAMI = Codec("GUAMI", _load_guami, _dump_guami)
ALLOWED_NSSAI = Codec("AllowedNSSAI", _load_nssai, _dump_nssai)
LOCATION = Codec("UserLocationInformation", _load_location, _dump_location)
TMSI = Codec("FiveG-S-TMSI", _load_tmsi, _dump_tmsi)
PAGING_IDENTITY = Codec("UEPagingIdentity", _load_paged, lambda t: ("fiveG-S-TMSI", _dump_tmsi(t)))
PAGING_TAIS = Codec(
    "TAIListForPaging",
    lambda v: tuple(_load_tai(i["tAI"]) for i in v),
    lambda tais: [{"tAI": _dump_tai(t)} for t in tais],
)
CONTEXT_REQUESTED = Codec("UEContextRequest", lambda v: v == "requested", lambda _: "requested")
CAPABILITIES = Codec(
    "UESecurityCapabilities",
    lambda v: UeSecurityCapabilities(*(v[name][0] for name in _CAPABILITIES)),
    _dump_capabilities,
)
SECURITY_KEY = Codec("SecurityKey", lambda v: v[0].to_bytes(32), lambda v: (int.from_bytes(v), 256))
UE_AMBR = Codec("UEAggregateMaximumBitRate", *rates("uEAggregateMaximumBitRate"))
UE_IDS = Codec(
    "UE-NGAP-IDs",
    lambda v: (
        (v[1]["aMF-UE-NGAP-ID"], v[1]["rAN-UE-NGAP-ID"]) if isinstance(v[1], dict) else (v[1], None)
    ),
    lambda v: (
        ("uE-NGAP-ID-pair", {"aMF-UE-NGAP-ID": v[0], "rAN-UE-NGAP-ID": v[1]})
        if v[1] is not None
        else ("aMF-UE-NGAP-ID", v[0])
    ),
)


def _load_connections(v: Any) -> tuple[tuple[int | None, int | None], ...]:
    return tuple((i.get("aMF-UE-NGAP-ID"), i.get("rAN-UE-NGAP-ID")) for i in v)


def _dump_connections(v: tuple[tuple[int | None, int | None], ...]) -> Any:
    names = ("aMF-UE-NGAP-ID", "rAN-UE-NGAP-ID")
    return [{n: x for n, x in zip(names, pair, strict=True) if x is not None} for pair in v]


CONNECTIONS = Codec("UE-associatedLogicalNG-connectionList", _load_connections, _dump_connections)
RESET_TYPE = Codec(
    "ResetType",
    lambda v: _load_connections(v[1]) if v[0] == "partOfNG-Interface" else None,
    lambda v: (
        ("nG-Interface", "reset-all") if v is None else ("partOfNG-Interface", _dump_connections(v))
    ),
)
AMF_ID = plain("AMF-UE-NGAP-ID")
RAN_ID = plain("RAN-UE-NGAP-ID")
NAS_PDU = plain("NAS-PDU")
