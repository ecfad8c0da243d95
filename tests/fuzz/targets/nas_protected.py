"""Protected messages at both sides: forged octets neither go through nor change the context."""

from __future__ import annotations

from targets import nas_plain

from nfs.protocols.nas.algorithms import CipheringAlgorithm, IntegrityAlgorithm
from nfs.protocols.nas.reception import Discarded, Received, Refused, receive
from nfs.protocols.nas.security import NasSecurityContext, Side
from nfs.protocols.nas.security_header import SecurityHeaderType
from nfs.protocols.nas.unprotected import ACCEPTED_UNPROTECTED_BY_UE, PROCESSED_UNPROTECTED_BY_AMF


def _context(side: Side) -> NasSecurityContext:
    return NasSecurityContext(
        ng_ksi=1,
        k_amf=bytes(range(32)),
        integrity=IntegrityAlgorithm.NIA2,
        ciphering=CipheringAlgorithm.NEA2,
        side=side,
    )


_GENUINE: set[bytes] = set()
"""What the NAS-MAC covers, and itself: all but discriminator and security header type."""


def seeds() -> list[bytes]:
    """Both directions, with every security header type, and messages without protection."""
    ue, network = _context(Side.UE), _context(Side.NETWORK)
    plain = nas_plain.seeds()
    headers = list(SecurityHeaderType)[1:]
    protected = [
        side.protect(octets, headers[i % len(headers)])
        for i, octets in enumerate(plain)
        for side in (ue, network)
    ]
    _GENUINE.update(octets[2:] for octets in protected)
    return protected + plain


def one(octets: bytes) -> None:
    sides = (
        (Side.UE, ACCEPTED_UNPROTECTED_BY_UE),
        (Side.NETWORK, PROCESSED_UNPROTECTED_BY_AMF),
    )
    for side, acceptable in sides:
        context = _context(side)
        outcome = receive(octets, context, acceptable)
        counts = (context.uplink_count, context.downlink_count)
        match outcome:
            case Received(protected=True):
                assert octets[2:] in _GENUINE
            case Received(message=message):
                assert message.MESSAGE_TYPE in acceptable
                assert counts == (0, 0)
            case Refused(protected=True):
                assert octets[2:] in _GENUINE
            case Refused(message_type=message_type):
                assert message_type in acceptable
                assert counts == (0, 0)
            case Discarded(reason):
                assert reason
                assert counts == (0, 0) or octets[2:] in _GENUINE
