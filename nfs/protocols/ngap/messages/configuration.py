"""Configuration, overload and status of the nodes (TS 38.413 clause 9.2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.common.identities import Guami
from nfs.protocols.ngap import values as v
from nfs.protocols.ngap.diagnostics import DIAGNOSTICS, CriticalityDiagnostics
from nfs.protocols.ngap.messages.table import SUCCESSFUL, UNSUCCESSFUL, NgapMessage, ie, opt

__all__ = [
    "AMFConfigurationUpdate",
    "AMFConfigurationUpdateAcknowledge",
    "AMFConfigurationUpdateFailure",
    "AMFStatusIndication",
    "OverloadStart",
    "OverloadStop",
    "RANConfigurationUpdate",
    "RANConfigurationUpdateAcknowledge",
    "RANConfigurationUpdateFailure",
]


@dataclass(frozen=True)
class RANConfigurationUpdate(NgapMessage):
    PROCEDURE: ClassVar[int] = 35

    ran_node_name: str | None = opt(82, v.plain("RANNodeName"), "ignore")
    supported_tas: tuple[v.SupportedTa, ...] = opt(102, v.SUPPORTED_TAS, default=())
    default_paging_drx: str | None = opt(21, v.plain("PagingDRX"), "ignore")
    global_ran_node_id: v.GlobalGnbId | None = opt(27, v.RAN_NODE, "ignore")


@dataclass(frozen=True)
class RANConfigurationUpdateAcknowledge(NgapMessage):
    PROCEDURE: ClassVar[int] = 35
    PDU: ClassVar[str] = SUCCESSFUL

    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class RANConfigurationUpdateFailure(NgapMessage):
    PROCEDURE: ClassVar[int] = 35
    PDU: ClassVar[str] = UNSUCCESSFUL

    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)
    time_to_wait: str | None = opt(107, v.plain("TimeToWait"), "ignore")
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class AMFConfigurationUpdate(NgapMessage):
    PROCEDURE: ClassVar[int] = 0

    amf_name: str | None = opt(1, v.plain("AMFName"))
    served_guamis: tuple[Guami, ...] = opt(96, v.SERVED_GUAMIS, default=())
    relative_amf_capacity: int | None = opt(86, v.plain("RelativeAMFCapacity"), "ignore")
    plmn_support: tuple[v.BroadcastPlmn, ...] = opt(80, v.PLMN_SUPPORT, default=())


@dataclass(frozen=True)
class AMFConfigurationUpdateAcknowledge(NgapMessage):
    PROCEDURE: ClassVar[int] = 0
    PDU: ClassVar[str] = SUCCESSFUL

    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class AMFConfigurationUpdateFailure(NgapMessage):
    PROCEDURE: ClassVar[int] = 0
    PDU: ClassVar[str] = UNSUCCESSFUL

    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)
    time_to_wait: str | None = opt(107, v.plain("TimeToWait"), "ignore")
    criticality_diagnostics: CriticalityDiagnostics | None = opt(19, DIAGNOSTICS, "ignore")


@dataclass(frozen=True)
class OverloadStart(NgapMessage):
    PROCEDURE: ClassVar[int] = 22
    CRITICALITY: ClassVar[str] = "ignore"

    amf_overload_response: str | None = opt(2, v.OVERLOAD_RESPONSE)
    traffic_load_reduction_indication: int | None = opt(
        9, v.plain("TrafficLoadReductionIndication"), "ignore"
    )


@dataclass(frozen=True)
class OverloadStop(NgapMessage):
    PROCEDURE: ClassVar[int] = 23


@dataclass(frozen=True)
class AMFStatusIndication(NgapMessage):
    PROCEDURE: ClassVar[int] = 1
    CRITICALITY: ClassVar[str] = "ignore"

    unavailable_guamis: tuple[v.UnavailableGuami, ...] = ie(120, v.UNAVAILABLE_GUAMIS)
