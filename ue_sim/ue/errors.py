"""How a procedure of the UE can fail."""

from __future__ import annotations


class ProcedureRejected(Exception):
    """The network refused with ``cause``; ``explanation`` says more, for people."""

    def __init__(self, procedure: str, cause: str, explanation: str = "") -> None:
        super().__init__(f"{procedure}: {cause}" + (f" ({explanation})" if explanation else ""))
        self.procedure = procedure
        self.cause = cause
        self.explanation = explanation


class BackOff(ProcedureRejected):
    """The network is congested: not before T3346 has run for ``seconds`` (TS 24.501 5.3.9)."""

    def __init__(self, procedure: str, seconds: float) -> None:
        super().__init__(procedure, "CONGESTION", f"again in {seconds:.0f} s, says the network")
        self.seconds = seconds


class AgentsNotSupported(ProcedureRejected):
    """The network does not know agent containers; ``how`` says what it did with one."""

    def __init__(self, procedure: str, how: str) -> None:
        explanation = f"the network seems not to support agents: {how}"
        super().__init__(procedure, "AGENT_FEATURE_NOT_SUPPORTED", explanation)


class NoAnswer(ProcedureRejected):
    """The network did not answer in time, or released the connection."""
