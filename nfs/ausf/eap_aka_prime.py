"""EAP-AKA' at the AUSF (TS 33.501 clause 6.1.3.1, TS 29.509 clause 5.2.2.2.3)."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import structlog

from nfs.ausf import udm
from nfs.common.models.ausf import EapSession
from nfs.common.models.udm import ResynchronizationInfo
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.crypto import kdf
from nfs.protocols.eap import packet, server
from nfs.protocols.eap.keys import AkaPrimeKeys
from nfs.protocols.eap.server import Authenticated, Failed, Resynchronise, Vector

if TYPE_CHECKING:
    from nfs.ausf.app import Ausf

log = structlog.get_logger("ausf")

SESSIONS = "eap-sessions"


@dataclass(frozen=True, slots=True)
class Session:
    """One EAP session; ``identifier`` is that of the request that is to be answered."""

    supi: str
    network: str
    vector: Vector
    identifier: int
    resynchronised: bool = False
    notified: bool = False
    """The peer has been told of the failure: whatever it answers, EAP failure follows."""

    @property
    def keys(self) -> AkaPrimeKeys:
        digits = self.supi.removeprefix("imsi-")
        return AkaPrimeKeys.derive(self.vector.ck_prime, self.vector.ik_prime, digits)

    def to_json(self) -> dict[str, Any]:
        vector = self.vector
        return {
            "supi": self.supi,
            "network": self.network,
            "identifier": self.identifier,
            "resynchronised": self.resynchronised,
            "notified": self.notified,
            "rand": vector.rand.hex(),
            "autn": vector.autn.hex(),
            "xres": vector.xres.hex(),
            "ckPrime": vector.ck_prime.hex(),
            "ikPrime": vector.ik_prime.hex(),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        flags = kept["resynchronised"], kept["notified"]
        return cls(kept["supi"], kept["network"], _vector(kept), kept["identifier"], *flags)


def _vector(data: dict[str, Any]) -> Vector:
    names = ("rand", "autn", "xres", "ckPrime", "ikPrime")
    return Vector(*(bytes.fromhex(data[name]) for name in names))


def challenge(ausf: Ausf, network: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The session's identifier and UEAuthenticationCtx, with EAP-Request/AKA'-Challenge."""
    vector = _vector(data["authenticationVector"])
    session = Session(data["supi"], network, vector, secrets.randbelow(256))
    session_id = secrets.token_hex(16)
    _keep(ausf, session_id, session)
    request = _challenge(session)
    return session_id, {"authType": "EAP_AKA_PRIME", "5gAuthData": _text(request)} | _links(
        ausf, session_id
    )


async def answer(ausf: Ausf, session_id: str, message: EapSession) -> dict[str, Any]:
    """EapSession: what the UE is to be sent, with the result once there is one."""
    octets = _octets(message.eap_payload)
    kept = ausf.store.get(SESSIONS, session_id)
    if kept is None or not ausf.store.delete(SESSIONS, session_id):
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", "no EAP session of this identifier is open")
    session = Session.from_json(kept.value)
    if session.notified:
        return await _fail(ausf, session)
    match server.receive(octets, session.vector, session.keys, session.identifier):
        case Authenticated():
            return await _succeed(ausf, session)
        case Resynchronise(auts) if not session.resynchronised:
            resync = ResynchronizationInfo(rand=session.vector.rand.hex(), auts=auts.hex())
            data = await udm.authentication_data(ausf, session.supi, session.network, resync)
            vector = _vector(data["authenticationVector"])
            following = replace(_next(session), vector=vector, resynchronised=True)
            return _continue(ausf, session_id, following, _challenge(following))
        case Failed(reason, notify=True):
            log.warning("EAP-AKA' fails", supi=session.supi, reason=reason)
            told = replace(_next(session), notified=True)
            return _continue(ausf, session_id, told, server.notification(told.identifier))
        case failed:
            reason = failed.reason if isinstance(failed, Failed) else "out of synch again"
            log.warning("EAP-AKA' fails", supi=session.supi, reason=reason)
            return await _fail(ausf, session)


def _next(session: Session) -> Session:
    return replace(session, identifier=(session.identifier + 1) % 256)


def _keep(ausf: Ausf, session_id: str, session: Session) -> None:
    lifetime = ausf.config.context_seconds
    ausf.store.put(SESSIONS, session_id, session.to_json(), ttl=lifetime)


def _challenge(session: Session) -> bytes:
    return server.challenge(session.vector, session.keys, session.network, session.identifier)


def _continue(ausf: Ausf, session_id: str, session: Session, request: bytes) -> dict[str, Any]:
    _keep(ausf, session_id, session)
    ongoing = {"eapPayload": _text(request), "authResult": "AUTHENTICATION_ONGOING"}
    return ongoing | _links(ausf, session_id)


async def _succeed(ausf: Ausf, session: Session) -> dict[str, Any]:
    await udm.confirm_authentication(
        ausf, session.supi, session.network, "EAP_AKA_PRIME", success=True
    )
    return {
        "eapPayload": _text(packet.success(session.identifier)),
        "authResult": "AUTHENTICATION_SUCCESS",
        "supi": session.supi,
        "kSeaf": kdf.k_seaf(session.keys.k_ausf, session.network).hex(),
    }


async def _fail(ausf: Ausf, session: Session) -> dict[str, Any]:
    await udm.confirm_authentication(
        ausf, session.supi, session.network, "EAP_AKA_PRIME", success=False
    )
    return {
        "eapPayload": _text(packet.failure(session.identifier)),
        "authResult": "AUTHENTICATION_FAILURE",
    }


def _links(ausf: Ausf, session_id: str) -> dict[str, Any]:
    uri = f"{ausf.api_root}/nausf-auth/v1/ue-authentications/{session_id}/eap-session"
    return {"_links": {"eap-session": {"href": uri}}}


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SbiProblem(400, "MANDATORY_IE_INCORRECT", f"eapPayload: {error}") from error
