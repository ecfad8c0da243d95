"""A PDU session at the SMF (TS 23.501 clause 5.6, TS 29.502 SmContext)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from nfs.common.identities import Snssai
from nfs.common.store import NEW
from nfs.protocols.nas import NO_PTI, SSC_MODE_1, QosRule, SmMessage
from nfs.protocols.nas.qos_operations import MAX_PACKET_FILTERS
from nfs.protocols.ngap import GtpTunnel

if TYPE_CHECKING:
    from nfs.smf.n4.pfcp_session import PfcpSession
from nfs.smf.address_pool import UeAddress

RETRANSMISSIONS = 4
"""Of a command (TS 24.501 table 10.3.2)."""
SETTLE_SECONDS = 2.0
MAX_ANSWERS = 16


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
class Aborted:
    """The procedure under way is over: another goes first, or the UE knows nothing of it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gbr:
    """Guaranteed flow bit rates in kbit/s; the maximum ones are at least the same."""

    downlink_kbps: int
    uplink_kbps: int
    max_downlink_kbps: int = 0
    max_uplink_kbps: int = 0

    def __post_init__(self) -> None:
        for name in ("downlink_kbps", "uplink_kbps"):
            most = max(getattr(self, name), getattr(self, f"max_{name}"))
            object.__setattr__(self, f"max_{name}", most)

    def up_to(self, downlink: int, uplink: int) -> Gbr:
        """The same is guaranteed, with these maximum rates in bit/s."""
        return Gbr(self.downlink_kbps, self.uplink_kbps, downlink // 1000, uplink // 1000)


@dataclass(frozen=True, slots=True)
class QosFlow:
    """``requested``: by the UE with a 5GSM message; then it may change it and delete it too.

    ``intent_id``: of the intent that it was added for.
    """

    qfi: int
    five_qi: int
    gbr: Gbr | None = None
    requested: bool = False
    intent_id: str | None = None


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
    accepted: int | None = None
    """PTI of the request that the UE has begun the session with."""
    accepting: int | None = None
    """The same, while the gNB has not confirmed the acceptance."""
    owner: str | None = None
    """API root of the SMF instance whose session it is."""
    version: int = NEW
    """Of the stored session."""
    procedure: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by the one network-requested procedure under way (TS 24.501 clause 6.3.1)."""
    _awaited: tuple[int, tuple[type[Any], ...]] = (NO_PTI, ())
    """PTI and kinds of message that the command under way may be answered with."""
    _answers: asyncio.Queue[object] = field(default_factory=lambda: asyncio.Queue(MAX_ANSWERS))
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def answered(self, answer: object) -> None:
        """A 5GSM message of the UE or N2 information of the gNB for the procedure under way."""
        with contextlib.suppress(asyncio.QueueFull):  # nobody waits for so many
            self._answers.put_nowait(answer)

    def awaits(self, message: SmMessage) -> bool:
        pti, kinds = self._awaited
        return message.pti == pti and isinstance(message, kinds)

    def begin(self, pti: int, *kinds: type[Any]) -> None:
        """A command with ``pti`` goes out; answers to former ones are of no interest."""
        while not self._answers.empty():
            self._answers.get_nowait()
        self._awaited = pti, kinds
        self._over = asyncio.Event()

    def over(self) -> None:
        """What the command was for is done, or given up."""
        self._over.set()

    async def settle(self, answer: SmMessage) -> None:
        """``answer`` is what the command awaits; returns when all has been done that follows from
        it, so that the UE's next message finds it done. A slow peer does not keep the UE waiting:
        then it is done later."""
        self.answered(answer)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), SETTLE_SECONDS)

    async def answer(self, repeat: Callable[[], Awaitable[None]], seconds: float) -> Any:
        """The first answer to the command that was sent; ``repeat`` sends it again.

        Raises NoAnswer after all retransmissions, and when the procedure is aborted.
        """
        _, kinds = self._awaited
        try:
            for attempt in range(1 + RETRANSMISSIONS):
                if attempt:
                    await repeat()
                try:
                    async with asyncio.timeout(seconds):
                        return await self._next(kinds)
                except TimeoutError:
                    continue
        finally:
            self._awaited = NO_PTI, ()
        raise NoAnswer(f"PDU session {self.pdu_session_id} of {self.supi}")

    async def _next(self, kinds: tuple[type[Any], ...]) -> object:
        while True:
            match await self._answers.get():
                case TransferFailure(cause):
                    raise NoAnswer(f"{self.supi}: {cause}")
                case Aborted(reason):
                    raise NoAnswer(f"{self.supi}: {reason}")
                case answer if isinstance(answer, kinds):
                    return answer

    @property
    def free_qfi(self) -> int:
        """The lowest QFI that no flow has (1 to 63, TS 23.501 clause 5.7.1.1)."""
        return next(qfi for qfi in range(1, 64) if qfi not in self.flows)

    @property
    def free_rule_id(self) -> int:
        """The lowest QoS rule identifier that no rule has."""
        return next(number for number in range(1, 256) if number not in self.rules)

    @property
    def ids(self) -> tuple[int, int]:
        """PDU session identity and PTI of a message that the SMF sends on its own."""
        return self.pdu_session_id, NO_PTI
