"""States of 5GMM in the UE (TS 24.501 clause 5.1.3.2.1) and what leads from one to another."""

from __future__ import annotations

from enum import StrEnum

import structlog

log = structlog.get_logger("ue")


class MmState(StrEnum):
    DEREGISTERED = "5GMM-DEREGISTERED"
    REGISTERED_INITIATED = "5GMM-REGISTERED-INITIATED"
    REGISTERED = "5GMM-REGISTERED"
    SERVICE_REQUEST_INITIATED = "5GMM-SERVICE-REQUEST-INITIATED"
    DEREGISTERED_INITIATED = "5GMM-DEREGISTERED-INITIATED"


class MmEvent(StrEnum):
    REGISTRATION_REQUESTED = "registration requested"
    REGISTRATION_ACCEPTED = "registration accepted"
    REGISTRATION_REJECTED = "registration rejected"
    REGISTRATION_FAILED = "registration failed"
    SERVICE_REQUESTED = "service requested"
    SERVICE_ACCEPTED = "service accepted"
    SERVICE_FAILED = "service rejected or failed"
    DEREGISTRATION_REQUESTED = "deregistration requested"
    DEREGISTERED = "deregistered"


_S, _E = MmState, MmEvent

TRANSITIONS: dict[tuple[MmState, MmEvent], MmState] = {
    (_S.DEREGISTERED, _E.REGISTRATION_REQUESTED): _S.REGISTERED_INITIATED,
    (_S.REGISTERED, _E.REGISTRATION_REQUESTED): _S.REGISTERED_INITIATED,
    (_S.REGISTERED_INITIATED, _E.REGISTRATION_ACCEPTED): _S.REGISTERED,
    (_S.REGISTERED_INITIATED, _E.REGISTRATION_REJECTED): _S.DEREGISTERED,
    (_S.REGISTERED, _E.SERVICE_REQUESTED): _S.SERVICE_REQUEST_INITIATED,
    (_S.SERVICE_REQUEST_INITIATED, _E.SERVICE_ACCEPTED): _S.REGISTERED,
    (_S.SERVICE_REQUEST_INITIATED, _E.SERVICE_FAILED): _S.REGISTERED,
    (_S.REGISTERED, _E.DEREGISTRATION_REQUESTED): _S.DEREGISTERED_INITIATED,
    (_S.REGISTERED_INITIATED, _E.DEREGISTRATION_REQUESTED): _S.DEREGISTERED_INITIATED,
    **{(state, _E.DEREGISTERED): _S.DEREGISTERED for state in MmState},
}


class MmStateMachine:
    """``registered_before`` decides where a registration that fails leads: an update that nobody
    answers leaves the UE registered (clause 5.5.1.3.7)."""

    def __init__(self) -> None:
        self.state = MmState.DEREGISTERED
        self._before = MmState.DEREGISTERED

    def happens(self, event: MmEvent) -> None:
        """Raises RuntimeError for what the table does not have."""
        if event is MmEvent.REGISTRATION_FAILED and self.state is MmState.REGISTERED_INITIATED:
            target = self._before
        elif (self.state, event) in TRANSITIONS:
            target = TRANSITIONS[self.state, event]
        else:
            raise RuntimeError(f"{event} in state {self.state}")
        if event is MmEvent.REGISTRATION_REQUESTED:
            self._before = self.state
        log.debug("5GMM state", after=event, state=target)
        self.state = target
