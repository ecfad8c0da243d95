"""The peer of EAP-AKA' (RFC 9048, TS 33.501 clause 6.1.3.1): the UE's side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from nfs.protocols.eap.aka_prime import (
    KDF,
    NOTIFIED_BEFORE_AUTHENTICATION,
    UNABLE_TO_PROCESS,
    AkaPrime,
    At,
    Subtype,
    counted,
    is_genuine,
)
from nfs.protocols.eap.keys import AkaPrimeKeys, ck_ik_prime
from nfs.protocols.eap.packet import Code, EapError, EapPacket, Type, decode, encode


@dataclass(frozen=True, slots=True)
class Accepted:
    """The USIM has accepted the challenge: RES, CK and IK."""

    res: bytes = field(repr=False)
    ck: bytes = field(repr=False)
    ik: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """AUTN is wrong, or not for 5G."""


@dataclass(frozen=True, slots=True)
class OutOfSynch:
    auts: bytes


Usim = Callable[[bytes, bytes], Accepted | NotAccepted | OutOfSynch]
"""What the USIM makes of RAND and AUTN."""


@dataclass(frozen=True, slots=True)
class Reply:
    """``keys`` come with the answer to a genuine challenge, ``reason`` with any other."""

    octets: bytes
    keys: AkaPrimeKeys | None = None
    reason: str = ""


def respond(octets: bytes, usim: Usim, identity: str, network: str) -> Reply | None:
    """The response to an EAP request; None when the packet is to be discarded.

    ``identity``: the digits of the IMSI; ``network``: the name of the serving network.
    """
    try:
        packet = decode(octets)
    except EapError:
        return None
    if packet.code is not Code.REQUEST:
        return None
    if packet.type != Type.AKA_PRIME:
        nak = EapPacket(Code.RESPONSE, packet.identifier, Type.NAK, bytes((Type.AKA_PRIME,)))
        return Reply(encode(nak), reason=f"the network wants EAP type {packet.type}")
    try:
        request = AkaPrime.of(packet)
        match request.subtype:
            case Subtype.CHALLENGE:
                return _answer_challenge(request, octets, usim, identity, network)
            case Subtype.NOTIFICATION:
                return _answer_notification(request)
            case other:
                return _client_error(packet.identifier, f"AKA'-{other.name} is not for 5GS")
    except EapError as error:
        return _client_error(packet.identifier, str(error))


def _answer_challenge(
    request: AkaPrime, octets: bytes, usim: Usim, identity: str, network: str
) -> Reply:
    rand, autn = request.fixed(At.RAND), request.fixed(At.AUTN)
    request.fixed(At.MAC)
    if not request.kdfs or request.network_name != network:
        return _reject(request, f"the challenge is for {request.network_name}, not {network}")
    if request.kdfs[0] != KDF:
        return _choose_kdf(request)
    match usim(rand, autn):
        case NotAccepted():
            return _reject(request, "the USIM does not accept AUTN")
        case OutOfSynch(auts):
            # With the key derivation functions as they were offered (RFC 9048 clause 3.2).
            kdfs = tuple((At.KDF, kdf.to_bytes(2)) for kdf in request.kdfs)
            failure = _response(request, Subtype.SYNCHRONIZATION_FAILURE, (At.AUTS, auts), *kdfs)
            return Reply(failure.encode(), reason="the sequence number was out of range")
        case Accepted(res, ck, ik):
            keys = AkaPrimeKeys.derive(*ck_ik_prime(ck, ik, network, autn[:6]), identity)
            if not is_genuine(octets, keys.k_aut):
                return _client_error(request.identifier, "AT_MAC does not verify")
            answer = _response(request, Subtype.CHALLENGE, (At.RES, counted(res, 8)))
            return Reply(answer.signed(keys.k_aut), keys)


def _choose_kdf(request: AkaPrime) -> Reply:
    """RFC 9048 clause 3.2: the one that the peer can do, or rejection."""
    if KDF not in request.kdfs:
        return _reject(request, f"no key derivation function among {request.kdfs} is known")
    wanted = _response(request, Subtype.CHALLENGE, (At.KDF, KDF.to_bytes(2)))
    return Reply(wanted.encode(), reason="another key derivation function was offered first")


def _answer_notification(request: AkaPrime) -> Reply:
    code = request.number(At.NOTIFICATION)
    if not code & NOTIFIED_BEFORE_AUTHENTICATION:
        return _client_error(request.identifier, f"notification {code} after the challenge")
    answer = _response(request, Subtype.NOTIFICATION)
    return Reply(answer.encode(), reason=f"the network reports failure {code}")


def _reject(request: AkaPrime, reason: str) -> Reply:
    return Reply(_response(request, Subtype.AUTHENTICATION_REJECT).encode(), reason=reason)


def _client_error(identifier: int, reason: str) -> Reply:
    attributes = ((At.CLIENT_ERROR_CODE, UNABLE_TO_PROCESS.to_bytes(2)),)
    error = AkaPrime(Code.RESPONSE, identifier, Subtype.CLIENT_ERROR, attributes)
    return Reply(error.encode(), reason=reason)


def _response(request: AkaPrime, subtype: Subtype, *attributes: tuple[int, bytes]) -> AkaPrime:
    return AkaPrime(Code.RESPONSE, request.identifier, subtype, attributes)
