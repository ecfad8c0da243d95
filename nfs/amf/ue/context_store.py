"""UE contexts in the store: an AMF that comes back, or another of its set, serves a UE on.

Written before the UE is told of what changed. NAS COUNTs are written when a procedure has ended,
so a restored downlink COUNT may be behind: it goes on where no message can have been (the UE takes
the leap for lost messages, TS 24.501 clause 4.4.3.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nfs.amf.ue.context import AgentBinding, Rm, SmContext, Subscription, UeContext
from nfs.common.identities import Guami, Guti, NrCgi, Plmn, Snssai, Suci, Tai
from nfs.common.store import NEW, Conflict, Store
from nfs.protocols.nas import UeSecurityCapability
from nfs.protocols.nas.security import NasSecurityContext

CONTEXTS = "ue-contexts"
TMSIS = "5g-tmsis"
DOWNLINK_LEAP = 64
"""Downlink messages of one procedure are fewer, and a UE follows a leap of less than 256."""


class ContextStore:
    """Contexts by SUPI, and the SUPI of every 5G-TMSI that is in use in the AMF set."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def reserve(self, tmsi: int, supi: str) -> bool:
        """False when another UE of the set has this 5G-TMSI."""
        try:
            self._store.put(TMSIS, f"{tmsi:08x}", {"supi": supi}, expect=NEW)
        except Conflict:
            return False
        return True

    def free(self, tmsi: int) -> None:
        self._store.delete(TMSIS, f"{tmsi:08x}")

    def save(self, context: UeContext) -> None:
        """Keep a registered UE's context, forget a deregistered one's."""
        if context.supi is None:
            return
        if context.rm is Rm.REGISTERED:
            context.version = self._store.put(CONTEXTS, context.supi, to_json(context))
        elif context.version:
            self._store.delete(CONTEXTS, context.supi)
            context.version = NEW
            for guti in (context.guti, context.former_guti):
                if guti is not None:
                    self.free(guti.tmsi)

    def of_tmsi(self, tmsi: int) -> UeContext | None:
        known = self._store.get(TMSIS, f"{tmsi:08x}")
        return self.of_supi(known.value["supi"]) if known else None

    def of_supi(self, supi: str) -> UeContext | None:
        kept = self._store.get(CONTEXTS, supi)
        return from_json(kept.value, kept.version) if kept else None

    def all(self) -> Iterator[UeContext]:
        for _, kept in self._store.scan(CONTEXTS):
            yield from_json(kept.value, kept.version)


def to_json(context: UeContext) -> dict[str, Any]:
    """With the keys of the security context: the store is to be guarded like the AMF."""
    tai, cell, agent = context.tai, context.cell, context.agent
    return {
        "supi": context.supi,
        "servedBy": context.served_by,
        "suci": str(context.suci) if context.suci else None,
        "pei": context.pei,
        "radioCapability": context.radio_capability.hex() if context.radio_capability else None,
        "guti": _guti_to_json(context.guti),
        "formerGuti": _guti_to_json(context.former_guti),
        "security": context.security.to_json() if context.security else None,
        "securityCapability": context.security_capability.octets.hex()
        if context.security_capability
        else None,
        "allowedNssai": [str(s) for s in context.allowed_nssai],
        "tai": _tai_to_json(tai) if tai else None,
        "registrationArea": [_tai_to_json(t) for t in context.registration_area],
        "cell": [str(cell.plmn), cell.cell] if cell else None,
        "locatedAt": context.located_at,
        "subscription": _subscription_to_json(context.subscription),
        "sessions": [
            [s.pdu_session_id, s.location, str(s.s_nssai), s.dnn, s.up_active]
            for s in context.sessions.values()
        ],
        "agent": [agent.aic, list(agent.scope)] if agent else None,
        "announced": context.announced,
        "savesPower": context.saves_power,
        "mico": context.mico,
        "resources": context.resources,
    }


def from_json(kept: dict[str, Any], version: int) -> UeContext:
    tai, cell, agent = kept["tai"], kept["cell"], kept["agent"]
    context = UeContext(
        rm=Rm.REGISTERED,
        supi=kept["supi"],
        suci=Suci.parse(kept["suci"]) if kept["suci"] else None,
        pei=kept["pei"],
        radio_capability=bytes.fromhex(kept["radioCapability"] or "") or None,
        guti=_guti_from_json(kept["guti"]),
        former_guti=_guti_from_json(kept.get("formerGuti")),
        security=NasSecurityContext.from_json(kept["security"]) if kept["security"] else None,
        security_capability=UeSecurityCapability(bytes.fromhex(kept["securityCapability"]))
        if kept["securityCapability"]
        else None,
        allowed_nssai=tuple(Snssai.parse(s) for s in kept["allowedNssai"]),
        tai=_tai_from_json(tai) if tai else None,
        registration_area=tuple(_tai_from_json(t) for t in kept.get("registrationArea", ())),
        cell=NrCgi(Plmn.parse(cell[0]), cell[1]) if cell else None,
        located_at=kept["locatedAt"],
        subscription=_subscription_from_json(kept["subscription"]),
        sessions={
            i: SmContext(i, location, Snssai.parse(s_nssai), dnn, *up_active)
            for i, location, s_nssai, dnn, *up_active in kept["sessions"]
        },
        agent=AgentBinding(agent[0], tuple(agent[1])) if agent else None,
        announced={intent: tuple(tacs) for intent, tacs in kept.get("announced", {}).items()},
        saves_power=kept.get("savesPower", {}),
        mico=kept.get("mico", False),
        resources=kept.get("resources", {}),
        served_by=kept["servedBy"],
        version=version,
    )
    if context.security is not None:
        context.security.downlink_count += DOWNLINK_LEAP
    return context


def _guti_to_json(guti: Guti | None) -> dict[str, Any] | None:
    if guti is None:
        return None
    return {"plmn": str(guti.guami.plmn), "amfId": guti.guami.amf_id, "tmsi": guti.tmsi}


def _guti_from_json(kept: dict[str, Any] | None) -> Guti | None:
    if kept is None:
        return None
    return Guti(Guami.from_amf_id(Plmn.parse(kept["plmn"]), kept["amfId"]), kept["tmsi"])


def _tai_to_json(tai: Tai) -> list[Any]:
    return [str(tai.plmn), tai.tac]


def _tai_from_json(kept: list[Any]) -> Tai:
    return Tai(Plmn.parse(kept[0]), kept[1])


def _subscription_to_json(subscription: Subscription | None) -> dict[str, Any] | None:
    if subscription is None:
        return None
    return {
        "nssai": [str(s) for s in subscription.nssai],
        "dnns": {str(s): list(dnns) for s, dnns in subscription.dnns.items()},
        "ambr": [subscription.ambr_downlink_bps, subscription.ambr_uplink_bps],
        "agentsAllowed": subscription.agents_allowed,
        "agentScope": list(subscription.agent_scope),
        "agentsHidden": subscription.agents_hidden,
        "devices": subscription.devices,
        "intentClass": subscription.intent_class,
        "ratRestrictions": list(subscription.rat_restrictions),
        "forbiddenTacs": list(subscription.forbidden_tacs),
        "notAllowedTacs": list(subscription.not_allowed_tacs),
        "allowedTacs": list(subscription.allowed_tacs),
    }


def _subscription_from_json(kept: dict[str, Any] | None) -> Subscription | None:
    if kept is None:
        return None
    return Subscription(
        nssai=tuple(Snssai.parse(s) for s in kept["nssai"]),
        dnns={Snssai.parse(s): tuple(dnns) for s, dnns in kept["dnns"].items()},
        ambr_downlink_bps=kept["ambr"][0],
        ambr_uplink_bps=kept["ambr"][1],
        agents_allowed=kept["agentsAllowed"],
        agent_scope=tuple(kept["agentScope"]),
        agents_hidden=kept.get("agentsHidden", False),
        devices=kept["devices"],
        intent_class=kept.get("intentClass", "standard"),
        rat_restrictions=tuple(kept.get("ratRestrictions", ())),
        forbidden_tacs=tuple(kept.get("forbiddenTacs", ())),
        not_allowed_tacs=tuple(kept.get("notAllowedTacs", ())),
        allowed_tacs=tuple(kept.get("allowedTacs", ())),
    )
