"""Code points of NAS information elements (TS 24.501 clause 9.11)."""

from __future__ import annotations

from enum import IntEnum


class RegistrationType(IntEnum):
    INITIAL = 1
    MOBILITY_UPDATING = 2
    PERIODIC_UPDATING = 3
    EMERGENCY = 4


class RegistrationResult(IntEnum):
    THREE_GPP_ACCESS = 1
    NON_3GPP_ACCESS = 2
    BOTH = 3


class ServiceType(IntEnum):
    """Table 9.11.3.50.1; unknown values are read as DATA."""

    SIGNALLING = 0
    DATA = 1
    MOBILE_TERMINATED_SERVICES = 2
    EMERGENCY_SERVICES = 3
    EMERGENCY_SERVICES_FALLBACK = 4
    HIGH_PRIORITY_ACCESS = 5
    ELEVATED_SIGNALLING = 6


class IdentityType(IntEnum):
    NO_IDENTITY = 0
    SUCI = 1
    GUTI = 2
    IMEI = 3
    TMSI = 4
    IMEISV = 5


class PayloadContainerType(IntEnum):
    """11 and 12 are UPP-CMI and SLPP since Release 18; 13 and 14 are unassigned: AGENT is ours."""

    N1_SM = 1
    SMS = 2
    LPP = 3
    SOR = 4
    UE_POLICY = 5
    UE_PARAMETERS_UPDATE = 6
    LOCATION_SERVICES = 7
    CIOT = 8
    SERVICE_LEVEL_AA = 9
    EVENT_NOTIFICATION = 10
    UPP_CMI = 11
    SLPP = 12
    AGENT = 13
    MULTIPLE = 15


class RequestType(IntEnum):
    INITIAL_REQUEST = 1
    EXISTING_PDU_SESSION = 2
    INITIAL_EMERGENCY_REQUEST = 3
    EXISTING_EMERGENCY_PDU_SESSION = 4
    MODIFICATION_REQUEST = 5
    MA_PDU_REQUEST = 6


class PduSessionType(IntEnum):
    IPV4 = 1
    IPV6 = 2
    IPV4V6 = 3
    UNSTRUCTURED = 4
    ETHERNET = 5


class QosRuleOperation(IntEnum):
    RESERVED = 0
    CREATE = 1
    DELETE = 2
    MODIFY_AND_ADD_FILTERS = 3
    MODIFY_AND_REPLACE_FILTERS = 4
    MODIFY_AND_DELETE_FILTERS = 5
    MODIFY_WITHOUT_FILTERS = 6
    RESERVED_7 = 7


class PacketFilterDirection(IntEnum):
    DOWNLINK = 1
    UPLINK = 2
    BIDIRECTIONAL = 3


class QosFlowOperation(IntEnum):
    CREATE = 1
    DELETE = 2
    MODIFY = 3
