"""Namf_EventExposure (TS 29.518 clause 6.2.6): what is subscribed to, and what is reported."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from nfs.common.models.base import SbiModel

Supi = Annotated[str, Field(pattern=r"^(imsi-[0-9]{5,15}|nai-.+|gci-.+|gli-.+)$", max_length=64)]
_Uri = Annotated[str, Field(pattern=r"^https?://", max_length=2048)]


class EventType(StrEnum):
    """Those of AmfEventType that this AMF reports."""

    LOCATION = "LOCATION_REPORT"
    PRESENCE_IN_AOI = "PRESENCE_IN_AOI_REPORT"
    REGISTRATION_STATE = "REGISTRATION_STATE_REPORT"
    CONNECTIVITY_STATE = "CONNECTIVITY_STATE_REPORT"


class PresenceState(StrEnum):
    IN_AREA = "IN_AREA"
    OUT_OF_AREA = "OUT_OF_AREA"
    UNKNOWN = "UNKNOWN"


class TaiJson(SbiModel):
    plmn_id: dict[str, str]
    tac: str = Field(pattern=r"^([0-9A-Fa-f]{4}|[0-9A-Fa-f]{6})$")


class NcgiJson(SbiModel):
    plmn_id: dict[str, str]
    nr_cell_id: str = Field(pattern=r"^[0-9A-Fa-f]{9}$")


class PresenceInfo(SbiModel):
    """An area of interest by its tracking areas and cells (TS 29.571 clause 5.4.4.27)."""

    pra_id: str | None = None
    presence_state: PresenceState | None = None
    tracking_area_list: list[TaiJson] | None = Field(default=None, min_length=1, max_length=256)
    ncgi_list: list[NcgiJson] | None = Field(default=None, min_length=1, max_length=256)


class AmfEventArea(SbiModel):
    presence_info: PresenceInfo | None = None


class AmfEvent(SbiModel):
    """``type`` is one that this AMF reports (EventType), or another one, which is refused."""

    type: str
    immediate_flag: bool = False
    area_list: list[AmfEventArea] | None = Field(default=None, min_length=1, max_length=16)


class AmfEventMode(SbiModel):
    trigger: Literal["ONE_TIME", "CONTINUOUS"]
    max_reports: int | None = Field(default=None, ge=1)
    expiry: AwareDatetime | None = None


class AmfEventSubscription(SbiModel):
    event_list: list[AmfEvent] = Field(min_length=1, max_length=16)
    event_notify_uri: _Uri
    notify_correlation_id: str = Field(max_length=256)
    nf_id: str = Field(max_length=64)
    supi: Supi | None = None
    options: AmfEventMode | None = None


class AmfCreateEventSubscription(SbiModel):
    subscription: AmfEventSubscription


class AmfEventReport(SbiModel):
    """``content`` of the type is in the attribute that TS 29.518 has for it."""

    type: str
    state: dict[str, Any]
    time_stamp: datetime
    subscription_id: str | None = None
    supi: str | None = None
    area_list: list[AmfEventArea] | None = None
    location: dict[str, Any] | None = None
    rm_info_list: list[dict[str, str]] | None = None
    cm_info_list: list[dict[str, str]] | None = None


class AmfCreatedEventSubscription(SbiModel):
    subscription: AmfEventSubscription
    subscription_id: str
    report_list: list[AmfEventReport] | None = None


class AmfEventNotification(SbiModel):
    notify_correlation_id: str | None = None
    report_list: list[AmfEventReport] | None = None


class AmfUpdateEventOptionItem(SbiModel):
    """An item of the JSON Patch that modifies a subscription."""

    op: Literal["replace"]
    path: Literal["/options/expiry"]
    value: AwareDatetime
