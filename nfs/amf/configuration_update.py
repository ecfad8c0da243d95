"""Generic UE configuration update (TS 24.501 clause 5.4.4, TS 23.502 clause 4.2.4.2).

With acknowledgement when the UE gets a new 5G-GUTI, as it does after each answer to paging (TS
33.501 clause 6.12.3); without when it is only told the network's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.errors import TimerExpired
from nfs.amf.events import ConfigurationUpdate
from nfs.amf.timers import T3555
from nfs.common.identities import Guti
from nfs.protocols.nas import ConfigurationUpdateCommand, ConfigurationUpdateComplete
from nfs.protocols.nas.mm.configuration_update import (
    ACKNOWLEDGEMENT_REQUESTED,
    REGISTRATION_REQUESTED,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue import Ue


async def update_configuration(amf: Amf, ue: Ue, update: ConfigurationUpdate) -> None:
    context = ue.context
    if not update.new_guti and not update.registration_requested:
        await ue.send_nas(ConfigurationUpdateCommand(full_network_name=amf.config.network_name))
        return
    if update.new_guti:
        context.guti = Guti(amf.config.guami, amf.registry.new_tmsi(context))
        amf.contexts.save(context)
    indication = ACKNOWLEDGEMENT_REQUESTED
    if update.registration_requested:
        indication |= REGISTRATION_REQUESTED
    command = ConfigurationUpdateCommand(
        indication=indication,
        guti=context.guti if update.new_guti else None,
        full_network_name=amf.config.network_name,
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
    amf.contexts.save(context)
