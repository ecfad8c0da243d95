"""A PDU session at the SMF (TS 23.501 clause 5.6, TS 29.502 SmContext)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from nfs.common.identities import Snssai
from nfs.common.store import NEW
from nfs.protocols.nas import SSC_MODE_1, QosRule
from nfs.protocols.nas.qos_operations import MAX_PACKET_FILTERS
from nfs.protocols.ngap import GtpTunnel

if TYPE_CHECKING:
    from nfs.smf.n4.pfcp_session import PfcpSession
from nfs.smf.address_pool import UeAddress

M = TypeVar("M")

RETRANSMISSIONS = 4
T3591 = 16.0
"""PDU SESSION MODIFICATION COMMAND, seconds (TS 24.501 table 10.3.2)."""
T3592 = 16.0
"""PDU SESSION RELEASE COMMAND, seconds."""


def sm_context_ref(supi: str, pdu_session_id: int) -> str:
    """Reference of an SM context: a UE has one for each PDU session identity."""
    return f"{supi}-{pdu_session_id}"


class State(StrEnum):
    """PDU session states of the network, TS 24.501 clause 6.1.3.3."""

    INACTIVE = "PDU SESSION INACTIVE"
    ACTIVE = "PDU SESSION ACTIVE"
    MODIFICATION_PENDING = "PDU SESSION MODIFICATION PENDING"
    INACTIVE_PENDING = "PDU SESSION INACTIVE PENDING"


class UpCnxState(StrEnum):
    """State of the user plane connection (TS 29.502 clause 6.1.6.3.3)."""

    ACTIVATED = "ACTIVATED"
    DEACTIVATED = "DEACTIVATED"
    ACTIVATING = "ACTIVATING"


@dataclass(frozen=True, slots=True)
class TransferFailure:
    """The AMF could not deliver: an N1N2MsgTransferFailureCause (TS 29.518 6.1.6.3.6)."""

    cause: str


class NoAnswer(Exception):
    """Neither the first command nor its retransmissions were answered."""


@dataclass(frozen=True, slots=True)
class Gbr:
    """Guaranteed flow bit rates in kbit/s; the maximum rates are the same."""

    downlink_kbps: int
    uplink_kbps: int


@dataclass(frozen=True, slots=True)
class QosFlow:
    qfi: int
    five_qi: int
    gbr: Gbr | None = None


@dataclass
class SmContext:
    ref: str
    supi: str
    pdu_session_id: int
    dnn: str
    s_nssai: Snssai
    amf_instance_id: str
    status_uri: str
    address: UeAddress
    uplink_tunnel: GtpTunnel | None = None
    """The end point at the UPF; the session has one once it is established on N4."""
    downlink_tunnel: GtpTunnel | None = None
    target_tunnel: GtpTunnel | None = None
    """At the gNB that the UE is about to be handed over to."""
    ambr: tuple[int, int] = (0, 0)
    """Session AMBR in bit/s: downlink, uplink."""
    ssc_mode: int = SSC_MODE_1
    always_on: bool = False
    max_packet_filters: int = MAX_PACKET_FILTERS
    flows: dict[int, QosFlow] = field(default_factory=dict)
    rules: dict[int, QosRule] = field(default_factory=dict)
    """The authorized QoS rules by identifier."""
    ends: dict[int, float] = field(default_factory=dict)
    """When assured flows end: Unix seconds by QFI."""
    pfcp: PfcpSession | None = None
    state: State = State.INACTIVE
    up_cnx_state: UpCnxState = UpCnxState.ACTIVATING
    accepting: int | None = None
    """PTI of the acceptance that the gNB has not confirmed yet."""
    owner: str | None = None
    """API root of the SMF instance whose session it is."""
    version: int = NEW
    """Of the stored session."""
    procedure: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by the one network-requested procedure under way (TS 24.501 clause 6.3.1)."""
    _answers: asyncio.Queue[object] = field(default_factory=asyncio.Queue)

    def answered(self, answer: object) -> None:
        """A 5GSM message of the UE or N2 information of the gNB for the procedure under way."""
        self._answers.put_nowait(answer)

    async def command(
        self,
        send: Callable[[], Awaitable[None]],
        seconds: float,
        *kinds: type[M],
    ) -> M:
        """Send a command and await one of ``kinds``; raises NoAnswer after all retransmissions."""
        for _ in range(1 + RETRANSMISSIONS):
            await send()
            try:
                async with asyncio.timeout(seconds):
                    while True:
                        answer = await self._answers.get()
                        if isinstance(answer, kinds):
                            return answer
                        if isinstance(answer, TransferFailure):
                            raise NoAnswer(f"{self.supi}: {answer.cause}")
            except TimeoutError:
                continue
        raise NoAnswer(f"PDU session {self.pdu_session_id} of {self.supi}")

    def begin(self) -> None:
        """Forget answers to former procedures."""
        while not self._answers.empty():
            self._answers.get_nowait()

    @property
    def free_qfi(self) -> int:
        """The lowest QFI that no flow has (1 to 63, TS 23.501 clause 5.7.1.1)."""
        return next(qfi for qfi in range(1, 64) if qfi not in self.flows)

    @property
    def free_rule_id(self) -> int:
        """The lowest QoS rule identifier that no rule has."""
        return next(number for number in range(1, 256) if number not in self.rules)
