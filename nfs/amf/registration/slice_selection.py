"""Which slices a UE may use (TS 23.501 clause 5.15.5.2.1, TS 24.501 clause 5.5.1.2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nfs.amf.errors import Rejected
from nfs.common.identities import Snssai
from nfs.protocols.nas import MmCause, RejectedSnssai, SliceRejection

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue


@dataclass(frozen=True, slots=True)
class Slices:
    """``configured`` is told to a UE that did not ask, or asked for something else."""

    allowed: tuple[Snssai, ...]
    configured: tuple[Snssai, ...] | None = None
    rejected: tuple[RejectedSnssai, ...] | None = None


def select_slices(amf: Amf, ue: Ue, requested: tuple[Snssai, ...] | None) -> Slices:
    """Requested and subscribed and served here; without a request, all that are.

    Raises Rejected (#62) when nothing is left.
    """
    subscription = ue.context.subscription
    subscribed = subscription.nssai if subscription else ()
    in_plmn = tuple(s for s in subscribed if s in amf.config.nssai)
    in_area = tuple(s for s in in_plmn if s in _of_tracking_area(ue))
    asked = requested or in_area
    allowed = tuple(s for s in in_area if s in asked)
    rejected = tuple(
        RejectedSnssai(
            s,
            SliceRejection.NOT_IN_THE_REGISTRATION_AREA
            if s in in_plmn
            else SliceRejection.NOT_IN_THE_PLMN,
        )
        for s in asked
        if s not in allowed
    )
    if not allowed:
        why = (
            f"slices requested {_list(requested or ())}; subscribed {_list(subscribed)};"
            f" served by the AMF {_list(amf.config.nssai)}; by the gNB"
            f" {_list(_of_tracking_area(ue))}"
        )
        remedy = "give UE, subscriber, AMF and gNB (`slices`) one slice in common"
        cause = MmCause.NO_NETWORK_SLICES_AVAILABLE
        raise Rejected(cause, why, remedy, rejected_nssai=rejected or None)
    told = in_plmn if not requested or rejected else None
    return Slices(allowed, told, rejected or None)


def _of_tracking_area(ue: Ue) -> frozenset[Snssai]:
    """What the gNB supports where the UE is (TS 38.413 clause 9.3.1.3, TAI slice support list)."""
    tai = ue.context.tai
    return frozenset(
        s
        for ta in ue.gnb.supported_tas
        if tai is not None and ta.tac == tai.tac
        for plmn in ta.broadcast_plmns
        if plmn.plmn == tai.plmn
        for s in plmn.slices
    )


def _list(slices: Iterable[Snssai]) -> str:
    return ", ".join(sorted(map(str, slices))) or "none"
