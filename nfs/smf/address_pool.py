"""UE addresses of one DNN (TS 23.501 clause 5.8.2.2)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network


class PoolExhausted(Exception):
    """Every address of the DNN is in use."""


class AddressPool:
    """Gives out each address once; one given back is the last to be given out again."""

    def __init__(self, network: IPv4Network) -> None:
        self._network = network
        self._next = 2  # the first address is the gateway's
        self._free: list[IPv4Address] = []
        self._taken: set[IPv4Address] = set()

    def allocate(self) -> IPv4Address:
        while self._next < self._network.num_addresses - 1:
            self._next += 1
            address = self._network.network_address + (self._next - 1)
            if address not in self._taken:
                return address
        if not self._free:
            raise PoolExhausted(str(self._network))
        return self._free.pop(0)

    def take(self, address: IPv4Address) -> None:
        """The address is in use since before a restart."""
        self._taken.add(address)

    def release(self, address: IPv4Address) -> None:
        self._taken.discard(address)
        self._free.append(address)
