"""PFCP sessions at the UPF, and how packets find them."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network

from nfs.protocols.pfcp import Cause, CreateSrr, FSeid, FTeid, UsageReport, UsageReportTrigger
from nfs.upf.rules import Far, Pdr, Qer
from nfs.upf.token_bucket import TokenBucket
from nfs.upf.usage import Urr

MAX_RULES = 256
"""Of one kind in a session."""
_PREFIX = 64


class RuleError(Exception):
    """A request that cannot be carried out; ``cause`` goes into the response."""

    def __init__(self, cause: Cause, reason: str, offending_ie: int | None = None) -> None:
        super().__init__(reason)
        self.cause = cause
        self.offending_ie = offending_ie


@dataclass(eq=False)
class Session:
    """``cp_node``: the node identity of the SMF that it belongs to."""

    up_seid: int
    cp_f_seid: FSeid
    cp_node: str
    dnn: str | None = None
    pdrs: dict[int, Pdr] = field(default_factory=dict)
    fars: dict[int, Far] = field(default_factory=dict)
    qers: dict[int, Qer] = field(default_factory=dict)
    urrs: dict[int, Urr] = field(default_factory=dict)
    srrs: dict[int, CreateSrr] = field(default_factory=dict)
    bars: dict[int, int | None] = field(default_factory=dict)
    """How many packets each BAR suggests to buffer."""
    shared_buckets: dict[int, tuple[TokenBucket, TokenBucket]] = field(default_factory=dict)
    chosen: dict[int, FTeid] = field(default_factory=dict)
    """F-TEIDs by CHOOSE ID."""
    teids: set[int] = field(default_factory=set)
    addresses: set[IPv4Address | IPv6Network] = field(default_factory=set)
    buffered: deque[tuple[int, bytes]] = field(default_factory=deque)
    """PDR identities and packets that wait for the UE."""
    notified_at: float | None = None
    """When the SMF was last told of downlink data."""
    in_order: list[Pdr] = field(default_factory=list)
    """PDRs by precedence, the first to be looked at first."""

    def sort(self) -> None:
        self.in_order = sorted(self.pdrs.values(), key=lambda pdr: pdr.rule.precedence)

    def far(self, pdr: Pdr) -> Far | None:
        return None if pdr.rule.far_id is None else self.fars.get(pdr.rule.far_id)

    def uplink_marking(self, qfi: int) -> int:
        """Traffic class of the packets of a QoS flow."""
        fars = (self.far(pdr) for pdr in self.in_order if pdr.uplink and qfi in pdr.rule.pdi.qfis)
        return next((far.tos for far in fars if far is not None), 0)

    def final_reports(self, now: float) -> tuple[UsageReport, ...]:
        return tuple(urr.report(UsageReportTrigger.TERMR, now) for urr in self.urrs.values())


class SessionTable:
    """``address``: of the UPF's end of its tunnels."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._by_seid: dict[int, Session] = {}
        self._by_teid: dict[int, Session] = {}
        self._by_ipv4: dict[IPv4Address, Session] = {}
        self._by_prefix: dict[int, Session] = {}
        self.monitored: set[Session] = set()
        """Those with session reporting rules."""

    def __len__(self) -> int:
        return len(self._by_seid)

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._by_seid.values()))

    def new_seid(self) -> int:
        while (seid := secrets.randbits(63) | 1) in self._by_seid:
            pass
        return seid

    def new_teid(self) -> FTeid:
        while (teid := secrets.randbits(32)) in self._by_teid or not teid:
            pass
        return FTeid(teid, self.address)

    def add(self, session: Session) -> None:
        self._by_seid[session.up_seid] = session

    def by_seid(self, seid: int) -> Session | None:
        return self._by_seid.get(seid)

    def by_teid(self, teid: int) -> Session | None:
        return self._by_teid.get(teid)

    def by_address(self, address: IPv4Address | IPv6Address) -> Session | None:
        if isinstance(address, IPv4Address):
            return self._by_ipv4.get(address)
        return self._by_prefix.get(int(address) >> _PREFIX)

    def by_remote(self, address: str, teid: int) -> Session | None:
        """The session that sends downlink packets to a gNB's tunnel end point."""
        for session in self._by_seid.values():
            for far in session.fars.values():
                outer = far.outer_header
                if outer and outer.teid == teid and address in (outer.ipv4, outer.ipv6):
                    return session
        return None

    def index(self, session: Session) -> None:
        """After its PDRs changed; raises RuleError for what is another session's."""
        teids = {pdr.teid for pdr in session.pdrs.values() if pdr.teid is not None}
        addresses = {a for pdr in session.pdrs.values() for a in pdr.addresses}
        for teid in teids:
            if self._by_teid.get(teid, session) is not session:
                reason = f"TEID {teid:#x} is another session's"
                raise RuleError(Cause.INVALID_F_TEID_ALLOCATION_OPTION, reason)
        self._unindex(session)
        session.teids, session.addresses = teids, addresses
        for teid in teids:
            self._by_teid[teid] = session
        for address in addresses:
            if isinstance(address, IPv4Address):
                self._by_ipv4[address] = session
            else:
                self._by_prefix[int(address.network_address) >> _PREFIX] = session
        session.sort()
        (self.monitored.add if session.srrs else self.monitored.discard)(session)

    def _unindex(self, session: Session) -> None:
        """An address that a later session has got by now stays its."""
        for teid in session.teids:
            self._by_teid.pop(teid, None)
        for address in session.addresses:
            if isinstance(address, IPv4Address):
                if self._by_ipv4.get(address) is session:
                    del self._by_ipv4[address]
            else:
                prefix = int(address.network_address) >> _PREFIX
                if self._by_prefix.get(prefix) is session:
                    del self._by_prefix[prefix]

    def remove(self, session: Session) -> None:
        self._unindex(session)
        self.monitored.discard(session)
        self._by_seid.pop(session.up_seid, None)
