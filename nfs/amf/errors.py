"""Why a procedure of the AMF ends early."""

from __future__ import annotations

from nfs.protocols.nas import MmCause, RejectedSnssai


class ProcedureEnded(Exception):
    """The procedure cannot go on; nothing more is owed to the UE."""


class TimerExpired(ProcedureEnded):
    """The UE did not answer, and all retransmissions are used up."""


class Superseded(ProcedureEnded):
    """The UE has begun another procedure, which comes first (TS 24.501 clause 5.4.1.3.7)."""


class ConnectionLost(ProcedureEnded):
    """The N2 connection of this UE is gone."""


class NotAuthenticated(ProcedureEnded):
    """The UE did not prove who it is and has been told so with AUTHENTICATION REJECT."""


class Rejected(Exception):
    """The network refuses; the procedure's reject message carries ``cause``.

    ``why`` says what was wrong and ``remedy`` what to do, for the log and for `agentnf ue say`;
    with #62 the UE is told of ``rejected_nssai``.
    """

    def __init__(
        self,
        cause: MmCause,
        why: str,
        remedy: str,
        rejected_nssai: tuple[RejectedSnssai, ...] | None = None,
    ) -> None:
        super().__init__(f"{cause.name} (#{cause.value}): {why}")
        self.cause = cause
        self.why = why
        self.remedy = remedy
        self.rejected_nssai = rejected_nssai
