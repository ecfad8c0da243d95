"""Identification procedure (TS 24.501 clause 5.4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.errors import Rejected
from nfs.amf.timers import T3570
from nfs.common.identities import Suci
from nfs.protocols.nas import IdentityRequest, IdentityResponse, IdentityType, MmCause

if TYPE_CHECKING:
    from nfs.amf.ue.ue import Ue


async def identify(ue: Ue) -> Suci:
    """Ask the UE for its SUCI."""
    request = IdentityRequest(IdentityType.SUCI)
    answer = await ue.expect(T3570, lambda: ue.send_nas(request), IdentityResponse)
    if not isinstance(answer.identity, Suci):
        why = f"asked for its SUCI, the UE answered with {type(answer.identity).__name__}"
        cause = MmCause.UE_IDENTITY_CANNOT_BE_DERIVED_BY_THE_NETWORK
        raise Rejected(cause, why, "see the UE's log")
    return answer.identity
