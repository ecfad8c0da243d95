"""PFCP at a UPF that has an association and a session."""

from __future__ import annotations

import json
from pathlib import Path

from nfs.protocols.pfcp import (
    AssociationSetupRequest,
    NodeId,
    Packet,
    PfcpError,
    SessionEstablishmentRequest,
    SessionEstablishmentResponse,
    decode,
    encode,
)
from nfs.upf.n4 import N4
from nfs.upf.session import SessionTable
from nfs.upf.user_plane import UserPlane

MESSAGES = Path(__file__).parents[2] / "data" / "pfcp" / "messages.json"
_SMF = "127.0.0.4", 8805
_SESSIONS = 8


def seeds() -> list[bytes]:
    return [bytes.fromhex(entry["hex"]) for entry in json.loads(MESSAGES.read_text("utf-8"))]


class _Upf:
    """``session``: the SEID that octets for a session are turned to."""

    def __init__(self) -> None:
        self.n4 = N4(
            UserPlane(SessionTable("127.0.0.7"), 4, mtu=1400), lambda _: None, None, _SESSIONS
        )
        setup = AssociationSetupRequest(node_id=NodeId(_SMF[0]), recovery_time_stamp=1)
        self.n4.entity.receive(encode(Packet(setup, 1)), _SMF)
        self.session = self._establish()

    def _establish(self) -> int:
        for octets in seeds():
            packet = decode(octets)
            if isinstance(packet.message, SessionEstablishmentRequest) and len(octets) > 500:
                answer, _ = self.n4._receive(packet, _SMF) or (None, 0)
                assert isinstance(answer, SessionEstablishmentResponse)
                assert answer.up_f_seid is not None
                return answer.up_f_seid.seid
        raise AssertionError("no seed establishes a session")


_upf = _Upf()


def one(octets: bytes) -> None:
    """Anew when the session is gone: a request may have deleted it."""
    global _upf  # noqa: PLW0603
    if _upf.n4.sessions.by_seid(_upf.session) is None or len(_upf.n4.sessions) >= _SESSIONS:
        _upf = _Upf()
    if octets[:1] == b"\x21" and len(octets) >= 16:
        octets = octets[:4] + _upf.session.to_bytes(8) + octets[12:]
    _upf.n4.entity.receive(octets, _SMF)
    assert len(_upf.n4.sessions) <= _SESSIONS
    try:
        packet = decode(octets)
    except PfcpError:
        return
    assert decode(encode(packet)) == packet
