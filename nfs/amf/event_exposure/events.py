"""What is observed for each type of event; a report is due when it has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nfs.amf.ue.context import Rm, UeContext
from nfs.common.models.amf_events import (
    AmfEvent,
    AmfEventArea,
    EventType,
    PresenceInfo,
    PresenceState,
)

_ACCESS = "3GPP_ACCESS"


def _location(context: UeContext, _event: AmfEvent, _connected: bool) -> dict[str, Any]:
    return {"location": context.user_location()}


def _presence(context: UeContext, event: AmfEvent, _connected: bool) -> dict[str, Any]:
    """Of an idle UE it is where it was last: the AMF keeps its registration area on one side of
    the areas of interest (TS 23.501 clause 5.6.11)."""
    areas = [area.presence_info for area in event.area_list or () if area.presence_info]
    return {"areaList": [_with_state(area, context).to_json() for area in areas]}


def _with_state(area: PresenceInfo, context: UeContext) -> AmfEventArea:
    state = presence_state(area, context)
    return AmfEventArea(presence_info=area.model_copy(update={"presence_state": state}))


def presence_state(area: PresenceInfo, context: UeContext) -> PresenceState:
    """By the last known cell and tracking area."""
    if context.tai is None:
        return PresenceState.UNKNOWN
    if contains(area, context.tai.to_json()):
        return PresenceState.IN_AREA
    cell = context.cell.to_json() if context.cell else None
    in_cell = any(_same(n.to_json(), cell, "nrCellId") for n in area.ncgi_list or ())
    return PresenceState.IN_AREA if in_cell else PresenceState.OUT_OF_AREA


def contains(area: PresenceInfo, tai: dict[str, Any]) -> bool:
    """Whether the whole tracking area is in the area of interest."""
    return any(_same(t.to_json(), tai, "tac") for t in area.tracking_area_list or ())


def _same(one: dict[str, Any], other: dict[str, Any] | None, number: str) -> bool:
    if other is None or one["plmnId"] != other["plmnId"]:
        return False
    return int(one[number], 16) == int(other[number], 16)


def _registration(context: UeContext, _event: AmfEvent, _connected: bool) -> dict[str, Any]:
    state = "REGISTERED" if context.rm is Rm.REGISTERED else "DEREGISTERED"
    return {"rmInfoList": [{"rmState": state, "accessType": _ACCESS}]}


def _connectivity(context: UeContext, _event: AmfEvent, connected: bool) -> dict[str, Any]:
    state = "CONNECTED" if connected and context.rm is Rm.REGISTERED else "IDLE"
    return {"cmInfoList": [{"cmState": state, "accessType": _ACCESS}]}


OBSERVED: Mapping[str, Callable[[UeContext, AmfEvent, bool], dict[str, Any]]] = {
    EventType.LOCATION: _location,
    EventType.PRESENCE_IN_AOI: _presence,
    EventType.REGISTRATION_STATE: _registration,
    EventType.CONNECTIVITY_STATE: _connectivity,
}
"""The attributes of a report; the last argument is whether the UE is connected."""

WHEREABOUTS = (EventType.LOCATION, EventType.PRESENCE_IN_AOI)
"""Those about where a UE is."""
