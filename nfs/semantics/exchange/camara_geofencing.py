"""location.geofence to and from CAMARA's geofencing: the body of ``POST /subscriptions``.

The area is a circle, in the words of a geo URI (RFC 5870): ``geo:50.735851,7.10066;u=2000``, the
uncertainty being the radius in metres. A subscription is for one crossing, until a date and time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from pydantic import Field

from nfs.semantics.exchange.camara import (
    CamaraModel,
    Circle,
    Device,
    from_device,
    kept_of,
    read,
    require_exact,
    require_kept,
    slots_of,
    to_device,
)
from nfs.semantics.exchange.exact import (
    Converted,
    Document,
    foreign,
    inexpressible,
    intent_of,
    malformed,
    require_same,
)
from nfs.semantics.intent import OperatorIntent, Trigger
from nfs.semantics.vocabulary import Kind

_TYPE = "org.camaraproject.geofencing-subscriptions.v0."
_TRIGGERS = {f"{_TYPE}area-entered": Trigger.ENTER, f"{_TYPE}area-left": Trigger.LEAVE}
_CARRIED = {"target", "area", "trigger", "endTime"}
_SINK = "sink"
_CONFIG = ("subscriptionMaxEvents", "initialEvent")
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_GEO = re.compile(rf"geo:({_NUMBER}),({_NUMBER});u=({_NUMBER})")
_DATE_TIME = re.compile(r"[0-9-]{10}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})")


class _Detail(CamaraModel):
    device: Device | None = None
    area: Circle


class _Config(CamaraModel):
    subscription_detail: _Detail
    subscription_expire_time: str | None = None
    subscription_max_events: int | None = Field(default=None, ge=1)
    initial_event: bool | None = None


class _Subscription(CamaraModel):
    sink: str
    types: list[str] = Field(min_length=1, max_length=1)
    config: _Config


def to_geofencing(intent: OperatorIntent, kept: Document | None = None) -> Document:
    """The SubscriptionRequest; ``kept`` has the ``sink`` for its events, and may have
    ``subscriptionMaxEvents`` and ``initialEvent``."""
    kept = kept or {}
    require_kept(kept, {_SINK, *_CONFIG})
    slots = slots_of(intent, Kind.LOCATION_GEOFENCE, _CARRIED)
    if _SINK not in kept:
        raise malformed(("kept", _SINK), "a subscription has a sink")
    config: Document = {name: kept[name] for name in _CONFIG if name in kept}
    device = {"device": to_device(str(slots["target"]))} if "target" in slots else {}
    config["subscriptionDetail"] = {**device, "area": _circle(str(slots.get("area")))}
    if "endTime" in slots:
        config["subscriptionExpireTime"] = _expiry(str(slots["endTime"]))
    subscription: Document = {
        "protocol": "HTTP",
        "sink": kept[_SINK],
        "types": [_event(slots.get("trigger"))],
        "config": config,
    }
    require_exact(slots, _intent(subscription))
    return subscription


def from_geofencing(document: object) -> Converted:
    """The wish of a SubscriptionRequest. Raises NotConvertible."""
    intent = _intent(document)
    config = document["config"] if isinstance(document, Mapping) else {}
    kept = kept_of(document, _SINK) | kept_of(config, *_CONFIG)
    require_same(document, to_geofencing(intent, kept))
    return Converted(intent, kept)


def _intent(document: object) -> OperatorIntent:
    subscription = read(_Subscription, document)
    if subscription.types[0] not in _TRIGGERS:
        raise foreign(("types", 0))
    detail = subscription.config.subscription_detail
    slots: Document = {"area": _geo(detail.area), "trigger": _TRIGGERS[subscription.types[0]].value}
    if detail.device is not None:
        slots["target"] = from_device(detail.device)
    if (expiry := subscription.config.subscription_expire_time) is not None:
        slots["endTime"] = expiry
    return intent_of({"kind": Kind.LOCATION_GEOFENCE, "slots": slots})


def _event(trigger: object) -> str:
    for event, crossing in _TRIGGERS.items():
        if crossing == trigger:
            return event
    text = "a subscription is for ENTER or for LEAVE; BOTH are two subscriptions"
    raise inexpressible(("slots", "trigger"), text)


def _expiry(end_time: str) -> str:
    if not _DATE_TIME.fullmatch(end_time):
        text = "a subscription ends at a date and time with seconds and time zone (RFC 3339)"
        raise inexpressible(("slots", "endTime"), text)
    return end_time


def _circle(area: str) -> Document:
    match = _GEO.fullmatch(area)
    if match is None:
        text = "an area is a circle, such as geo:50.735851,7.10066;u=2000"
        raise inexpressible(("slots", "area"), text)
    latitude, longitude, radius = map(float, match.groups())
    center: Document = {"latitude": latitude, "longitude": longitude}
    return {"areaType": "CIRCLE", "center": center, "radius": radius}


def _geo(circle: Circle) -> str:
    latitude, longitude, radius = (
        f"{Decimal(repr(number)):f}".removesuffix(".0")
        for number in (circle.center.latitude, circle.center.longitude, circle.radius)
    )
    return f"geo:{latitude},{longitude};u={radius}"
