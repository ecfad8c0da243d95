"""What the AMF knows about a UE (TS 23.501 clause 5.2.2.2.2, TS 29.518 UeContext)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from nfs.common.identities import Guti, NrCgi, Plmn, Snssai, Suci, Tai
from nfs.protocols.nas import UeSecurityCapability
from nfs.protocols.nas.security import NasSecurityContext


class Rm(StrEnum):
    """Registration management state, TS 23.501 clause 5.3.2."""

    DEREGISTERED = "RM-DEREGISTERED"
    REGISTERED = "RM-REGISTERED"


@dataclass(slots=True)
class SmContext:
    """A PDU session as the AMF knows it: where its SMF keeps it, and its slice and DNN."""

    pdu_session_id: int
    location: str
    s_nssai: Snssai
    dnn: str
    up_active: bool = False
    """It has resources at the gNB, and its SMF knows where."""


@dataclass(slots=True)
class AgentBinding:
    """The agent on this UE: its AIC, what it may use, and where the AGW keeps it."""

    aic: str
    scope: tuple[str, ...]


@dataclass(slots=True)
class Subscription:
    """What the UDM says the subscriber may have."""

    nssai: tuple[Snssai, ...]
    dnns: dict[Snssai, tuple[str, ...]]
    ambr_downlink_bps: int
    ambr_uplink_bps: int
    agents_allowed: bool = False
    agent_scope: tuple[str, ...] = ()
    agents_hidden: bool = False
    devices: dict[str, str] = field(default_factory=dict)
    intent_class: str = "standard"
    rat_restrictions: tuple[str, ...] = ()
    forbidden_tacs: tuple[int, ...] = ()
    not_allowed_tacs: tuple[int, ...] = ()
    allowed_tacs: tuple[int, ...] = ()
    """Empty: wherever it is not excluded."""

    def serves_in(self, tac: int) -> bool:
        """Service area restriction (TS 23.501 clause 5.3.4.1.1)."""
        return tac not in self.not_allowed_tacs and (
            not self.allowed_tacs or tac in self.allowed_tacs
        )

    @property
    def ambr(self) -> tuple[int, int]:
        """UE-AMBR, downlink and uplink, bit/s."""
        return self.ambr_downlink_bps, self.ambr_uplink_bps


@dataclass(slots=True)
class UeContext:
    rm: Rm = Rm.DEREGISTERED
    supi: str | None = None
    suci: Suci | None = None
    guti: Guti | None = None
    former_guti: Guti | None = None
    """Valid still, until the UE has acknowledged the new one."""
    pei: str | None = None
    radio_capability: bytes | None = None
    """As its gNB has said; others are given it, so that they need not ask the UE."""
    security: NasSecurityContext | None = None
    security_capability: UeSecurityCapability | None = None
    allowed_nssai: tuple[Snssai, ...] = ()
    tai: Tai | None = None
    registration_area: tuple[Tai, ...] = ()
    cell: NrCgi | None = None
    located_at: float = 0.0
    subscription: Subscription | None = None
    sessions: dict[int, SmContext] = field(default_factory=dict)
    agent: AgentBinding | None = None
    announced: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Tracking areas that the UE is about to go to, by the intent that has said so."""
    saves_power: dict[str, bool] = field(default_factory=dict)
    """Intents for which the UE saves power; True: in MICO mode (TS 23.501 clause 5.4.1.3)."""
    mico: bool = False
    """It is in MICO mode: while it is idle it cannot be reached."""
    resources: dict[str, str] = field(default_factory=dict)
    """URIs of what other NFs keep for this registration, and delete when it ends: the AUSF the
    authentication result, the UDM the subscription to changes, the PCF the policy association."""
    paging_proceeds: bool = True
    """False once an idle UE was silent for so long that it is not paged any more."""
    served_by: str | None = None
    """NF instance identifier of the AMF whose context it is."""
    version: int = 0
    """Of the stored context; 0 while there is none."""

    @property
    def name(self) -> str:
        """Whom a log line is about."""
        return str(self.supi or self.suci or self.guti or "UE")

    @property
    def home(self) -> Plmn | None:
        return self.suci.plmn if self.suci else None

    def user_location(self) -> dict[str, Any]:
        """The UserLocation of TS 29.571 clause 5.4.4.7."""
        if self.tai is None or self.cell is None:
            return {}
        return {"nrLocation": {"tai": self.tai.to_json(), "ncgi": self.cell.to_json()}}
