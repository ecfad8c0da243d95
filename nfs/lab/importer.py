"""Files of other makes as a configuration of ours, and what of them has no place there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nfs.lab.facts import Lab
from nfs.protocols.gtpu import PORT as N3_PORT
from nfs.testbed import TestbedConfig
from ue_sim.config import GnbFile, UeFile

_UERANSIM_UE = ("supi", "mcc", "mnc", "key", "op", "opType", "amf", "sessions", "configured-nssai")
_UERANSIM_GNB = ("mcc", "mnc", "tac", "slices", "amfConfigs")


@dataclass
class Imported:
    """``config`` has the testbed's sections, ``subscribers`` the entries of the UDM's file."""

    config: dict[str, dict[str, Any]] = field(default_factory=dict)
    subscribers: list[dict[str, Any]] = field(default_factory=list)
    taken: dict[Path, list[str]] = field(default_factory=dict)
    left: dict[Path, list[str]] = field(default_factory=dict)

    def sections(self, subscribers: Path | None) -> dict[str, dict[str, Any]]:
        """The configuration, with the subscribers in that file; raises ValueError."""
        config = {name: dict(section) for name, section in self.config.items() if section}
        if subscribers is not None:
            config.setdefault("udm", {})["subscribers"] = str(subscribers)
        TestbedConfig.model_validate(config)
        return config

    def _set(self, section: str, **values: Any) -> None:
        """What an earlier file has said stays."""
        there = self.config.setdefault(section, {})
        there.update({k: v for k, v in values.items() if k not in there and v not in (None, [])})


def import_lab(lab: Lab, ues: int = 1) -> Imported:
    """``ues``: how many consecutive SUPIs there are from each UE file on (`nr-ue -n`)."""
    imported = Imported(taken=dict(lab.taken), left=dict(lab.left))
    _amf(lab, imported)
    _smf(lab, imported)
    _home_keys(lab, imported)
    for gnb in lab.gnbs:
        _gnb(gnb, imported)
    for ue in lab.ues:
        _ue(ue, imported, ues)
    for stated in lab.plmns:
        imported._set("common", plmn=stated.value)
    return imported


def _amf(lab: Lab, imported: Imported) -> None:
    for amf in lab.amfs[:1]:
        imported._set("common", plmn=amf.plmns.value[0] if amf.plmns.value else None)
        imported._set(
            "amf",
            n2=amf.n2.value[0] if amf.n2.value else None,
            tacs=list(amf.tacs.value),
            slices=list(amf.slices.value),
            integrity_order=[number for number in amf.integrity.value if number],
            ciphering_order=list(amf.ciphering.value),
            **amf.settings,
        )


def _smf(lab: Lab, imported: Imported) -> None:
    for smf in lab.smfs[:1]:
        imported._set("smf", **smf.settings)
        for upf in smf.settings.get("upfs", ())[:1]:
            host = upf["n4"].rpartition(":")[0]
            imported._set("upf", n4=upf["n4"], n3=f"{host}:{N3_PORT}")


def _home_keys(lab: Lab, imported: Imported) -> None:
    keys = [
        {"id": k.value.id, "scheme": k.value.scheme, "private_key": k.value.private_key.hex()}
        for k in lab.home_keys
    ]
    imported._set("udm", home_network_keys=keys)


def _gnb(gnb: GnbFile, imported: Imported) -> None:
    """The AMF that the gNB expects; the file itself is for `agentnf gnb --config`."""
    target = gnb.amf_configs[0]
    host = f"[{target.address}]" if ":" in target.address else target.address
    imported._set("common", plmn=gnb.plmn)
    imported._set(
        "amf",
        n2=f"{target.transport or 'sctp'}://{host}:{target.port}",
        tacs=[gnb.tac],
        slices=[each.s_nssai for each in gnb.slices],
    )
    imported.taken[gnb.path] = list(_UERANSIM_GNB)
    imported.left[gnb.path] = _others(gnb, _UERANSIM_GNB)


def _ue(ue: UeFile, imported: Imported, count: int) -> None:
    """Its subscription; the file itself is for `agentnf ue attach --config`."""
    slices: dict[str, list[str]] = {each: [] for each in ue.requested_nssai or ("1",)}
    for session in ue.sessions:
        slice_ = session.slice.s_nssai if session.slice else next(iter(slices))
        dnns = slices.setdefault(slice_, [])
        if session.apn and session.apn not in dnns:
            dnns.append(session.apn)
    subscriber: dict[str, Any] = {"supi": ue.supi, "k": ue.key, ue.op_type.lower(): ue.op}
    subscriber |= {"amf": ue.amf, "slices": {s: d or ["internet"] for s, d in slices.items()}}
    if all(other["supi"] != ue.supi for other in imported.subscribers):
        imported.subscribers.append(subscriber | ({"count": count} if count > 1 else {}))
    imported._set("common", plmn=ue.plmn)
    imported.taken[ue.path] = list(_UERANSIM_UE)
    imported.left[ue.path] = _others(ue, _UERANSIM_UE)


def _others(document: GnbFile | UeFile, taken: tuple[str, ...]) -> list[str]:
    fields = type(document).model_fields
    names = [fields[name].alias or name for name in document.model_fields_set if name in fields]
    return sorted({*names, *(document.model_extra or {})} - set(taken))
