"""EAP-AKA' at both sides: no forged message authenticates anybody."""

from __future__ import annotations

from nfs.protocols.crypto.milenage import Milenage
from nfs.protocols.eap import packet, peer, server
from nfs.protocols.eap.aka_prime import AkaPrime
from nfs.protocols.eap.keys import AkaPrimeKeys, ck_ik_prime

NETWORK = "5G:mnc070.mcc999.3gppnetwork.org"
IMSI = "999700000000001"
_CARD = Milenage(bytes(16), bytes(16))
_AV = _CARD.generate_vector(bytes(16), bytes(6), bytes.fromhex("8000"))
_VECTOR = server.Vector(
    _AV.rand, _AV.autn, _AV.xres, *ck_ik_prime(_AV.ck, _AV.ik, NETWORK, _AV.autn[:6])
)
_KEYS = AkaPrimeKeys.derive(_VECTOR.ck_prime, _VECTOR.ik_prime, IMSI)
_CHALLENGE = server.challenge(_VECTOR, _KEYS, NETWORK, 7)


def _accepts(rand: bytes, _autn: bytes) -> peer.Accepted:
    out = _CARD.f2345(rand)
    return peer.Accepted(out.res, out.ck, out.ik)


def _out_of_synch(rand: bytes, _autn: bytes) -> peer.OutOfSynch:
    return peer.OutOfSynch(_CARD.auts(rand, bytes(6)))


def _respond(octets: bytes, usim: peer.Usim = _accepts) -> peer.Reply | None:
    return peer.respond(octets, usim, IMSI, NETWORK)


_ANSWER = _respond(_CHALLENGE)
assert _ANSWER is not None


def seeds() -> list[bytes]:
    requests = [_CHALLENGE, server.notification(7), packet.success(7), packet.failure(7)]
    replies = [_respond(r, usim) for r in requests for usim in (_accepts, _out_of_synch)]
    return requests + [reply.octets for reply in replies if reply is not None]


def one(octets: bytes) -> None:
    reply = _respond(octets)
    if reply is not None:
        assert packet.decode(reply.octets).code is packet.Code.RESPONSE
        if reply.keys == _KEYS:
            assert _same(octets, _CHALLENGE)
    outcome = server.receive(octets, _VECTOR, _KEYS, 7)
    if isinstance(outcome, server.Authenticated):
        assert _ANSWER is not None
        assert _same(octets, _ANSWER.octets)


def _same(octets: bytes, genuine: bytes) -> bool:
    """Padding after the packet does not count."""
    return AkaPrime.decode(octets) == AkaPrime.decode(genuine)
