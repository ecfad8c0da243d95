"""Learnt weights in little memory: a feature's numbers as octets, equal ones kept once."""

from __future__ import annotations

import struct
from collections.abc import Sequence

PAIR = struct.Struct("<hh")
"""A class's number and its weight."""

_kept: dict[bytes, bytes] = {}


def packed(flat: Sequence[int]) -> bytes:
    """Numbers of classes, each followed by its weight, to be read with ``PAIR.iter_unpack``."""
    octets = struct.pack(f"<{len(flat)}h", *flat)
    return _kept.setdefault(octets, octets)
