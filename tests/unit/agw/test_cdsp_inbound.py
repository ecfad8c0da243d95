"""Which updates of a peer count (G4, G10)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.agw.cdsp.inbound import Inbound
from nfs.common.models.agw_sync import PeerState, SyncUpdate
from nfs.common.sbi.problem import SbiProblem


def update(session: int, sequence: int, *, complete: bool = True) -> SyncUpdate:
    return SyncUpdate(
        sender="a",
        receiver="b",
        session=session,
        sequence=sequence,
        complete=complete,
        hold_seconds=10,
        issued_at=0,
    )


def test_states() -> None:
    peer = Inbound()
    assert peer.state(0) is PeerState.DOWN
    peer = peer.after(update(1, 0, complete=False), now=0)
    assert peer.state(1) is PeerState.SYNCING
    peer = peer.after(update(1, 1), now=2)
    assert peer.state(3) is PeerState.IN_SYNC
    assert peer.state(12.5) is PeerState.STALE


@pytest.mark.parametrize(
    "wrong",
    [update(1, 3), update(1, 0), update(0, 0), update(2, 1), update(0, 2)],
    ids=["gap", "older", "former session", "session without beginning", "former and older"],
)
def test_what_does_not_follow_begins_anew(wrong: SyncUpdate) -> None:
    peer = Inbound().after(update(1, 0), now=0).after(update(1, 1), now=0)
    with pytest.raises(SbiProblem) as caught:
        peer.after(wrong, now=0)
    assert (caught.value.status, caught.value.cause) == (409, "RESYNC_REQUIRED")


def test_what_is_said_again_changes_nothing() -> None:
    peer = Inbound().after(update(1, 0), now=0)
    assert peer.is_repeated(update(1, 0))
    assert peer.after(update(1, 0), now=0) == peer


def test_after_silence_a_session_does_not_go_on() -> None:
    peer = Inbound().after(update(1, 0), now=0)
    with pytest.raises(SbiProblem):
        peer.after(update(1, 1), now=11)
    assert peer.after(update(2, 0), now=11).state(11) is PeerState.IN_SYNC


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=40))
def test_whatever_comes_in_whatever_order_nothing_goes_back(steps: list[tuple[int, int]]) -> None:
    peer = Inbound()
    for session, sequence in steps:
        try:
            after = peer.after(update(session, sequence), now=0)
        except SbiProblem:
            continue
        assert (after.session, after.sequence) >= (peer.session, peer.sequence)
        peer = after
