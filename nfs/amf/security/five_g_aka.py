"""5G-AKA (TS 33.501 clause 6.1.3.2, TS 24.501 clause 5.4.1.3)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from nfs.amf.consumer import ausf
from nfs.amf.errors import NotAuthenticated
from nfs.amf.security.seaf import ABBA, KEY_SETS, Keys, initiate, keys_of, not_confirmed, reject
from nfs.amf.timers import T3560
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.crypto import kdf
from nfs.protocols.nas import (
    AuthenticationFailure,
    AuthenticationRequest,
    AuthenticationResponse,
    MmCause,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

_RESYNCHRONISATIONS = 1


async def authenticate(amf: Amf, ue: Ue, ng_ksi: int, challenge: ausf.Challenge) -> Keys:
    """Up to one re-synchronisation; raises NotAuthenticated after AUTHENTICATION REJECT."""
    resynchronised = False
    for _ in range(_RESYNCHRONISATIONS + KEY_SETS):
        request = AuthenticationRequest(ng_ksi, ABBA, challenge.rand, challenge.autn)
        answer = await ue.expect(
            T3560,
            lambda request=request: ue.send_nas(request),  # type: ignore[misc]
            AuthenticationResponse,
            AuthenticationFailure,
        )
        if isinstance(answer, AuthenticationResponse):
            return await _verify(amf, ue, ng_ksi, challenge, answer)
        assert isinstance(answer, AuthenticationFailure)  # noqa: S101 - expected or response
        amf.counts.auth_failures.labels(str(int(answer.cause))).inc()
        if answer.cause is MmCause.SYNCH_FAILURE and answer.auts and not resynchronised:
            resynchronised = True
            challenge = await _resynchronise(amf, ue, challenge, answer.auts)
        elif answer.cause is MmCause.NGKSI_ALREADY_IN_USE:
            # The same challenge under another ngKSI (TS 24.501 clause 5.4.1.3.7 e).
            ng_ksi = (ng_ksi + 1) % KEY_SETS
        else:
            await reject(amf, ue, answer.cause.name, *_explain(answer.cause))
    raise NotAuthenticated(ue.name)


async def _resynchronise(
    amf: Amf, ue: Ue, challenge: ausf.Challenge, auts: bytes
) -> ausf.Challenge:
    renewed = await initiate(amf, ue, (challenge.rand, auts))
    if isinstance(renewed, ausf.Challenge):
        return renewed
    why = "the home network went over to EAP-AKA' in the middle of 5G-AKA"
    return await reject(amf, ue, "AUTHENTICATION_REJECTED", why, "see the AUSF")


async def _verify(
    amf: Amf, ue: Ue, ng_ksi: int, challenge: ausf.Challenge, answer: AuthenticationResponse
) -> Keys:
    """The SEAF compares HRES*, the home network RES* (TS 33.501 annex A.5)."""
    res_star = answer.res_star or b""
    expected = challenge.hxres_star
    if not hmac.compare_digest(kdf.hres_star(challenge.rand, res_star), expected):
        why = "RES* of the UE is not what the home network expects"
        await reject(amf, ue, "AUTHENTICATION_REJECTED", why, "compare K and OPc on both sides")
    try:
        authenticated = await ausf.confirm(amf, challenge, res_star)
    except SbiProblem as problem:
        await not_confirmed(amf, ue, problem, "compare K and OPc on both sides")
    ue.context.resources["AUSF"] = challenge.confirmation
    return keys_of(ue, ng_ksi, authenticated)


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
