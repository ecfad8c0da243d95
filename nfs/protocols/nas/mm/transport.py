"""NAS transport and status messages (TS 24.501 clauses 8.2.10, 8.2.11 and 8.2.29)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nfs.common.identities import Snssai
from nfs.protocols.nas.causes import MmCause
from nfs.protocols.nas.enums import RequestType
from nfs.protocols.nas.framing import OCTETS, mandatory, optional
from nfs.protocols.nas.ies.dnn import DNN
from nfs.protocols.nas.ies.primitives import MM_CAUSE, code, number
from nfs.protocols.nas.ies.slices import SNSSAI
from nfs.protocols.nas.ies.timers import TIMER_3
from nfs.protocols.nas.mm.base import HALF, LV_E, TLV, TV, TV_HALF, MmMessage, V


@dataclass(frozen=True)
class UlNasTransport(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x67
    NAME: ClassVar[str] = "UL NAS TRANSPORT"

    payload_container_type: int = mandatory(HALF, number())
    payload_container: bytes = mandatory(LV_E, OCTETS)
    pdu_session_id: int | None = optional(0x12, TV, number(), 1)
    old_pdu_session_id: int | None = optional(0x59, TV, number(), 1)
    request_type: RequestType | None = optional(
        0x80, TV_HALF, code(RequestType, RequestType.INITIAL_REQUEST)
    )
    """An unknown one is an initial request (table 9.11.3.47.1)."""
    s_nssai: Snssai | None = optional(0x22, TLV, SNSSAI)
    dnn: str | None = optional(0x25, TLV, DNN)
    additional_information: bytes | None = optional(0x24, TLV, OCTETS)
    ma_pdu_session_information: int | None = optional(0xA0, TV_HALF, number())
    release_assistance_indication: int | None = optional(0xF0, TV_HALF, number())


@dataclass(frozen=True)
class DlNasTransport(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x68
    NAME: ClassVar[str] = "DL NAS TRANSPORT"

    payload_container_type: int = mandatory(HALF, number())
    payload_container: bytes = mandatory(LV_E, OCTETS)
    pdu_session_id: int | None = optional(0x12, TV, number(), 1)
    additional_information: bytes | None = optional(0x24, TLV, OCTETS)
    cause: MmCause | None = optional(0x58, TV, MM_CAUSE, 1)
    back_off_timer_seconds: float | None = optional(0x37, TLV, TIMER_3)
    lower_bound_timer_seconds: float | None = optional(0x3A, TLV, TIMER_3)


@dataclass(frozen=True)
class MmStatus(MmMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x64
    NAME: ClassVar[str] = "5GMM STATUS"

    cause: MmCause = mandatory(V, MM_CAUSE, 1)
