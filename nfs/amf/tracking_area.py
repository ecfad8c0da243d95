"""Where the AMF serves UEs (TS 23.501 clause 5.3.2.3, registration area)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.errors import Rejected
from nfs.protocols.nas import MmCause

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue import Ue


def check_tracking_area(amf: Amf, ue: Ue) -> None:
    """Raises Rejected when the UE is in a tracking area that is not served."""
    tai = ue.context.tai
    if tai is None or tai.plmn != amf.config.home or tai.tac not in amf.config.tacs:
        why = f"the UE is in {tai}, the AMF serves tracking areas {amf.config.tacs}"
        remedy = "set the gNB's tac, or add it to `tacs` of the AMF"
        raise Rejected(MmCause.TRACKING_AREA_NOT_ALLOWED, why, remedy)
