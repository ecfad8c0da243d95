"""Primary authentication with 5G-AKA (TS 33.501 clause 6.1.3.2, TS 24.501 clause 5.4.1.3)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from nfs.amf.consumer import ausf
from nfs.amf.errors import NotAuthenticated, Rejected
from nfs.amf.timers import T3560
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.crypto import kdf
from nfs.protocols.nas import (
    AuthenticationFailure,
    AuthenticationReject,
    AuthenticationRequest,
    AuthenticationResponse,
    MmCause,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue import Ue

ABBA = bytes(2)
"""No bidding-down features are defined yet (TS 33.501 annex A.7.1)."""

_RESYNCHRONISATIONS = 1
_KEY_SETS = 7
"""ngKSI 0 to 6; 7 means that no key is available (TS 24.501 clause 9.11.3.32)."""


_NOT_REACHED = "see that AUSF and UDM are running and registered at the NRF"
_CONCEALMENT = "compare protectionScheme and homeNetworkPublicKey of the UE with the UDM's keys"
_REFUSALS = {
    "USER_NOT_FOUND": (MmCause.ILLEGAL_UE, "add the subscriber to the UDM's subscribers file"),
    "AUTHENTICATION_REJECTED": (MmCause.ILLEGAL_UE, "compare K and OPc on both sides"),
    "SERVING_NETWORK_NOT_AUTHORIZED": (
        MmCause.SERVING_NETWORK_NOT_AUTHORIZED,
        "see `plmn` of the AUSF",
    ),
    "UNSUPPORTED_PROTECTION_SCHEME": (MmCause.ILLEGAL_UE, _CONCEALMENT),
    "INVALID_HN_PUBLIC_KEY_IDENTIFIER": (MmCause.ILLEGAL_UE, _CONCEALMENT),
    "INVALID_SCHEME_OUTPUT": (MmCause.ILLEGAL_UE, _CONCEALMENT),
    "MANDATORY_IE_INCORRECT": (MmCause.ILLEGAL_UE, "see the UE's identity"),
}
"""5GMM cause and remedy, by what AUSF and UDM refuse with (TS 29.524 clause 4.3)."""


async def authenticate(amf: Amf, ue: Ue) -> tuple[int, bytes]:
    """Authenticate the UE by its SUCI or SUPI; returns (ngKSI, KAMF) and sets the SUPI.

    Raises Rejected for causes that the registration answers, NotAuthenticated after
    AUTHENTICATION REJECT.
    """
    ng_ksi = _next_ng_ksi(ue)
    resync: tuple[bytes, bytes] | None = None
    key_set_changes = 0
    for _ in range(_RESYNCHRONISATIONS + _KEY_SETS):
        challenge = await _challenge(amf, ue, resync)
        amf.counts.authentications.inc()
        request = AuthenticationRequest(ng_ksi, ABBA, challenge.rand, challenge.autn)
        answer = await ue.expect(
            T3560,
            lambda request=request: ue.send_nas(request),  # type: ignore[misc]
            AuthenticationResponse,
            AuthenticationFailure,
        )
        if isinstance(answer, AuthenticationResponse):
            return ng_ksi, await _verify(amf, ue, challenge, answer)
        assert isinstance(answer, AuthenticationFailure)  # noqa: S101 - expected or response
        amf.counts.auth_failures.labels(str(int(answer.cause))).inc()
        if answer.cause is MmCause.SYNCH_FAILURE and answer.auts and resync is None:
            resync = challenge.rand, answer.auts
        elif answer.cause is MmCause.NGKSI_ALREADY_IN_USE and key_set_changes < _KEY_SETS - 1:
            key_set_changes += 1
            ng_ksi = (ng_ksi + 1) % _KEY_SETS
        else:
            await _reject(amf, ue, answer.cause.name, *_explain(answer.cause))
    raise NotAuthenticated(ue.name)


def _next_ng_ksi(ue: Ue) -> int:
    """A key set identifier other than that of the keys in use."""
    security = ue.context.security
    return (security.ng_ksi + 1) % _KEY_SETS if security is not None else 0


async def _challenge(amf: Amf, ue: Ue, resync: tuple[bytes, bytes] | None) -> ausf.Challenge:
    identity = str(ue.context.suci or ue.context.supi)
    network = amf.config.home.serving_network_name
    try:
        return await ausf.authenticate(amf, identity, network, resync)
    except SbiProblem as problem:
        detail = problem.detail or problem.cause
        cause, remedy = _REFUSALS.get(problem.cause, (MmCause.CONGESTION, _NOT_REACHED))
        raise Rejected(cause, detail, remedy) from problem


async def _verify(
    amf: Amf, ue: Ue, challenge: ausf.Challenge, answer: AuthenticationResponse
) -> bytes:
    """The SEAF compares HRES*, the home network RES*; then KAMF (TS 33.501 annex A.5, A.7)."""
    res_star = answer.res_star or b""
    expected = challenge.hxres_star
    if not hmac.compare_digest(kdf.hres_star(challenge.rand, res_star), expected):
        why = "RES* of the UE is not what the home network expects"
        await _reject(amf, ue, "AUTHENTICATION_REJECTED", why, "compare K and OPc on both sides")
    try:
        authenticated = await ausf.confirm(amf, challenge, res_star)
    except SbiProblem as problem:
        await _reject(amf, ue, problem.cause, str(problem), "compare K and OPc on both sides")
    ue.context.supi = authenticated.supi
    ue.context.resources["AUSF"] = challenge.confirmation
    digits = authenticated.supi.removeprefix("imsi-")
    return kdf.k_amf(authenticated.k_seaf, digits, ABBA)


async def _reject(amf: Amf, ue: Ue, cause: str, why: str, remedy: str) -> None:
    amf.counts.rejections.inc()
    await ue.send_nas(AuthenticationReject())
    amf.explanations.add(ue.name, "authentication", cause, why, remedy)
    raise NotAuthenticated(ue.name)


def _explain(cause: MmCause) -> tuple[str, str]:
    match cause:
        case MmCause.MAC_FAILURE:
            return (
                "the UE does not accept the network's MAC: its K or OPc is not the UDM's",
                "compare K and OPc on both sides; OP in place of OPc is the usual mistake",
            )
        case MmCause.SYNCH_FAILURE:
            return (
                "the UE's sequence number is still ahead after re-synchronisation",
                "reset the SQN of the subscriber, or the USIM's",
            )
        case MmCause.NON_5G_AUTHENTICATION_UNACCEPTABLE:
            return (
                "the UE finds the separation bit of the AMF field unset",
                "set the subscriber's AMF field to 8000",
            )
        case _:
            return f"the UE answered the challenge with {cause.name}", "see the UE's log"
