"""NAS security mode control (TS 24.501 clause 5.4.2, TS 33.501 clause 6.7.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from nfs.amf.errors import Rejected
from nfs.amf.security.seaf import ABBA, Keys
from nfs.amf.timers import T3560
from nfs.protocols.nas import (
    IMEISV_REQUESTED,
    RETRANSMIT_INITIAL_MESSAGE,
    CipheringAlgorithm,
    Imeisv,
    IntegrityAlgorithm,
    MmCause,
    SecurityModeCommand,
    SecurityModeComplete,
    SecurityModeReject,
    SelectedAlgorithms,
)
from nfs.protocols.nas.security import NasSecurityContext, Side
from nfs.protocols.nas.security_header import SecurityHeaderType

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

A = TypeVar("A", IntegrityAlgorithm, CipheringAlgorithm)


async def establish_security(
    amf: Amf, ue: Ue, keys: Keys, *, initial_message: bool = True
) -> SecurityModeComplete:
    """Take a new NAS security context into use on both sides.

    A REGISTRATION REQUEST that came in the clear, the ``initial_message``, is to be sent again,
    complete and protected (TS 24.501 clause 4.4.6).
    """
    former = ue.context.security
    capability = ue.context.security_capability
    if capability is None:
        why = "REGISTRATION REQUEST without UE security capability"
        raise Rejected(MmCause.INVALID_MANDATORY_INFORMATION, why, "see the UE's log")
    integrity = _choose(amf.config.integrity_order, capability.nia)
    ciphering = _choose(amf.config.ciphering_order, capability.nea)
    if integrity is None or ciphering is None:
        why = "UE and AMF share no integrity or no ciphering algorithm"
        remedy = "see `integrity_order` and `ciphering_order` of the AMF"
        raise Rejected(MmCause.UE_SECURITY_CAPABILITIES_MISMATCH, why, remedy)
    ue.context.security = NasSecurityContext(
        ng_ksi=keys.ng_ksi,
        k_amf=keys.k_amf,
        integrity=integrity,
        ciphering=ciphering,
        side=Side.NETWORK,
    )
    command = SecurityModeCommand(
        algorithms=SelectedAlgorithms(ciphering, integrity),
        ng_ksi=keys.ng_ksi,
        replayed_ue_security_capability=capability,
        imeisv_request=IMEISV_REQUESTED,
        additional_security=RETRANSMIT_INITIAL_MESSAGE if initial_message else None,
        eap=keys.eap,
        abba=ABBA if keys.eap else None,
    )
    answer = await ue.expect(
        T3560,
        lambda: ue.send_nas(command, SecurityHeaderType.INTEGRITY_NEW),
        SecurityModeComplete,
        SecurityModeReject,
    )
    if isinstance(answer, SecurityModeReject):
        ue.context.security = former
        why = f"the UE refuses the security mode: {answer.cause.name}"
        raise Rejected(answer.cause, why, "see the UE's log")
    assert isinstance(answer, SecurityModeComplete)  # noqa: S101 - expected or reject
    if isinstance(answer.imeisv, Imeisv):
        ue.context.pei = f"imeisv-{answer.imeisv.digits}"
    return answer


def _choose(order: tuple[A, ...], supported: frozenset[A]) -> A | None:
    """The operator's order decides among what the UE supports (TS 33.501 clause 6.7.1.1)."""
    return next((algorithm for algorithm in order if algorithm in supported), None)
