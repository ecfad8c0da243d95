"""The chain of next hops: a key for each gNB that the last one cannot know (TS 33.501 6.9.2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from nfs.protocols.crypto import kdf

NCC_VALUES = 8
"""The next hop chaining counter has 3 bits."""


@dataclass(slots=True)
class NextHopChain:
    """The latest NH of 32 octets and its chaining counter, under one KAMF."""

    k_amf: bytes
    nh: bytes
    ncc: int

    @classmethod
    def initial(cls, k_amf: bytes, k_gnb: bytes) -> Self:
        """KgNB counts as the NH of counter 0, so the first NH has counter 1."""
        return cls(k_amf, kdf.nh(k_amf, k_gnb), 1)

    def advance(self) -> tuple[int, bytes]:
        """A fresh pair of NCC and NH, for the gNB that the UE goes to (6.9.2.3.2, 6.9.2.3.3)."""
        self.nh = kdf.nh(self.k_amf, self.nh)
        self.ncc = (self.ncc + 1) % NCC_VALUES
        return self.ncc, self.nh
