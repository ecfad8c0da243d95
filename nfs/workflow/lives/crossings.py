"""Crossings of geofences: from the AMF of the device to the phone that asked.

An AMF tells the instance that has subscribed, as long as it serves the device itself. When either
is another one, the area is watched anew, and what was missed meanwhile is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from fastapi import Response

from nfs.common.models.amf_events import AmfEventNotification, PresenceState
from nfs.common.models.privacy import PrivacySubject
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.intent import IntentStatus, OperatorResult
from nfs.semantics.vocabulary import Kind
from nfs.workflow.execution import Execution
from nfs.workflow.kinds.location_geofence import crossing, facts, is_over, presences, watch
from nfs.workflow.lives.life import Life, Report
from nfs.workflow.privacy import allowed
from nfs.workflow.refusal import Refusal

PAUSES = (0.0, 0.5, 2.0, 8.0, 30.0)
"""Seconds before each attempt: the AMF that serves the device from now on is at it yet."""

PART = "."
"""Of a task's parts, each has its number behind it in its name."""

log = structlog.get_logger("workflow")


class Crossings:
    """Serves the callback that ``crossings_uri`` names; ``life_of`` gives the life of an intent
    that this instance drives."""

    def __init__(
        self, nf: NetworkFunction, report: Report, life_of: Callable[[str], Life | None]
    ) -> None:
        self._nf = nf
        self._report = report
        self._life_of = life_of
        path = f"/{nf.callback_service}/v1/crossings/{{intent_id}}"
        nf.app.add_api_route(path, self._notified, methods=["POST"], status_code=204)

    async def _notified(self, intent_id: str, notification: AmfEventNotification) -> Response:
        """Raises SbiProblem 404 for an intent that has ended, or is another instance's by now: the
        AMF need not watch for this one any more."""
        life = self._life_of(intent_id.partition(PART)[0])
        if life is None or life.record.ended:
            raise SbiProblem(404, "INTENT_NOT_FOUND", f"intent {intent_id} is over")
        if is_over(notification):
            self._nf.spawn(self.watch_again(life))
        else:
            self._nf.spawn(self._crossed(life, intent_id, notification))
        return Response(status_code=204)

    async def watch_again(self, life: Life) -> None:
        """At the AMF that serves the device now, which is to tell this instance."""
        for plan in _geofences(life):
            for pause in PAUSES:
                await asyncio.sleep(pause)
                if life.record.ended:
                    return
                try:
                    presence = PresenceState(await watch(plan, life.seconds_left))
                except Refusal as refusal:
                    log.info("area not watched", intent=plan.intent_id, why=str(refusal))
                else:
                    if plan.output.get("presence") != presence.value:
                        await self._tell(life, plan, presence)
                    break

    async def _crossed(self, life: Life, plan_id: str, notification: AmfEventNotification) -> None:
        for plan in _geofences(life):
            if plan.intent_id == plan_id:
                for presence in presences(notification):
                    await self._tell(life, plan, presence)

    async def _tell(self, life: Life, plan: Execution, presence: PresenceState) -> None:
        """Note where the device is now, and tell the user of the crossing if he may know it."""
        plan.output["presence"] = presence.value
        life.save()
        crossed = crossing(plan.intent, presence)
        if crossed is None or not await self._may_know(plan.target_supi(), plan):
            return
        at = datetime.now(UTC).isoformat(timespec="seconds")
        result = OperatorResult(
            intent_id=life.record.intent_id,
            kind=plan.intent.kind,
            status=IntentStatus.FULFILLED,
            output=facts(plan.intent) | {"event": crossed.value, "at": at},
        )
        await self._report(plan.request.supi, result)

    async def _may_know(self, watched: str, plan: Execution) -> bool:
        """The device's subscriber may have set a rule since."""
        asking = plan.request.supi
        if watched == asking:
            return True
        try:
            return await allowed(self._nf, plan.tools, watched, PrivacySubject.LOCATION, asking)
        except SbiProblem as problem:
            log.warning("privacy not known", reason=str(problem))
            return False


def _geofences(life: Life) -> list[Execution]:
    plans = life.workflow.plans(life.record, life)
    return [plan for plan in plans if plan.intent.kind is Kind.LOCATION_GEOFENCE]
