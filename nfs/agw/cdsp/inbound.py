"""What one peer says: which messages count, and until when (G4, G10)."""

from __future__ import annotations

from nfs.common.models.agw_sync import PeerState, SyncUpdate
from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem


class Inbound(SbiModel):
    """State of a peer's session as the receiver keeps it. ``until``: end of its hold time, Unix
    seconds."""

    session: int = -1
    sequence: int = -1
    complete: bool = False
    until: float = 0.0

    def state(self, now: float) -> PeerState:
        if self.session < 0:
            return PeerState.DOWN
        if self.until < now:
            return PeerState.STALE
        return PeerState.IN_SYNC if self.complete else PeerState.SYNCING

    def is_repeated(self, update: SyncUpdate) -> bool:
        """Its acknowledgement was lost; to do it again has no effect."""
        return (update.session, update.sequence) == (self.session, self.sequence)

    def after(self, update: SyncUpdate, now: float) -> Inbound:
        """The state with ``update`` taken. Raises SbiProblem 409 RESYNC_REQUIRED: the session is
        not known, an older one, or there is a gap in it."""
        begins = update.sequence == 0 and update.session > self.session
        goes_on = (
            update.session == self.session
            and update.sequence in (self.sequence, self.sequence + 1)
            and self.until >= now
        )
        if not begins and not goes_on:
            detail = "the update does not follow what is here: begin a new session"
            raise SbiProblem(409, "RESYNC_REQUIRED", detail)
        return Inbound(
            session=update.session,
            sequence=update.sequence,
            complete=update.complete or (goes_on and self.complete),
            until=now + update.hold_seconds,
        )
