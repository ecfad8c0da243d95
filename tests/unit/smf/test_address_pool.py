"""UE addresses of one DNN, given out by several instances of the SMF."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.common.store import SqliteStore
from nfs.protocols.nas import PduSessionType
from nfs.smf.address_pool import (
    AddressPool,
    DnnAddresses,
    PoolExhausted,
    PrefixPool,
    UeAddress,
)

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


def test_each_session_has_a_prefix_of_its_own() -> None:
    pool = PrefixPool(IPv6Network("2001:db8::/62"), SqliteStore(None))
    prefixes = {str(pool.allocate("s")) for _ in range(3)}
    assert prefixes == {"2001:db8:0:1::/64", "2001:db8:0:2::/64", "2001:db8:0:3::/64"}
    with pytest.raises(PoolExhausted):
        pool.allocate("s")
    pool.release(IPv6Network("2001:db8:0:2::/64"))
    assert str(pool.allocate("s")) == "2001:db8:0:2::/64"


def test_what_is_left_of_a_pair_goes_back_when_the_other_is_not_to_be_had() -> None:
    store = SqliteStore(None)
    ipv4 = AddressPool(IPv4Network("10.45.0.0/30"), store)
    dnn = DnnAddresses(ipv4, PrefixPool(IPv6Network("2001:db8::/63"), store))
    assert dnn.types == {PduSessionType.IPV4, PduSessionType.IPV6, PduSessionType.IPV4V6}
    first = dnn.allocate(PduSessionType.IPV6, "s")
    assert (first.ipv4, str(first.ipv6_prefix)) == (None, "2001:db8:0:1::/64")
    with pytest.raises(PoolExhausted):
        dnn.allocate(PduSessionType.IPV4V6, "s")
    dnn.release(first)
    both = dnn.allocate(PduSessionType.IPV4V6, "s")
    assert both.pdu_session_type is PduSessionType.IPV4V6
    assert UeAddress.from_json(both.to_json()) == both
