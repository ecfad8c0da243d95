"""Location reporting and trace (TS 38.413 clauses 9.2.10 and 9.2.11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from nfs.protocols.ngap import values as v
from nfs.protocols.ngap.messages.table import NgapMessage, ie

__all__ = [
    "DeactivateTrace",
    "LocationReport",
    "LocationReportingControl",
    "LocationReportingFailureIndication",
    "TraceFailureIndication",
    "TraceStart",
]


@dataclass(frozen=True)
class LocationReportingControl(NgapMessage):
    PROCEDURE: ClassVar[int] = 16
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    location_reporting_request_type: v.LocationReporting = ie(
        33, v.LOCATION_REPORTING, "ignore", absent=v.DIRECT_REPORT
    )


@dataclass(frozen=True)
class LocationReport(NgapMessage):
    PROCEDURE: ClassVar[int] = 18
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    location: v.UserLocationNr | None = ie(121, v.LOCATION, "ignore", absent=None)
    location_reporting_request_type: v.LocationReporting = ie(
        33, v.LOCATION_REPORTING, "ignore", absent=v.DIRECT_REPORT
    )


@dataclass(frozen=True)
class LocationReportingFailureIndication(NgapMessage):
    PROCEDURE: ClassVar[int] = 17
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)


@dataclass(frozen=True)
class TraceStart(NgapMessage):
    PROCEDURE: ClassVar[int] = 39
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    trace_activation: Any = ie(108, v.plain("TraceActivation"), "ignore", absent=None)


@dataclass(frozen=True)
class DeactivateTrace(NgapMessage):
    PROCEDURE: ClassVar[int] = 3
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    ng_ran_trace_id: bytes = ie(44, v.plain("NGRANTraceID"), "ignore", absent=bytes(8))


@dataclass(frozen=True)
class TraceFailureIndication(NgapMessage):
    PROCEDURE: ClassVar[int] = 38
    CRITICALITY: ClassVar[str] = "ignore"

    amf_ue_ngap_id: int = ie(10, v.AMF_ID)
    ran_ue_ngap_id: int = ie(85, v.RAN_ID)
    ng_ran_trace_id: bytes = ie(44, v.plain("NGRANTraceID"), "ignore", absent=bytes(8))
    cause: v.Cause = ie(15, v.CAUSE, "ignore", absent=v.UNSPECIFIED)
