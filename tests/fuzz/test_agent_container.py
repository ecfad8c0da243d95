"""No octets do more to the agent container's codec than be refused with a cause."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targets.agent_container import one, seeds

from nfs.protocols.agent.messages import MESSAGES

TYPES = st.sampled_from([kind.MESSAGE_TYPE for kind in MESSAGES])
SEEDS = seeds()


@given(st.binary(max_size=300))
def test_any_octets(octets: bytes) -> None:
    one(octets)


@st.composite
def containers(draw: st.DrawFn) -> bytes:
    """A right header, then elements whose lengths mostly fit."""
    octets = bytes((1, draw(TYPES), draw(st.integers(0, 255))))
    for _ in range(draw(st.integers(0, 8))):
        value = draw(st.binary(max_size=12))
        length = draw(st.just(len(value)) | st.integers(0, 0xFFFF))
        octets += bytes((draw(st.integers(0, 0x1F) | st.integers(0, 255)),))
        octets += length.to_bytes(2) + value
    return octets


@given(containers())
@settings(max_examples=500)
def test_any_elements(octets: bytes) -> None:
    one(octets)


@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=4),
    end=st.integers(0, 200),
)
@settings(max_examples=500)
def test_changed_messages(seed: bytes, changes: list[tuple[int, int]], end: int) -> None:
    octets = bytearray(seed)
    for position, value in changes:
        octets[position % len(octets)] = value
    one(bytes(octets[: end or None]))


@pytest.mark.parametrize("iei", [0x01, 0x80, 0xFF])
def test_as_many_elements_as_fit(iei: int) -> None:
    one(bytes((1, 0x55, 1)) + bytes((iei, 0, 0)) * 21_844)
