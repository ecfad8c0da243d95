"""UE addresses of one DNN (TS 23.501 clause 5.8.2.2)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, Generic, TypeVar

from nfs.common.store import NEW, Conflict, Store
from nfs.protocols.nas import PduSessionType

LEASED = "addresses"
PREFIX_LENGTH = 64
"""Bits of the prefix that a session has for itself."""

A = TypeVar("A", IPv4Address, IPv6Network)


class PoolExhausted(Exception):
    """Every address of the DNN is in use."""


@dataclass(frozen=True, slots=True)
class UeAddress:
    """What a PDU session has of its DNN: an IPv4 address, an IPv6 prefix of 64 bits, or both.

    ``interface_id``: the 8 octets the UE makes its link-local address of (RFC 4862).
    """

    ipv4: IPv4Address | None = None
    ipv6_prefix: IPv6Network | None = None
    interface_id: bytes | None = None

    @property
    def pdu_session_type(self) -> PduSessionType:
        if self.ipv6_prefix is None:
            return PduSessionType.IPV4
        return PduSessionType.IPV4V6 if self.ipv4 else PduSessionType.IPV6

    def to_json(self) -> dict[str, str]:
        """As in the store; the attributes that there are."""
        texts = {
            "ipv4": str(self.ipv4 or ""),
            "ipv6Prefix": str(self.ipv6_prefix or ""),
            "interfaceId": (self.interface_id or b"").hex(),
        }
        return {name: text for name, text in texts.items() if text}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> UeAddress:
        return cls(
            IPv4Address(kept["ipv4"]) if "ipv4" in kept else None,
            IPv6Network(kept["ipv6Prefix"]) if "ipv6Prefix" in kept else None,
            bytes.fromhex(kept["interfaceId"]) if "interfaceId" in kept else None,
        )


class _Pool(Generic[A]):
    """Gives out each address once; one given back is the last to be given out again.

    What is given out is in the store, so that all instances of an SMF share one pool.
    """

    def __init__(self, numbers: range, make: Callable[[int], A], store: Store) -> None:
        self._usable = numbers
        self._make: Callable[[int], A] = make
        self._store = store
        self._never_used = iter(numbers)
        """Those that this instance has not tried yet."""
        self._free: list[A] = []
        self._taken: set[A] = self._leased()

    def allocate(self, holder: str) -> A:
        """``holder`` names the session, for whoever looks into the store."""
        for address in self._candidates():
            try:
                self._store.put(LEASED, str(address), {"session": holder}, expect=NEW)
            except Conflict:  # another instance gave it out
                continue
            return address
        raise PoolExhausted(f"{self._make(self._usable[0])} and the {len(self._usable)} after it")

    def release(self, address: A) -> None:
        self._store.delete(LEASED, str(address))
        self._taken.discard(address)
        self._free.append(address)

    def _candidates(self) -> Iterator[A]:
        for number in self._never_used:
            if (address := self._make(number)) not in self._taken:
                yield address
        while self._free:
            yield self._free.pop(0)
        leased = self._leased()
        usable = map(self._make, self._usable)
        self._free = [address for address in usable if address not in leased]
        while self._free:  # what other instances gave back
            yield self._free.pop(0)

    def _leased(self) -> set[A]:
        return {a for key, _ in self._store.scan(LEASED) if (a := self._read(key)) is not None}

    def _read(self, key: str) -> A | None:
        """The address that ``key`` of the store names, if it is of this pool."""
        raise NotImplementedError


class AddressPool(_Pool[IPv4Address]):
    """All IPv4 addresses of a network but its own, the gateway's and the broadcast address."""

    def __init__(self, network: IPv4Network, store: Store) -> None:
        self._network = network
        first, last = int(network.network_address), int(network.broadcast_address)
        super().__init__(range(first + 2, last), IPv4Address, store)

    def _read(self, key: str) -> IPv4Address | None:
        if ":" in key:
            return None
        address = IPv4Address(key)
        return address if address in self._network else None


class PrefixPool(_Pool[IPv6Network]):
    """All IPv6 prefixes of 64 bits of a network but the first, which is the gateway's."""

    def __init__(self, network: IPv6Network, store: Store) -> None:
        self._network = network
        first, last = int(network.network_address), int(network.broadcast_address)
        step = 1 << 128 - PREFIX_LENGTH
        super().__init__(range(first + step, last, step), _prefix, store)

    def _read(self, key: str) -> IPv6Network | None:
        if ":" not in key:
            return None
        prefix = IPv6Network(key)
        return prefix if prefix.subnet_of(self._network) else None


def _prefix(number: int) -> IPv6Network:
    return IPv6Network((IPv6Address(number), PREFIX_LENGTH))


class DnnAddresses:
    """What one DNN has to give: IPv4 addresses, IPv6 prefixes, or both."""

    def __init__(self, ipv4: AddressPool | None, ipv6: PrefixPool | None) -> None:
        self._ipv4 = ipv4
        self._ipv6 = ipv6

    @property
    def types(self) -> frozenset[PduSessionType]:
        """The PDU session types that there are addresses for."""
        found = {PduSessionType.IPV4} if self._ipv4 else set()
        if self._ipv6:
            found |= {PduSessionType.IPV6} | ({PduSessionType.IPV4V6} if self._ipv4 else set())
        return frozenset(found)

    def allocate(self, kind: PduSessionType, holder: str) -> UeAddress:
        """Raises PoolExhausted; then nothing is taken."""
        ipv4 = prefix = None
        if self._ipv4 is not None and kind is not PduSessionType.IPV6:
            ipv4 = self._ipv4.allocate(holder)
        if self._ipv6 is not None and kind is not PduSessionType.IPV4:
            try:
                prefix = self._ipv6.allocate(holder)
            except PoolExhausted:
                self.release(UeAddress(ipv4))
                raise
        return UeAddress(ipv4, prefix, secrets.token_bytes(8) if prefix else None)

    def release(self, address: UeAddress) -> None:
        if address.ipv4 is not None and self._ipv4 is not None:
            self._ipv4.release(address.ipv4)
        if address.ipv6_prefix is not None and self._ipv6 is not None:
            self._ipv6.release(address.ipv6_prefix)
