"""Generic UE configuration update (TS 24.501 clause 5.4.4, TS 23.502 clause 4.2.4.2).

With acknowledgement when the UE gets a new 5G-GUTI, as it does after each answer to paging (TS
33.501 clause 6.12.3); without when it is only told the network's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.errors import TimerExpired
from nfs.amf.mobility.restrictions import registration_area
from nfs.amf.timers import T3555
from nfs.amf.ue.context import Rm
from nfs.amf.ue.events import ConfigurationUpdate
from nfs.common.identities import Guti
from nfs.protocols.nas import ConfigurationUpdateCommand, ConfigurationUpdateComplete
from nfs.protocols.nas.mm.configuration_update import (
    ACKNOWLEDGEMENT_REQUESTED,
    REGISTRATION_REQUESTED,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.context import UeContext
    from nfs.amf.ue.ue import Ue


async def update_configuration(amf: Amf, ue: Ue, update: ConfigurationUpdate) -> None:
    context = ue.context
    if not (update.new_guti or update.registration_requested or update.new_area):
        await ue.send_nas(ConfigurationUpdateCommand(full_network_name=amf.config.network_name))
        return
    if update.new_guti:
        context.guti = Guti(amf.config.guami, amf.registry.new_tmsi(context))
        amf.contexts.save(context)
    area = registration_area(amf, context) if update.new_area else None
    if area is not None:  # until the UE acknowledges, either may be what it goes by (5.4.4.6)
        context.registration_area = tuple(dict.fromkeys((*area, *context.registration_area)))
        amf.contexts.save(context)
    indication = ACKNOWLEDGEMENT_REQUESTED
    if update.registration_requested:
        indication |= REGISTRATION_REQUESTED
    command = ConfigurationUpdateCommand(
        indication=indication,
        guti=context.guti if update.new_guti else None,
        tai_list=area,
        full_network_name=amf.config.network_name,
        mico_indication=0 if update.mico else None,
    )
    try:
        await ue.expect(
            T3555,
            lambda: ue.send_nas(command),
            ConfigurationUpdateComplete,
            others_wait=True,
        )
    except TimerExpired:
        return  # both 5G-GUTIs stay valid (5.4.4.6 b)
    amf.registry.free_former(context)
    context.registration_area = area or context.registration_area
    amf.contexts.save(context)


def follow_registration_area(amf: Amf, context: UeContext) -> None:
    """Have the UE know of its registration area, if that is another one by now."""
    if context.tai is None or context.rm is not Rm.REGISTERED:
        return
    if set(registration_area(amf, context)) != set(context.registration_area):
        amf.paging.deliver(context, ConfigurationUpdate(new_area=True))
