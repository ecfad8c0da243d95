"""Allocation of AICs (requirements E1, E9): unique over instances, gateways and restarts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nfs.agw.arp.allocation import LARGEST_BLOCK, AicAllocator
from nfs.common.aic import Aic, verified
from nfs.common.store import SqliteStore

SALT = bytes.fromhex("6a7f21c4")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "agw.sqlite"


@pytest.fixture
def stores(path: Path) -> Iterator[tuple[SqliteStore, SqliteStore]]:
    first, second = SqliteStore(path), SqliteStore(path)
    yield first, second
    first.close()
    second.close()


def test_serials_follow_each_other(stores: tuple[SqliteStore, SqliteStore]) -> None:
    allocator = AicAllocator(stores[0], "1", SALT)
    codes = [allocator.allocate("UE", "1") for _ in range(2 * LARGEST_BLOCK)]
    serials = [int(verified(code, SALT).instance, 36) for code in codes]
    assert serials == list(range(1, 2 * LARGEST_BLOCK + 1))


def test_instances_of_a_gateway_share_no_serial(stores: tuple[SqliteStore, SqliteStore]) -> None:
    """E9."""
    allocators = [AicAllocator(store, "1", SALT) for store in stores]
    codes = [allocators[n % 2].allocate("UE", "1") for n in range(5000)]
    assert len(set(codes)) == 5000


def test_gateways_share_no_code(stores: tuple[SqliteStore, SqliteStore]) -> None:
    """E9: level 6 is the gateway's."""
    first, second = (AicAllocator(stores[0], registrar, SALT) for registrar in ("1", "2"))
    codes = {allocator.allocate("UE", "1") for allocator in (first, second) for _ in range(100)}
    assert len(codes) == 200


def test_a_reserved_serial_is_not_used_after_a_restart(
    stores: tuple[SqliteStore, SqliteStore],
) -> None:
    used = {AicAllocator(stores[0], "1", SALT).allocate("UE", "1") for _ in range(50)}
    allocator = AicAllocator(stores[0], "1", SALT)
    used |= {allocator.allocate("UE", "1") for _ in range(50)}
    after = AicAllocator(stores[1], "1", SALT).allocate("UE", "1")
    assert len(used) == 100
    assert after not in used
    assert int(Aic.parse(after).instance, 36) <= 2 * 100 + 1


def test_templates_have_serials_of_their_own(stores: tuple[SqliteStore, SqliteStore]) -> None:
    allocator = AicAllocator(stores[0], "1", SALT)
    for vendor, template in (("UE", "1"), ("UE", "2"), ("CORE", "1")):
        assert Aic.parse(allocator.allocate(vendor, template)).instance == "1"


def test_an_ontology_has_the_serial_zero(stores: tuple[SqliteStore, SqliteStore]) -> None:
    """C7, E4."""
    allocator = AicAllocator(stores[0], "1", SALT)
    assert verified(allocator.ontology("UE", "1"), SALT).ontology
