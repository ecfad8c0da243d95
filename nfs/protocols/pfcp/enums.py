"""Values and flags of PFCP information elements (TS 29.244 clause 8.2).

Flags that span several octets are numbered from bit 1 of the element's first octet.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag


class Cause(IntEnum):
    """Clause 8.2.1; values that are not known here count as the general one of their range."""

    REQUEST_ACCEPTED = 1
    MORE_USAGE_REPORT_TO_SEND = 2
    REQUEST_PARTIALLY_ACCEPTED = 3
    REQUEST_REJECTED = 64
    SESSION_CONTEXT_NOT_FOUND = 65
    MANDATORY_IE_MISSING = 66
    CONDITIONAL_IE_MISSING = 67
    INVALID_LENGTH = 68
    MANDATORY_IE_INCORRECT = 69
    INVALID_FORWARDING_POLICY = 70
    INVALID_F_TEID_ALLOCATION_OPTION = 71
    NO_ESTABLISHED_PFCP_ASSOCIATION = 72
    RULE_CREATION_MODIFICATION_FAILURE = 73
    PFCP_ENTITY_IN_CONGESTION = 74
    NO_RESOURCES_AVAILABLE = 75
    SERVICE_NOT_SUPPORTED = 76
    SYSTEM_FAILURE = 77
    REDIRECTION_REQUESTED = 78
    ALL_DYNAMIC_ADDRESSES_ARE_OCCUPIED = 79

    @classmethod
    def _missing_(cls, value: object) -> Cause | None:
        if isinstance(value, int) and 0 < value < 256:
            return cls.REQUEST_ACCEPTED if value < 64 else cls.REQUEST_REJECTED
        return None

    @property
    def accepted(self) -> bool:
        return self < Cause.REQUEST_REJECTED


class SourceInterface(IntEnum):
    """Clause 8.2.2; destination interfaces (8.2.24) have the same numbers."""

    ACCESS = 0
    CORE = 1
    SGI_LAN_N6_LAN = 2
    CP_FUNCTION = 3
    VN_INTERNAL = 4


class InterfaceType(IntEnum):
    """3GPP Interface Type, clause 8.2.118: those of a UPF in 5GS."""

    N3_3GPP_ACCESS = 11
    N9 = 15
    SGI = 16
    N6 = 17
    N3_FOR_DATA_FORWARDING = 22


class PdnType(IntEnum):
    IPV4 = 1
    IPV6 = 2
    IPV4V6 = 3
    NON_IP = 4
    ETHERNET = 5


class ApplyAction(IntFlag):
    DROP = 1 << 0
    FORW = 1 << 1
    BUFF = 1 << 2
    NOCP = 1 << 3
    DUPL = 1 << 4


class GateStatus(IntFlag):
    """Open where no bit says otherwise."""

    DOWNLINK_CLOSED = 1 << 0
    UPLINK_CLOSED = 1 << 2


class ReportType(IntFlag):
    DLDR = 1 << 0
    USAR = 1 << 1
    ERIR = 1 << 2
    UPIR = 1 << 3
    SESR = 1 << 5


class MeasurementMethod(IntFlag):
    DURAT = 1 << 0
    VOLUM = 1 << 1
    EVENT = 1 << 2


class MeasurementInformation(IntFlag):
    """Clause 8.2.68; MBQE: what comes, whether or not it then passes; MNOP: packets, too."""

    MBQE = 1 << 0
    MNOP = 1 << 4


class RequestedQosMonitoring(IntFlag):
    """Clause 8.2.167; GTPUPM: by GTP-U path monitoring."""

    DL = 1 << 0
    UL = 1 << 1
    RP = 1 << 2
    GTPUPM = 1 << 3


class ReportingFrequency(IntFlag):
    """Clause 8.2.168."""

    EVETT = 1 << 0
    PERIO = 1 << 1
    SESRL = 1 << 2


class ReportingTriggers(IntFlag):
    """Clause 8.2.19."""

    PERIO = 1 << 0
    VOLTH = 1 << 1
    TIMTH = 1 << 2
    START = 1 << 4
    STOPT = 1 << 5
    VOLQU = 1 << 8
    TIMQU = 1 << 9


class UsageReportTrigger(IntFlag):
    """Clause 8.2.41."""

    PERIO = 1 << 0
    VOLTH = 1 << 1
    TIMTH = 1 << 2
    START = 1 << 4
    STOPT = 1 << 5
    IMMER = 1 << 7
    VOLQU = 1 << 8
    TIMQU = 1 << 9
    TERMR = 1 << 11


class UpFunctionFeatures(IntFlag):
    """Clause 8.2.25: those that this testbed looks at or offers."""

    BUCP = 1 << 0
    FTUP = 1 << 4
    EMPU = 1 << 8
    MNOP = 1 << 20
    QFQM = 1 << 33


class CpFunctionFeatures(IntFlag):
    LOAD = 1 << 0
    OVRL = 1 << 1


class SessionModificationFlags(IntFlag):
    """PFCPSMReq-Flags, clause 8.2.28."""

    DROBU = 1 << 0
    SNDEM = 1 << 1
    QAURR = 1 << 2


class SessionEstablishmentFlags(IntFlag):
    """PFCPSEReq-Flags, clause 8.2.126."""

    RESTI = 1 << 0


class SessionReportResponseFlags(IntFlag):
    """PFCPSRRsp-Flags, clause 8.2.29."""

    DROBU = 1 << 0
