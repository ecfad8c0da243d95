"""One UE: identifiers, location, security, and where it is paged (TS 38.413 clause 9.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nfs.common.identities import NrCgi, Plmn, Tai
from nfs.protocols.nas.ies.security import UeSecurityCapability
from nfs.protocols.ngap.values.codec import Codec, plain

__all__ = [
    "AMF_ID",
    "CAPABILITIES",
    "CONNECTIONS",
    "CONTEXT_REQUESTED",
    "LOCATION",
    "NAS_PDU",
    "PAGING_IDENTITY",
    "PAGING_TAIS",
    "RAN_ID",
    "RESET_TYPE",
    "SECURITY_KEY",
    "TMSI",
    "UE_AMBR",
    "UE_IDS",
    "FiveGSTmsi",
    "UeSecurityCapabilities",
    "UserLocationNr",
    "dump_tai",
    "load_tai",
    "rates",
]


@dataclass(frozen=True, slots=True)
class FiveGSTmsi:
    set_id: int
    pointer: int
    tmsi: int


@dataclass(frozen=True, slots=True)
class UserLocationNr:
    nr_cgi: NrCgi
    tai: Tai
    timestamp: bytes | None = None


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


def load_tai(v: Any) -> Tai:
    return Tai(Plmn.from_bytes(v["pLMNIdentity"]), int.from_bytes(v["tAC"]))


def dump_tai(tai: Tai) -> Any:
    return {"pLMNIdentity": tai.plmn.to_bytes(), "tAC": tai.tac.to_bytes(3)}


def _load_location(v: Any) -> UserLocationNr:
    kind, nr = v
    if kind != "userLocationInformationNR":
        raise ValueError(f"user location of kind {kind} is not of NR")
    cgi, tai = nr["nR-CGI"], nr["tAI"]
    return UserLocationNr(
        NrCgi(Plmn.from_bytes(cgi["pLMNIdentity"]), cgi["nRCellIdentity"][0]),
        load_tai(tai),
        nr.get("timeStamp"),
    )


def _dump_location(u: UserLocationNr) -> Any:
    nr = {
        "nR-CGI": {
            "pLMNIdentity": u.nr_cgi.plmn.to_bytes(),
            "nRCellIdentity": (u.nr_cgi.cell, 36),
        },
        "tAI": dump_tai(u.tai),
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


LOCATION = Codec("UserLocationInformation", _load_location, _dump_location)

TMSI = Codec("FiveG-S-TMSI", _load_tmsi, _dump_tmsi)

PAGING_IDENTITY = Codec("UEPagingIdentity", _load_paged, lambda t: ("fiveG-S-TMSI", _dump_tmsi(t)))

PAGING_TAIS = Codec(
    "TAIListForPaging",
    lambda v: tuple(load_tai(i["tAI"]) for i in v),
    lambda tais: [{"tAI": dump_tai(t)} for t in tais],
)

CONTEXT_REQUESTED = Codec("UEContextRequest", lambda v: v == "requested", lambda _: "requested")

CAPABILITIES = Codec(
    "UESecurityCapabilities",
    lambda v: UeSecurityCapabilities(*(v[name][0] for name in _CAPABILITIES)),
    _dump_capabilities,
)

SECURITY_KEY = Codec("SecurityKey", lambda v: v[0].to_bytes(32), lambda v: (int.from_bytes(v), 256))


def rates(prefix: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """A pair (downlink, uplink) of bits per second."""
    return (
        lambda v: (v[f"{prefix}DL"], v[f"{prefix}UL"]),
        lambda v: {f"{prefix}DL": v[0], f"{prefix}UL": v[1]},
    )


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
