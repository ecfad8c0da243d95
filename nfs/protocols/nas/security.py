"""NAS security: protected messages, NAS COUNTs, what goes unprotected (TS 24.501 clause 4.4)."""

from __future__ import annotations

import hmac
from enum import StrEnum
from typing import Any, Final, Self

from nfs.protocols.crypto import kdf
from nfs.protocols.crypto.nas_algorithms import Direction, cipher, mac
from nfs.protocols.nas import mm
from nfs.protocols.nas.algorithms import CipheringAlgorithm, IntegrityAlgorithm
from nfs.protocols.nas.codec import MM_DISCRIMINATOR
from nfs.protocols.nas.security_header import HEADER_LENGTH, SecurityHeaderType, header_type

BEARER_3GPP: Final = 1
"""NAS connection identifier of 3GPP access (TS 33.501 clause 6.4.2.2)."""
MAX_COUNT: Final = 0xFFFFFF
"""A NAS COUNT has 24 bits: overflow counter (16), sequence number (8)."""

RENEWAL_MARGIN: Final = 1 << 12
"""So many NAS COUNTs before the last one, new keys are due: enough for all that is under way."""

_SEQUENCE_NUMBERS: Final = 0x100


class Side(StrEnum):
    """Whose context it is: the UE sends uplink, the network downlink."""

    UE = "UE"
    NETWORK = "NETWORK"


class NasSecurityError(Exception):
    """Base of this module's errors; ``reason`` is for logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class IntegrityFailure(NasSecurityError):
    """The NAS-MAC is not that of the message, or there is none."""


class Replayed(NasSecurityError):
    """Genuine, but its NAS COUNT is below the next expected one (clause 4.4.3.2)."""


class CountExhausted(NasSecurityError):
    """The NAS COUNT would wrap around: the UE is to be authenticated anew (clause 4.4.3.1)."""


class UnprotectedNotAllowed(NasSecurityError):
    """Integrity protection was to be left out where it may not be."""


_STARTS_AS_SECURITY: Final = frozenset(
    {
        mm.RegistrationRequest.MESSAGE_TYPE,
        mm.ServiceRequest.MESSAGE_TYPE,
        mm.SecurityModeComplete.MESSAGE_TYPE,
    }
)
"""Uplink messages whose NAS COUNT goes into KgNB (TS 33.501 clauses 6.8.1.1.2.2, 6.8.1.2.2)."""


class NasSecurityContext:
    """A 5G NAS security context as one side keeps it, for 3GPP access.

    ``uplink_count`` and ``downlink_count`` are the NAS COUNTs of the next message in that
    direction: the sender's next one, the lowest that the receiver still accepts.
    """

    def __init__(
        self,
        *,
        ng_ksi: int,
        k_amf: bytes,
        integrity: IntegrityAlgorithm,
        ciphering: CipheringAlgorithm,
        side: Side,
        allow_null_integrity: bool = False,
    ) -> None:
        """Raises UnprotectedNotAllowed for NIA0 that is not allowed."""
        if integrity == IntegrityAlgorithm.NIA0 and not allow_null_integrity:
            raise UnprotectedNotAllowed("NIA0 is for unauthenticated emergency services only")
        self.ng_ksi = ng_ksi
        self.k_amf = k_amf
        self.integrity = integrity
        self.ciphering = ciphering
        self.side = side
        self.uplink_count = 0
        self.downlink_count = 0
        # The first uplink message under a new context is SECURITY MODE COMPLETE.
        self._k_gnb_count = 0
        self._k_nas_int = kdf.k_nas_int(k_amf, integrity)
        self._k_nas_enc = kdf.k_nas_enc(k_amf, ciphering)

    def protect(self, plain: bytes, header: SecurityHeaderType) -> bytes:
        """The protected message; uses up one NAS COUNT of the own direction.

        Raises CountExhausted, and UnprotectedNotAllowed for the header type PLAIN.
        """
        if header == SecurityHeaderType.PLAIN:
            raise UnprotectedNotAllowed("a plain message needs no security context")
        sending = Direction.UPLINK if self.side is Side.UE else Direction.DOWNLINK
        count = self._next(sending)
        _check_not_exhausted(count)
        payload = self._cipher(count, sending, plain) if header.ciphered else plain
        protected = bytes((count % _SEQUENCE_NUMBERS,)) + payload
        message = (
            bytes((MM_DISCRIMINATOR, header)) + self._mac(count, sending, protected) + protected
        )
        self._advance(sending, count, plain)
        return message

    def unprotect(self, octets: bytes) -> bytes:
        """The plain message, its integrity verified; nothing changes unless it is genuine and new.

        Raises UnprotectedNotAllowed, IntegrityFailure, Replayed or CountExhausted.
        """
        header = header_type(octets)
        if header in (None, SecurityHeaderType.PLAIN):
            raise UnprotectedNotAllowed("the message is not integrity protected")
        if len(octets) < HEADER_LENGTH:
            raise IntegrityFailure("the message is shorter than its security header")
        receiving = Direction.DOWNLINK if self.side is Side.UE else Direction.UPLINK
        count = self._verify(receiving, octets[2:6], octets[6:])
        payload = octets[HEADER_LENGTH:]
        plain = self._cipher(count, receiving, payload) if header.ciphered else payload
        self._advance(receiving, count, plain)
        return plain

    def cipher_container(self, complete: bytes) -> bytes:
        """The value of the NAS message container of the initial message that is sent next: the
        complete message, ciphered with that one's NAS COUNT (TS 24.501 clause 4.4.6)."""
        return self._cipher(self._next(Direction.UPLINK), Direction.UPLINK, complete)

    def decipher_container(self, value: bytes) -> bytes:
        """The complete message that came inside the initial message received last."""
        return self._cipher(self._next(Direction.UPLINK) - 1, Direction.UPLINK, value)

    @property
    def nearly_exhausted(self) -> bool:
        """Whether a NAS COUNT is close to wrapping around (clause 4.4.3.1)."""
        return max(self.uplink_count, self.downlink_count) > MAX_COUNT - RENEWAL_MARGIN

    def k_gnb(self) -> bytes:
        """KgNB, 32 octets (TS 33.501 annex A.9).

        Its uplink NAS COUNT is that of the latest SECURITY MODE COMPLETE, or of the registration
        or service request that came after it: both sides know it whatever else was sent since.
        """
        return kdf.k_gnb(self.k_amf, self._k_gnb_count)

    def to_json(self) -> dict[str, Any]:
        """Everything, the key included, for a store."""
        return {
            "ngKsi": self.ng_ksi,
            "kAmf": self.k_amf.hex(),
            "integrity": self.integrity.name,
            "ciphering": self.ciphering.name,
            "side": self.side.value,
            "uplinkCount": self.uplink_count,
            "downlinkCount": self.downlink_count,
            "kGnbCount": self._k_gnb_count,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        context = cls(
            ng_ksi=stored["ngKsi"],
            k_amf=bytes.fromhex(stored["kAmf"]),
            integrity=IntegrityAlgorithm[stored["integrity"]],
            ciphering=CipheringAlgorithm[stored["ciphering"]],
            side=Side(stored["side"]),
            allow_null_integrity=True,  # it was allowed when the context was made
        )
        context.uplink_count = stored["uplinkCount"]
        context.downlink_count = stored["downlinkCount"]
        context._k_gnb_count = stored["kGnbCount"]
        return context

    def _next(self, direction: Direction) -> int:
        return self.uplink_count if direction is Direction.UPLINK else self.downlink_count

    def _advance(self, direction: Direction, count: int, plain: bytes) -> None:
        if direction is Direction.DOWNLINK:
            self.downlink_count = count + 1
            return
        self.uplink_count = count + 1
        if _message_type(plain) in _STARTS_AS_SECURITY:
            self._k_gnb_count = count

    def _verify(self, direction: Direction, received_mac: bytes, protected: bytes) -> int:
        """The NAS COUNT of a received message, estimated from its sequence number (4.4.3.1)."""

        def genuine(count: int) -> bool:
            return hmac.compare_digest(self._mac(count, direction, protected), received_mac)

        expected = self._next(direction)
        count = expected + (protected[0] - expected) % _SEQUENCE_NUMBERS
        if count <= MAX_COUNT and genuine(count):
            return count
        earlier = count - _SEQUENCE_NUMBERS
        if earlier >= 0 and genuine(earlier):
            raise Replayed(f"NAS COUNT {earlier} is below the expected {expected}")
        _check_not_exhausted(count)
        raise IntegrityFailure(f"the NAS-MAC does not verify with NAS COUNT {count}")

    def _mac(self, count: int, direction: Direction, protected: bytes) -> bytes:
        return mac(
            self.integrity,
            self._k_nas_int,
            count=count,
            bearer=BEARER_3GPP,
            direction=direction,
            message=protected,
        )

    def _cipher(self, count: int, direction: Direction, message: bytes) -> bytes:
        return cipher(
            self.ciphering,
            self._k_nas_enc,
            count=count,
            bearer=BEARER_3GPP,
            direction=direction,
            message=message,
        )


def _message_type(plain: bytes) -> int | None:
    return plain[2] if len(plain) > 2 and plain[0] == MM_DISCRIMINATOR else None


def _check_not_exhausted(count: int) -> None:
    if count > MAX_COUNT:
        raise CountExhausted("the NAS COUNT has no values left")
