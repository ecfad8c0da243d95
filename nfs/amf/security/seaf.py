"""The SEAF (TS 33.501 clause 6.1.2): what its authentication methods have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from nfs.amf.consumer import ausf
from nfs.amf.errors import NotAuthenticated, Rejected
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.crypto import kdf
from nfs.protocols.nas import AuthenticationReject, MmCause

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

ABBA = bytes(2)
"""No bidding-down features are defined yet (TS 33.501 annex A.7.1)."""
KEY_SETS = 7
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


@dataclass(frozen=True, slots=True)
class Keys:
    """What authentication ends with: ngKSI and KAMF, and the EAP-success message of an EAP method,
    which SECURITY MODE COMMAND takes to the UE."""

    ng_ksi: int
    k_amf: bytes = field(repr=False)
    eap: bytes | None = None


async def initiate(
    amf: Amf, ue: Ue, resync: tuple[bytes, bytes] | None = None
) -> ausf.Challenge | ausf.EapExchange:
    """The home network's challenge (TS 33.501 clause 6.1.2); raises Rejected."""
    identity = str(ue.context.suci or ue.context.supi)
    network = amf.config.home.serving_network_name
    try:
        return await ausf.authenticate(amf, identity, network, resync)
    except SbiProblem as problem:
        raise _refused(problem) from problem


async def not_confirmed(amf: Amf, ue: Ue, problem: SbiProblem, remedy: str) -> NoReturn:
    """The home network does not say whether the UE answered rightly: AUTHENTICATION REJECT, which
    bars the USIM, only where it says that the UE did not."""
    if problem.cause not in _REFUSALS:
        raise _refused(problem) from problem
    await reject(amf, ue, problem.cause, str(problem), remedy)


def _refused(problem: SbiProblem) -> Rejected:
    cause, remedy = _REFUSALS.get(problem.cause, (MmCause.CONGESTION, _NOT_REACHED))
    return Rejected(cause, problem.detail or problem.cause, remedy)


def keys_of(
    ue: Ue, ng_ksi: int, authenticated: ausf.Authenticated, eap: bytes | None = None
) -> Keys:
    """KAMF (TS 33.501 annex A.7), once the home network has said whose key it is."""
    ue.context.supi = authenticated.supi
    digits = authenticated.supi.removeprefix("imsi-")
    return Keys(ng_ksi, kdf.k_amf(authenticated.k_seaf, digits, ABBA), eap)


async def reject(
    amf: Amf, ue: Ue, cause: str, why: str, remedy: str, *, eap: bytes | None = None
) -> NoReturn:
    """AUTHENTICATION REJECT, with the EAP-failure message of an EAP method."""
    amf.counts.rejections.inc()
    await ue.send_nas(AuthenticationReject(eap))
    amf.explanations.add(ue.name, "authentication", cause, why, remedy)
    raise NotAuthenticated(ue.name)
