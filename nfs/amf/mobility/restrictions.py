"""Where a UE may be registered, and where it is served (TS 23.501 clauses 5.3.2.3, 5.3.4.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nfs.amf.errors import Rejected
from nfs.common.identities import Tai
from nfs.protocols.nas import MmCause

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.context import UeContext
    from nfs.amf.ue.ue import Ue

MAX_AREA = 16
"""Tracking areas of a registration area (TS 24.501 clause 9.11.3.9)."""


def check_tracking_area(amf: Amf, ue: Ue) -> None:
    """Raises Rejected when the UE is in a tracking area that is not served."""
    tai = ue.context.tai
    if tai is None or tai.plmn != amf.config.home or tai.tac not in amf.config.tacs:
        why = f"the UE is in {tai}, the AMF serves tracking areas {amf.config.tacs}"
        remedy = "set the gNB's tac, or add it to `tacs` of the AMF"
        raise Rejected(MmCause.TRACKING_AREA_NOT_ALLOWED, why, remedy)


def check_subscribed_area(amf: Amf, ue: Ue) -> None:
    """Raises Rejected where the subscription forbids NR, or this tracking area: with another one
    here to go to #15, else #12 (TS 24.501 annex A.1)."""
    subscription, tai = ue.context.subscription, ue.context.tai
    if subscription is None or tai is None:
        return
    remedy = "see the subscriber's access and mobility data at the UDM"
    if "NR" in subscription.rat_restrictions:
        why = "the subscription excludes NR"
        raise Rejected(MmCause.N1_MODE_NOT_ALLOWED, why, remedy)
    if tai.tac in subscription.forbidden_tacs:
        elsewhere = set(amf.config.tacs) - set(subscription.forbidden_tacs)
        cause = (
            MmCause.NO_SUITABLE_CELLS_IN_TRACKING_AREA
            if elsewhere
            else MmCause.TRACKING_AREA_NOT_ALLOWED
        )
        raise Rejected(cause, f"the subscription forbids tracking area {tai.tac}", remedy)


def check_service_area(ue: Ue) -> None:
    """Raises Rejected (#28) in a non-allowed area: registered there, but not served."""
    subscription, tai = ue.context.subscription, ue.context.tai
    if subscription is not None and tai is not None and not subscription.serves_in(tai.tac):
        why = f"the subscription does not allow service in tracking area {tai.tac}"
        remedy = "see the subscriber's service area restriction at the UDM"
        raise Rejected(MmCause.RESTRICTED_SERVICE_AREA, why, remedy)


def registration_area(amf: Amf, context: UeContext) -> tuple[Tai, ...]:
    """Where the UE is, and where it may go without a word.

    These are the other tracking areas of the same registration area, and those that it has said to
    be about to go to. The border of an area of interest is not crossed without a word (TS 23.501
    clause 5.6.11).
    """
    here = context.tai
    assert here is not None  # noqa: S101 - checked before
    forbidden = context.subscription.forbidden_tacs if context.subscription else ()
    announced = [tac for tacs in context.announced.values() for tac in tacs]
    tacs = dict.fromkeys([here.tac, *announced, *_around(amf, here.tac)])
    tais = [Tai(here.plmn, t) for t in tacs if t in amf.config.tacs and t not in forbidden]
    same = [tai for tai in tais if not amf.events.border_between(context.supi, here, tai)]
    return (here, *(tai for tai in same if tai != here))[:MAX_AREA]


def _around(amf: Amf, tac: int) -> Iterable[int]:
    return sorted(t for area in amf.config.registration_areas if tac in area for t in area)
