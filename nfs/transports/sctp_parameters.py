"""Parameters of SCTP, and how the kernel takes them (RFC 6458 clause 8)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

_IPPROTO_SCTP = 132
_RTOINFO, _ASSOCINFO, _PEER_ADDR_PARAMS = 0, 1, 9
_HB_ENABLE, _HB_DISABLE = 1, 2
_ADDRESS = 128
"""Octets of struct sockaddr_storage; all zero it means every address."""


@dataclass(frozen=True, slots=True)
class SctpParameters:
    """None: as the kernel has it. Times in milliseconds."""

    streams: int = 8
    """Both ways; NGAP has one for the interface and the others for UEs (TS 38.412 clause 7)."""
    init_attempts: int | None = None
    init_timeout: int | None = None
    """The longest pause between two INITs."""
    heartbeat: int | None = None
    """Interval; 0 does without."""
    path_retransmissions: int | None = None
    """Until one address counts as unreachable, and another one is used."""
    association_retransmissions: int | None = None
    """Until the association counts as lost."""
    rto_initial: int | None = None
    rto_min: int | None = None
    rto_max: int | None = None

    def apply(self, sock: Any) -> None:
        """To a socket without an association yet; raises OSError for what the kernel refuses."""
        initial = sock.initparams
        initial.autoflush = False
        initial.num_ostreams = initial.max_instreams = self.streams
        initial.max_attempts = self.init_attempts or initial.max_attempts
        initial.max_init_timeo = self.init_timeout or initial.max_init_timeo
        initial.flush()
        rto = self.rto_initial or 0, self.rto_max or 0, self.rto_min or 0  # 0: as it is
        sock.setsockopt(_IPPROTO_SCTP, _RTOINFO, struct.pack("=iIII", 0, *rto))
        if self.association_retransmissions is not None:
            association = struct.pack("=iHHIII", 0, self.association_retransmissions, 0, 0, 0, 0)
            sock.setsockopt(_IPPROTO_SCTP, _ASSOCINFO, association)
        if self.heartbeat is not None or self.path_retransmissions is not None:
            sock.setsockopt(_IPPROTO_SCTP, _PEER_ADDR_PARAMS, self._path())

    def _path(self) -> bytes:
        """struct sctp_paddrparams, which is packed."""
        flags = 0
        if self.heartbeat is not None:
            flags = _HB_ENABLE if self.heartbeat else _HB_DISABLE
        values = self.heartbeat or 0, self.path_retransmissions or 0, 0, 0, flags
        return struct.pack(f"=i{_ADDRESS}sIHIII2x", 0, b"", *values)
