"""The server of EAP-AKA' (RFC 9048, TS 33.501 clause 6.1.3.1): the AUSF's side."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from nfs.protocols.eap.aka_prime import (
    GENERAL_FAILURE,
    KDF,
    AkaPrime,
    At,
    Subtype,
    counted,
    fixed,
    is_genuine,
)
from nfs.protocols.eap.keys import AkaPrimeKeys
from nfs.protocols.eap.packet import Code, EapError


@dataclass(frozen=True, slots=True)
class Vector:
    """The transformed authentication vector AV' of the UDM."""

    rand: bytes
    autn: bytes
    xres: bytes = field(repr=False)
    ck_prime: bytes = field(repr=False)
    ik_prime: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Authenticated:
    """The peer has proved who it is."""


@dataclass(frozen=True, slots=True)
class Resynchronise:
    """A new challenge is due, from the sequence number in ``auts``."""

    auts: bytes


@dataclass(frozen=True, slots=True)
class Failed:
    """``notify``: the peer is to be told by AKA'-Notification before EAP failure."""

    reason: str
    notify: bool = False


def challenge(vector: Vector, keys: AkaPrimeKeys, network: str, identifier: int) -> bytes:
    """EAP-Request/AKA'-Challenge."""
    attributes = (
        (At.RAND, fixed(vector.rand)),
        (At.AUTN, fixed(vector.autn)),
        (At.KDF, KDF.to_bytes(2)),
        (At.KDF_INPUT, counted(network.encode())),
    )
    request = AkaPrime(Code.REQUEST, identifier, Subtype.CHALLENGE, attributes)
    return request.signed(keys.k_aut)


def notification(identifier: int) -> bytes:
    """EAP-Request/AKA'-Notification of a general failure (RFC 4187 clause 6)."""
    attributes = ((At.NOTIFICATION, GENERAL_FAILURE.to_bytes(2)),)
    return AkaPrime(Code.REQUEST, identifier, Subtype.NOTIFICATION, attributes).encode()


def receive(
    octets: bytes, vector: Vector, keys: AkaPrimeKeys, identifier: int
) -> Authenticated | Resynchronise | Failed:
    """What the answer to the challenge of ``identifier`` means."""
    try:
        response = AkaPrime.decode(octets)
        if response.code is not Code.RESPONSE or response.identifier != identifier:
            return Failed(f"EAP {response.code.name} {response.identifier} is no answer to this")
        match response.subtype:
            case Subtype.CHALLENGE:
                return _verify(response, octets, vector, keys)
            case Subtype.SYNCHRONIZATION_FAILURE:
                return Resynchronise(response.auts)
            case other:
                return Failed(f"the UE answers the challenge with AKA'-{other.name}")
    except EapError as error:
        return Failed(str(error))


def _verify(
    response: AkaPrime, octets: bytes, vector: Vector, keys: AkaPrimeKeys
) -> Authenticated | Failed:
    if not is_genuine(octets, keys.k_aut):
        return Failed("AT_MAC of the UE does not verify", notify=True)
    if not hmac.compare_digest(response.res, vector.xres):
        return Failed("RES of the UE is not what the home network expects", notify=True)
    return Authenticated()
