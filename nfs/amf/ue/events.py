"""What a UE's mailbox holds besides the messages of N2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nfs.protocols.nas import MmCause
from nfs.protocols.ngap import PathSwitchRequest

if TYPE_CHECKING:
    from nfs.amf.n2.gnb import Gnb


@dataclass(frozen=True, slots=True)
class N2Lost:
    """The association to the gNB is gone."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """The first NAS message of a connection has led to nothing."""


@dataclass(frozen=True, slots=True)
class N1N2Message:
    """Namf_Communication_N1N2MessageTransfer, accepted and to be delivered in turn."""

    pdu_session_id: int
    n1_sm: bytes | None
    n2_sm: bytes | None
    n2_kind: str | None
    failure_uri: str | None = None
    """Where the SMF wants to know that the UE could not be reached."""
    location: str = ""


@dataclass(frozen=True, slots=True)
class AgentContainer:
    """An N1 agent container that is to reach the UE."""

    octets: bytes


@dataclass(frozen=True, slots=True)
class ConfigurationUpdate:
    """The UE is to learn of a change; with ``new_guti`` it gets one, and acknowledges.

    ``new_area``: of its registration area; ``mico``: it is to ask for MICO mode when it registers.
    """

    new_guti: bool = False
    registration_requested: bool = False
    new_area: bool = False
    mico: bool = False


@dataclass(frozen=True, slots=True)
class NetworkDeregistration:
    """The network ends the registration of the UE, which may come back at once or not."""

    cause: MmCause | None = None
    re_registration_required: bool = False


@dataclass(frozen=True, slots=True)
class NotificationOrder:
    """The UE is to say which PDU sessions it has."""


@dataclass(frozen=True, slots=True)
class PathSwitch:
    """The UE has gone to another gNB, which asks for its sessions."""

    gnb: Gnb
    request: PathSwitchRequest


Downlink = (
    N1N2Message | AgentContainer | ConfigurationUpdate | NetworkDeregistration | NotificationOrder
)
"""What waits for a UE that is idle, while it is paged."""
