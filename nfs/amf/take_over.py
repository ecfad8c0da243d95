"""One subscriber, one connection: what becomes of a UE's former ones (TS 24.501 5.5.1.2.8 f)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.context_release import release_n2
from nfs.amf.deregistration import release_resources
from nfs.protocols.ngap import Cause

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue import Ue


async def take_over(amf: Amf, ue: Ue) -> None:
    """Enter an authenticated UE; its other N2 connection, and what hung on it, is released."""
    old = amf.registry.put(ue)
    if old is None:
        return
    if old.context is not ue.context:
        await release_resources(amf, old)
    if old.connected:
        await release_n2(old, Cause("radioNetwork", "release-due-to-ngran-generated-reason"))
