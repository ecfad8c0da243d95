"""UE addresses of one DNN, given out by several instances of the SMF."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.common.store import SqliteStore
from nfs.smf.address_pool import AddressPool, PoolExhausted

NETWORK = IPv4Network("10.45.0.0/29")
USABLE = {f"10.45.0.{host}" for host in range(2, 7)}


def test_all_usable_addresses_are_given_out_once() -> None:
    pool = AddressPool(NETWORK, SqliteStore(None))
    assert {str(pool.allocate("s")) for _ in USABLE} == USABLE
    with pytest.raises(PoolExhausted):
        pool.allocate("s")


def test_an_address_given_back_is_the_last_to_be_given_out_again() -> None:
    pool = AddressPool(NETWORK, SqliteStore(None))
    first = pool.allocate("s")
    pool.release(first)
    others = [pool.allocate("s") for _ in range(len(USABLE) - 1)]
    assert first not in others
    assert pool.allocate("s") == first


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=60))
def test_instances_share_a_pool(steps: list[tuple[int, bool]]) -> None:
    store = SqliteStore(None)
    pools = [AddressPool(NETWORK, store) for _ in range(3)]
    held: list[object] = []
    for which, gives_back in steps:
        if gives_back and held:
            pools[which].release(held.pop(0))  # type: ignore[arg-type]
        elif len(held) < len(USABLE):
            address = pools[which].allocate("s")
            assert address not in held
            held.append(address)
    while len(held) < len(USABLE):
        held.append(pools[0].allocate("s"))
    assert {str(address) for address in held} == USABLE
