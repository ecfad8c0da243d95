"""The tool watch-area: crossings of the border of an area, as Namf_EventExposure reports them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import Field

from nfs.amf.tools.models import Cells, OfIntent, Tacs
from nfs.common.models.amf_events import (
    AmfEvent,
    AmfEventArea,
    AmfEventMode,
    AmfEventSubscription,
    EventType,
    NcgiJson,
    PresenceInfo,
    PresenceState,
    TaiJson,
)
from nfs.common.models.base import SbiModel
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.amf.app import Amf


class AreaToWatch(OfIntent):
    """``notifyUri`` gets an AmfEventNotification, whose correlation identifier is the intent's, for
    so many seconds at most."""

    tacs: Tacs = Field(default=[])
    cells: Cells = Field(default=[])
    notify_uri: str = Field(pattern="^https?://", max_length=2048)
    seconds: int | None = Field(default=None, ge=1, le=31_536_000)


class Presence(SbiModel):
    presence: PresenceState


def tool(amf: Amf) -> Tool[Any, Any]:
    async def perform(given: AreaToWatch) -> Presence:
        return watch(amf, given)

    return Tool(
        name="watch-area",
        purpose="be told when a device enters or leaves an area",
        description="Subscribes to PRESENCE_IN_AOI_REPORT (TS 29.518) for one UE and says where "
        "the UE is now. stop-watching-area ends it.",
        input=AreaToWatch,
        output=Presence,
        perform=perform,
        pre_conditions=("device.registered",),
        post_conditions=("area.watched",),
    )


def watch(amf: Amf, given: AreaToWatch) -> Presence:
    """In place of what is watched for the intent already. Raises SbiProblem."""
    plmn = amf.config.home.to_json()
    area = PresenceInfo(
        tracking_area_list=[TaiJson(plmn_id=plmn, tac=f"{tac:06x}") for tac in given.tacs] or None,
        ncgi_list=[NcgiJson(plmn_id=plmn, nr_cell_id=cell) for cell in given.cells] or None,
    )
    event = AmfEvent(
        type=EventType.PRESENCE_IN_AOI,
        immediate_flag=True,
        area_list=[AmfEventArea(presence_info=area)],
    )
    watched = watched_for(amf, given)
    created = amf.events.create(
        AmfEventSubscription(
            event_list=[event],
            event_notify_uri=given.notify_uri,
            notify_correlation_id=given.intent_id,
            nf_id=amf.instance_id,
            supi=given.supi,
            options=_until(given.seconds),
        )
    )
    for key in watched:
        amf.events.delete(key)
    states = [
        area.presence_info.presence_state
        for report in created.report_list or ()
        for area in report.area_list or ()
        if area.presence_info
    ]
    return Presence(presence=states[0] or PresenceState.UNKNOWN)


def watched_for(amf: Amf, intent: OfIntent) -> list[str]:
    """Identifiers of the subscriptions of an intent."""
    return [
        key
        for key, subscription in amf.events.of(intent.supi)
        if subscription.notify_correlation_id == intent.intent_id
    ]


def _until(seconds: int | None) -> AmfEventMode:
    expiry = None if seconds is None else datetime.now(UTC) + timedelta(seconds=seconds)
    return AmfEventMode(trigger="CONTINUOUS", expiry=expiry)
