"""UE addresses of one DNN (TS 23.501 clause 5.8.2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from nfs.common.store import NEW, Conflict, Store

LEASED = "addresses"


class PoolExhausted(Exception):
    """Every address of the DNN is in use."""


class AddressPool:
    """Gives out each address once; one given back is the last to be given out again.

    What is given out is in the store, so that all instances of an SMF share one pool.
    """

    def __init__(self, network: IPv4Network, store: Store) -> None:
        self._network = network
        self._store = store
        self._never_used = network.num_addresses - 3
        """So many are left that this instance has not tried yet: all but network, gateway and
        broadcast at first."""
        self._free: list[IPv4Address] = []
        self._taken = self._leased()

    def allocate(self, holder: str) -> IPv4Address:
        """``holder`` names the session, for whoever looks into the store."""
        for address in self._candidates():
            try:
                self._store.put(LEASED, str(address), {"session": holder}, expect=NEW)
            except Conflict:  # another instance gave it out
                continue
            return address
        raise PoolExhausted(str(self._network))

    def release(self, address: IPv4Address) -> None:
        self._store.delete(LEASED, str(address))
        self._taken.discard(address)
        self._free.append(address)

    def _candidates(self) -> Iterator[IPv4Address]:
        while self._never_used > 0:
            address = self._network.broadcast_address - self._never_used
            self._never_used -= 1
            if address not in self._taken:
                yield address
        while self._free:
            yield self._free.pop(0)
        leased = self._leased()
        self._free = [address for address in self._usable() if address not in leased]
        while self._free:  # what other instances gave back
            yield self._free.pop(0)

    def _usable(self) -> Iterator[IPv4Address]:
        return (self._network[i] for i in range(2, self._network.num_addresses - 1))

    def _leased(self) -> set[IPv4Address]:
        keys = (IPv4Address(key) for key, _ in self._store.scan(LEASED))
        return {address for address in keys if address in self._network}
