"""NAS messages with protocol errors (TS 24.501 clause 7), outside of procedures of the AMF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.connection.context_release import release_n2
from nfs.protocols.nas import (
    MmCause,
    MmStatus,
    RegistrationReject,
    RegistrationRequest,
    ServiceReject,
    ServiceRequest,
)
from nfs.protocols.nas.reception import Refused
from nfs.protocols.ngap import Cause

if TYPE_CHECKING:
    from nfs.amf.ue.ue import Ue


async def protocol_error(ue: Ue, refused: Refused) -> None:
    """A request is rejected (5.5.1.2.8 b, 5.6.1.8 b), other messages are answered with 5GMM STATUS.

    5GMM STATUS itself is not answered, and 5GSM messages come to the SMF by NAS transport only.
    """
    cause = refused.cause
    if not isinstance(cause, MmCause) or refused.message_type == MmStatus.MESSAGE_TYPE:
        return
    match refused.message_type:
        case RegistrationRequest.MESSAGE_TYPE:
            await ue.send_nas(RegistrationReject(cause))
        case ServiceRequest.MESSAGE_TYPE:
            await ue.send_nas(ServiceReject(cause))
        case _:
            await ue.send_nas(MmStatus(cause))
            return
    await release_n2(ue, Cause("nas", "normal-release"))
