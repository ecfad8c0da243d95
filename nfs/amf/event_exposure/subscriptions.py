"""Namf_EventExposure Subscribe and Unsubscribe (TS 29.518 clauses 5.3.2.2 and 5.3.2.3).

A subscription is in the store, with what was observed last: a restart loses no change, and another
AMF of the set goes on with it. It outlives the registration of its UE.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from nfs.amf.event_exposure.events import OBSERVED, WHEREABOUTS, contains
from nfs.amf.event_exposure.notification import notify, report
from nfs.amf.mobility.location import follow_serving_cell
from nfs.amf.registration.configuration_update import follow_registration_area
from nfs.common.identities import Tai
from nfs.common.models.amf_events import (
    AmfCreatedEventSubscription,
    AmfEvent,
    AmfEventReport,
    AmfEventSubscription,
    AmfUpdateEventOptionItem,
)
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Conflict, Document, Store, StoreUnavailable
from nfs.common.store.follow import follow

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.context import UeContext

SUBSCRIPTIONS = "event-subscriptions"

log = structlog.get_logger("amf")


class EventSubscriptions:
    def __init__(self, amf: Amf, store: Store) -> None:
        self._amf = amf
        self._store = store
        self._known: dict[str, dict[str, Document]] = {}
        """By SUPI, those of all AMFs of the set, so that a UE without any costs nothing."""

    def start(self) -> None:
        """Know those that there are, and follow what other AMFs of the set write."""
        self._amf.spawn(follow(self._store, SUBSCRIPTIONS, self._keys, self._know))

    def of(self, supi: str | None) -> Iterator[tuple[str, AmfEventSubscription]]:
        """What is subscribed to for a UE, each under its identifier."""
        for key, document in list(self._known.get(supi or "", {}).items()):
            subscription = _subscription(document)
            if _expired(subscription):
                self._know(key, None)
            else:
                yield key, subscription

    def border_between(self, supi: str | None, one: Tai, other: Tai) -> bool:
        """Whether one of the two tracking areas is inside of an area of interest, the other not."""
        areas = (
            area.presence_info
            for _, subscription in self.of(supi)
            for event in subscription.event_list
            for area in event.area_list or ()
        )
        return any(
            contains(area, one.to_json()) != contains(area, other.to_json())
            for area in areas
            if area is not None
        )

    def create(self, subscription: AmfEventSubscription) -> AmfCreatedEventSubscription:
        """Raises SbiProblem for a UE that is not here, or an event that cannot be reported."""
        context = self._amf.registry.context(subscription.supi or "")
        if context is None:
            detail = f"{subscription.supi or 'no one UE'} is not served by this AMF"
            raise SbiProblem(403, "UE_NOT_SERVED_BY_AMF", detail)
        _check(subscription)
        observed = [self._observed(context, event) for event in subscription.event_list]
        key = f"{subscription.supi}-{uuid.uuid4()}"
        self._put(key, {"subscription": subscription.to_json(), "observed": observed})
        follow_registration_area(self._amf, context)
        self._follow_cell(context)
        now = [
            report(self._uri(key), subscription, event, content)
            for event, content in zip(subscription.event_list, observed, strict=True)
            if event.immediate_flag
        ]
        return AmfCreatedEventSubscription(
            subscription=subscription,
            subscription_id=self._uri(key),
            report_list=now or None,
        )

    def modify(self, key: str, items: list[AmfUpdateEventOptionItem]) -> AmfEventSubscription:
        """Another time of expiry. Raises SbiProblem 404."""
        document = self._get(key)
        subscription = _subscription(document)
        options = (document.value["subscription"].get("options") or {"trigger": "CONTINUOUS"}) | {
            "expiry": items[-1].value
        }
        changed = AmfEventSubscription.model_validate(subscription.to_json() | {"options": options})
        self._put(key, document.value | {"subscription": changed.to_json()})
        return changed

    def delete(self, key: str) -> None:
        """Raises SbiProblem 404."""
        subscription = _subscription(self._get(key))
        self._store.delete(SUBSCRIPTIONS, key)
        self._know(key, None)
        context = self._amf.registry.context(subscription.supi or "")
        if context is not None:
            follow_registration_area(self._amf, context)
            self._follow_cell(context)

    def end_of(self, supi: str | None) -> None:
        """An AMF of another set serves the UE: who wants to know more subscribes there, and hears
        so from a last report (AmfEventState, active false)."""
        for key, subscription in self.of(supi):
            self._store.delete(SUBSCRIPTIONS, key)
            self._know(key, None)
            over = {"state": {"active": False}}
            uri = self._uri(key)
            reports = [report(uri, subscription, event, over) for event in subscription.event_list]
            self._amf.spawn(self._tell(key, subscription, reports))

    def observe(self, context: UeContext) -> None:
        """Something about the UE may have changed: report what has, to whom it concerns."""
        keys = list(self._known.get(context.supi or "", ()))
        for key in keys:
            try:
                self._compare(context, key)
            except StoreUnavailable as error:
                log.warning("events not reported", ue=context.name, reason=str(error))
        if keys:
            self._follow_cell(context)

    def _follow_cell(self, context: UeContext) -> None:
        """What somebody wants to know of places, the gNB has to tell (TS 23.501 clause 5.6.11)."""
        ue = self._amf.registry.get(context.supi or "")
        if ue is not None:
            wanted = any(
                event.type in WHEREABOUTS
                for _, subscription in self.of(context.supi)
                for event in subscription.event_list
            )
            self._amf.spawn(follow_serving_cell(ue, wanted=wanted))

    def _compare(self, context: UeContext, key: str) -> None:
        document = self._store.get(SUBSCRIPTIONS, key)
        self._know(key, document)
        if document is None:
            return
        subscription, before = _subscription(document), document.value["observed"]
        now = [self._observed(context, event) for event in subscription.event_list]
        if now == before:
            return
        reports = [
            report(self._uri(key), subscription, event, content)
            for event, content, former in zip(subscription.event_list, now, before, strict=True)
            if content != former
        ]
        options = subscription.options
        most = 1 if options and options.trigger == "ONE_TIME" else options and options.max_reports
        made = document.value.get("reports", 0) + len(reports)
        try:
            value = document.value | {"observed": now, "reports": made}
            self._put(key, value, expect=document.version)
        except Conflict:
            return  # another AMF serves the UE and has reported
        if most is not None and made >= most:
            self._store.delete(SUBSCRIPTIONS, key)
            self._know(key, None)
        self._amf.spawn(self._tell(key, subscription, reports))

    def _observed(self, context: UeContext, event: AmfEvent) -> dict[str, Any]:
        ue = self._amf.registry.get(context.supi or "")
        return OBSERVED[event.type](context, event, ue is not None and ue.connected)

    def _uri(self, key: str) -> str:
        return f"{self._amf.api_root}/namf-evts/v1/subscriptions/{key}"

    async def _tell(
        self, key: str, subscription: AmfEventSubscription, reports: list[AmfEventReport]
    ) -> None:
        """Who does not know the callback any more has no use for the subscription."""
        if not await notify(self._amf, subscription, reports):
            with contextlib.suppress(SbiProblem):
                self.delete(key)

    def _keys(self) -> list[str]:
        return [key for of_one in self._known.values() for key in of_one]

    def _know(self, key: str, document: Document | None) -> None:
        supi = key[: -len("-") - 36]
        if document is not None:
            self._known.setdefault(supi, {})[key] = document
            return
        self._known.get(supi, {}).pop(key, None)
        if not self._known.get(supi):
            self._known.pop(supi, None)

    def _get(self, key: str) -> Document:
        document = self._store.get(SUBSCRIPTIONS, key)
        if document is None:
            raise SbiProblem(404, "SUBSCRIPTION_NOT_FOUND", f"there is no subscription {key}")
        return document

    def _put(self, key: str, value: dict[str, Any], expect: int | None = None) -> None:
        """Until its expiry."""
        options = _subscription(Document(value, 0)).options
        ttl = None
        if options and options.expiry:
            ttl = max(0.001, (options.expiry - datetime.now(UTC)).total_seconds())
        version = self._store.put(SUBSCRIPTIONS, key, value, expect=expect, ttl=ttl)
        self._know(key, Document(value, version))


def _subscription(document: Document) -> AmfEventSubscription:
    return AmfEventSubscription.model_validate(document.value["subscription"])


def _expired(subscription: AmfEventSubscription) -> bool:
    expiry = subscription.options.expiry if subscription.options else None
    return expiry is not None and expiry <= datetime.now(UTC)


def _check(subscription: AmfEventSubscription) -> None:
    for event in subscription.event_list:
        if event.type not in OBSERVED:
            detail = f"{event.type}: this AMF reports {', '.join(OBSERVED)}"
            raise SbiProblem(501, "UNSUPPORTED_EVENT_TYPE", detail)
        areas = [area.presence_info for area in event.area_list or ()]
        usable = all(a and (a.tracking_area_list or a.ncgi_list) for a in areas)
        if "AOI" in event.type and not (areas and usable):
            detail = "an area of interest has tracking areas or NR cells"
            raise SbiProblem(400, "MANDATORY_IE_MISSING", detail)
