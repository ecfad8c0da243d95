"""NFStatusSubscribe, NFStatusNotify, NFStatusUnSubscribe (TS 29.510 clauses 5.2.2.5 to 5.2.2.7)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from pydantic import ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from nfs.common.models.base import SbiModel
from nfs.common.models.nrf import NFProfile
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Store

log = structlog.get_logger("nrf")

_COLLECTION = "subscriptions"
_LIFETIME = timedelta(days=1)
_CONDITIONS = {"nfInstanceId", "nfType", "serviceName"}


class NotificationEvent(StrEnum):
    """TS 29.510 clause 6.1.6.3.6."""

    REGISTERED = "NF_REGISTERED"
    DEREGISTERED = "NF_DEREGISTERED"
    PROFILE_CHANGED = "NF_PROFILE_CHANGED"


class SubscriptionData(SbiModel):
    """TS 29.510 clause 6.1.6.2.16; attributes this testbed does not use are kept as they came."""

    model_config = ConfigDict(extra="allow", alias_generator=to_camel)

    nf_status_notification_uri: str = Field(pattern=r"^https?://")
    subscr_cond: dict[str, Any] | None = None
    req_notif_events: list[str] | None = None
    subscription_id: str | None = None
    validity_time: datetime | None = None


class Subscriptions:
    def __init__(self, nrf: NetworkFunction, store: Store) -> None:
        self._nrf = nrf
        self._store = store

    def create(self, wanted: SubscriptionData) -> SubscriptionData:
        """The subscription as granted: with its identifier, for at most a day."""
        unknown = set(wanted.subscr_cond or ()) - _CONDITIONS
        if unknown:
            detail = f"subscrCond with {sorted(unknown)}: only {sorted(_CONDITIONS)} are supported"
            raise SbiProblem(400, "OPTIONAL_IE_INCORRECT", detail)
        return self._grant(wanted, uuid.uuid4().hex)

    def prolong(self, subscription_id: str, patch: list[dict[str, Any]]) -> SubscriptionData:
        """Clause 5.2.2.5.6: the patch has one item, which replaces validityTime."""
        kept = self._store.get(_COLLECTION, subscription_id)
        if kept is None:
            raise SbiProblem(404, "SUBSCRIPTION_NOT_FOUND", f"no subscription {subscription_id}")
        item = patch[0] if len(patch) == 1 else {}
        if item.get("op") != "replace" or item.get("path") != "/validityTime":
            raise SbiProblem(400, "INVALID_MSG_FORMAT", "only validityTime can be replaced")
        try:
            wanted = SubscriptionData.model_validate(
                kept.value | {"validityTime": item.get("value")}
            )
        except ValidationError as error:
            raise SbiProblem(400, "MANDATORY_IE_INCORRECT", f"validityTime: {error}") from error
        return self._grant(wanted, subscription_id)

    def _grant(self, wanted: SubscriptionData, subscription_id: str) -> SubscriptionData:
        latest = datetime.now(UTC) + _LIFETIME
        until = min(_utc(wanted.validity_time), latest) if wanted.validity_time else latest
        granted = wanted.model_copy(
            update={"subscription_id": subscription_id, "validity_time": until}
        )
        self._store.put(_COLLECTION, subscription_id, granted.to_json())
        return granted

    def delete(self, subscription_id: str) -> None:
        if not self._store.delete(_COLLECTION, subscription_id):
            raise SbiProblem(404, "SUBSCRIPTION_NOT_FOUND", f"no subscription {subscription_id}")

    def notify(self, event: NotificationEvent, profile: NFProfile) -> None:
        """Tell those who subscribed to it, beside everything else; forget who no longer does."""
        for subscription_id, document in self._store.scan(_COLLECTION):
            subscription = SubscriptionData.model_validate(document.value)
            if subscription.validity_time and subscription.validity_time < datetime.now(UTC):
                self._store.delete(_COLLECTION, subscription_id)
            elif _concerns(subscription, event, profile):
                uri = subscription.nf_status_notification_uri
                self._nrf.spawn(self._send(uri, self._notification(event, profile)))

    def _notification(self, event: NotificationEvent, profile: NFProfile) -> dict[str, Any]:
        uri = f"{self._nrf.api_root}/nnrf-nfm/v1/nf-instances/{profile.nf_instance_id}"
        body: dict[str, Any] = {"event": event, "nfInstanceUri": uri}
        if event is not NotificationEvent.DEREGISTERED:
            # Who may discover an NF is not for its consumers to know (clause 6.1.6.2.17).
            body["nfProfile"] = {
                name: value for name, value in profile.to_json().items() if name != "allowedNfTypes"
            }
        return body

    async def _send(self, uri: str, body: dict[str, Any]) -> None:
        try:
            await self._nrf.notify(uri, body)
        except SbiProblem as problem:
            log.warning(
                "subscriber not told", uri=uri, notification=body["event"], reason=str(problem)
            )


def _concerns(subscription: SubscriptionData, event: NotificationEvent, profile: NFProfile) -> bool:
    if subscription.req_notif_events is not None and event not in subscription.req_notif_events:
        return False
    condition = subscription.subscr_cond or {}
    return (
        condition.get("nfInstanceId", profile.nf_instance_id) == profile.nf_instance_id
        and condition.get("nfType", profile.nf_type) == profile.nf_type
        and (
            "serviceName" not in condition
            or any(s.service_name == condition["serviceName"] for s in profile.all_services)
        )
    )


def _utc(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
