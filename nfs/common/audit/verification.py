"""Checks an audit trail: each record's signature, and that none was left out or put in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from nfs.common.audit.record import FIRST, NOTHING_BEFORE, digest, signed_octets
from nfs.common.signing import ALGORITHM, verifies


@dataclass(frozen=True, slots=True)
class Fault:
    """The first record that is not as it was written, and what is wrong with it."""

    sequence: int
    reason: str


class ChainVerifier:
    """Takes the records of a trail in order, as JSON objects from anywhere.

    ``sequence`` and ``hash`` are of the last one that was good. Who keeps them notices later, too,
    when the end of a trail was cut off; the chain alone cannot tell.
    """

    def __init__(self, keys: Mapping[str, ec.EllipticCurvePublicKey]) -> None:
        self._keys = keys
        self.sequence = FIRST - 1
        self.hash = NOTHING_BEFORE

    def check(self, record: object) -> Fault | None:
        """None when the record is the next one of the chain."""
        expected = self.sequence + 1
        try:
            reason, hashed = self._examined(record, expected)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return Fault(expected, f"not a record: {error!r}"[:200])
        if reason is not None:
            return Fault(expected, reason)
        self.sequence, self.hash = expected, hashed
        return None

    def _examined(self, record: Any, expected: int) -> tuple[str | None, str]:
        integrity = record["integrity"]
        key = self._keys.get(integrity["kid"])
        if key is None:
            return "its key is not one of the NF's", ""
        if integrity["alg"] != ALGORITHM:
            return f"its algorithm is not {ALGORITHM}", ""
        octets = signed_octets(record)
        if not verifies(key, integrity["sig"], octets):
            return "its signature does not hold", ""
        if record["sequence"] != expected:
            return f"record {record['sequence']} stands in its place", ""
        if record["previousHash"] != self.hash:
            return "it does not follow the record before it", ""
        return None, digest(octets, integrity["sig"])
