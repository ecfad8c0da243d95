"""gNBs, AMFs, and what they serve (TS 38.413 clause 9.3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nfs.common.identities import Guami, Plmn, Snssai
from nfs.protocols.ngap.values.codec import Codec

__all__ = [
    "ALLOWED_NSSAI",
    "AMF_SET_ID",
    "GUAMI",
    "OVERLOAD_RESPONSE",
    "PLMN_SUPPORT",
    "RAN_NODE",
    "SERVED_GUAMIS",
    "SUPPORTED_TAS",
    "UNAVAILABLE_GUAMIS",
    "BroadcastPlmn",
    "GlobalGnbId",
    "SupportedTa",
    "UnavailableGuami",
    "dump_ran_node",
    "dump_snssai",
    "load_ran_node",
    "load_snssai",
]


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
class UnavailableGuami:
    guami: Guami
    backup_amf_name: str | None = None


def load_snssai(v: Any) -> Snssai:
    return Snssai(v["sST"][0], v["sD"].hex() if "sD" in v else None)


def dump_snssai(s: Snssai) -> Any:
    return {"sST": bytes((s.sst,))} | ({"sD": bytes.fromhex(s.sd)} if s.sd else {})


def _load_nssai(v: Any) -> tuple[Snssai, ...]:
    return tuple(load_snssai(i["s-NSSAI"]) for i in v)


def _dump_nssai(v: tuple[Snssai, ...]) -> Any:
    return [{"s-NSSAI": dump_snssai(s)} for s in v]


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


def load_ran_node(v: Any) -> GlobalGnbId:
    kind, node = v
    if kind != "globalGNB-ID":
        raise ValueError(f"a RAN node of kind {kind} is not a gNB")
    gnb_id, bits = node["gNB-ID"][1]
    return GlobalGnbId(Plmn.from_bytes(node["pLMNIdentity"]), gnb_id, bits)


def dump_ran_node(g: GlobalGnbId) -> Any:
    node = {"pLMNIdentity": g.plmn.to_bytes(), "gNB-ID": ("gNB-ID", (g.gnb_id, g.bits))}
    return ("globalGNB-ID", node)


RAN_NODE = Codec("GlobalRANNodeID", load_ran_node, dump_ran_node)

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
AMF_SET_ID = Codec("AMFSetID", lambda v: v[0], lambda n: (n, 10))
OVERLOAD_RESPONSE = Codec("OverloadResponse", lambda v: v[1], lambda a: ("overloadAction", a))
UNAVAILABLE_GUAMIS = Codec(
    "UnavailableGUAMIList",
    lambda v: tuple(UnavailableGuami(_load_guami(i["gUAMI"]), i.get("backupAMFName")) for i in v),
    lambda v: [
        {"gUAMI": _dump_guami(u.guami)}
        | ({"backupAMFName": u.backup_amf_name} if u.backup_amf_name else {})
        for u in v
    ],
)
