"""Network-initiated deregistration (TS 23.502 clause 4.2.2.3.3, TS 24.501 clause 5.5.2.3)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from nfs.amf.connection.context_release import release_n2
from nfs.amf.errors import ConnectionLost, TimerExpired
from nfs.amf.registration.deregistration import deregister_implicitly, end_registration
from nfs.amf.timers import T3522
from nfs.amf.ue.events import NetworkDeregistration
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import DeregistrationAcceptNw, DeregistrationRequestNw, MmCause
from nfs.protocols.nas.mm.deregistration import RE_REGISTRATION_REQUIRED, THREE_GPP_ACCESS
from nfs.protocols.ngap import Cause

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

BY_REASON = {
    "SUBSCRIPTION_WITHDRAWN": NetworkDeregistration(MmCause.FIVE_GS_SERVICES_NOT_ALLOWED),
    "REREGISTRATION_REQUIRED": NetworkDeregistration(re_registration_required=True),
}
"""What a DeregistrationReason of the UDM asks for (TS 29.503 clause 6.2.6.3.3)."""


def order_deregistration(amf: Amf, supi: str, order: NetworkDeregistration) -> None:
    """At once, or when the UE has answered paging; raises SbiProblem for an unknown UE."""
    context = amf.registry.context(supi)
    if context is None:
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no UE context of {supi}")
    ue = amf.registry.get(supi)
    if (ue is None or not ue.connected) and not amf.paging.reachable(context):
        amf.spawn(deregister_implicitly(amf, context))
    else:
        amf.paging.deliver(context, order)


async def deregister_ue(amf: Amf, ue: Ue, order: NetworkDeregistration) -> None:
    """The registration ends whether the UE answers or not (5.5.2.3.5)."""
    kind = THREE_GPP_ACCESS
    if order.re_registration_required:
        kind |= RE_REGISTRATION_REQUIRED
    request = DeregistrationRequestNw(kind, order.cause)
    with contextlib.suppress(TimerExpired, ConnectionLost):
        await ue.expect(
            T3522, lambda: ue.send_nas(request), DeregistrationAcceptNw, others_wait=True
        )
    await end_registration(amf, ue.context)
    amf.contexts.save(ue.context)
    await release_n2(ue, Cause("nas", "deregister"))
