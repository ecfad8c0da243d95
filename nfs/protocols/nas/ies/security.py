"""Security capability and algorithms (TS 24.501 clauses 9.11.3.34 and 9.11.3.54)."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.protocols.nas.algorithms import CipheringAlgorithm, IntegrityAlgorithm
from nfs.protocols.nas.framing import Codec
from nfs.protocols.nas.ies.primitives import need

IMEISV_REQUESTED = 1
RETRANSMIT_INITIAL_MESSAGE = 2
"""RINMR of the additional 5G security information (9.11.3.12)."""
HORIZONTAL_DERIVATION = 1
"""HDP of the additional 5G security information: KAMF is derived from the former one."""


@dataclass(frozen=True, slots=True)
class UeSecurityCapability:
    """9.11.3.54: one octet each of 5G-EA, 5G-IA and, if there, EEA and EIA; bit 8 is number 0."""

    octets: bytes

    @classmethod
    def of(cls, nea: tuple[int, ...], nia: tuple[int, ...]) -> UeSecurityCapability:
        """Of the numbers of the algorithms."""
        masks = [sum(0x80 >> a for a in nea), sum(0x80 >> a for a in nia)]
        return cls(bytes(masks))

    @property
    def nea(self) -> frozenset[CipheringAlgorithm]:
        return frozenset(a for a in CipheringAlgorithm if self.octets[0] & 0x80 >> a)

    @property
    def nia(self) -> frozenset[IntegrityAlgorithm]:
        return frozenset(a for a in IntegrityAlgorithm if self.octets[1] & 0x80 >> a)

    @property
    def includes_null_algorithms(self) -> bool:
        return bool(self.octets[0] & self.octets[1] & 0x80)


@dataclass(frozen=True, slots=True)
class SelectedAlgorithms:
    """9.11.3.34: ciphering in the high half-octet, integrity in the low."""

    ciphering: CipheringAlgorithm
    integrity: IntegrityAlgorithm


SECURITY_CAPABILITY = Codec(lambda o: UeSecurityCapability(need(o, 2)), lambda v: v.octets)
ALGORITHMS = Codec(
    lambda o: SelectedAlgorithms(CipheringAlgorithm(o[0] >> 4), IntegrityAlgorithm(o[0] & 15)),
    lambda v: bytes((v.ciphering << 4 | v.integrity,)),
)
