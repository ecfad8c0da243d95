"""EAP-AKA' (TS 33.501 clause 6.1.3.1, TS 24.501 clause 5.4.1.2): the AMF relays EAP messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.consumer import ausf
from nfs.amf.errors import NotAuthenticated
from nfs.amf.security.seaf import ABBA, KEY_SETS, Keys, keys_of, not_confirmed, reject
from nfs.amf.timers import T3560
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import (
    AuthenticationFailure,
    AuthenticationRequest,
    AuthenticationResponse,
    MmCause,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

_EXCHANGES = 20
"""EAP messages that one authentication may take, new ngKSIs included."""
_REMEDY = "compare K and OPc on both sides"


async def authenticate(amf: Amf, ue: Ue, ng_ksi: int, exchange: ausf.EapExchange) -> Keys:
    """Raises NotAuthenticated after AUTHENTICATION REJECT."""
    for _ in range(_EXCHANGES):
        request = AuthenticationRequest(ng_ksi, ABBA, eap=exchange.payload)
        answer = await ue.expect(
            T3560,
            lambda request=request: ue.send_nas(request),  # type: ignore[misc]
            AuthenticationResponse,
            AuthenticationFailure,
        )
        if isinstance(answer, AuthenticationFailure):
            amf.counts.auth_failures.labels(str(int(answer.cause))).inc()
            if answer.cause is not MmCause.NGKSI_ALREADY_IN_USE:
                why = f"the UE answered EAP with {answer.cause.name}"
                await reject(amf, ue, answer.cause.name, why, "see the UE's log")
            ng_ksi = (ng_ksi + 1) % KEY_SETS
            continue
        assert isinstance(answer, AuthenticationResponse)  # noqa: S101 - expected or failure
        try:
            outcome = await ausf.relay(amf, exchange, answer.eap or b"")
        except SbiProblem as problem:
            await not_confirmed(amf, ue, problem, _REMEDY)
        match outcome:
            case ausf.EapExchange():
                exchange = outcome
            case ausf.EapSuccess(payload, authenticated):
                ue.context.resources["AUSF"] = exchange.session
                return keys_of(ue, ng_ksi, authenticated, payload)
            case ausf.EapFailure(payload):
                why = "UE and home network do not authenticate each other"
                await reject(amf, ue, "AUTHENTICATION_REJECTED", why, _REMEDY, eap=payload)
    raise NotAuthenticated(ue.name)
