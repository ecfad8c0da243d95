"""Crossings of geofences: from the AMF of the device to the phone that asked."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from fastapi import Response

from nfs.common.models.amf_events import AmfEventNotification
from nfs.common.models.privacy import PrivacySubject
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.intent import IntentStatus, OperatorIntent, OperatorResult
from nfs.workflow.execution import Tools
from nfs.workflow.kinds.location_geofence import crossings, facts
from nfs.workflow.lives.life import Report
from nfs.workflow.lives.records import IntentRecord, Records
from nfs.workflow.meaning.devices import find_device
from nfs.workflow.privacy import allowed

log = structlog.get_logger("workflow")


class Crossings:
    """Serves the callback that ``crossings_uri`` names."""

    def __init__(self, nf: NetworkFunction, records: Records, tools: Tools, report: Report) -> None:
        self._nf = nf
        self._records = records
        self._tools = tools
        self._report = report
        path = f"/{nf.callback_service}/v1/crossings/{{intent_id}}"
        nf.app.add_api_route(path, self._crossed, methods=["POST"], status_code=204)

    async def _crossed(self, intent_id: str, notification: AmfEventNotification) -> Response:
        """Raises SbiProblem 404 for an intent that has ended: the AMF need not watch any more."""
        record = self._records.get(intent_id)
        if record is None or record.ended or record.intent is None:
            raise SbiProblem(404, "INTENT_NOT_FOUND", f"intent {intent_id} is over")
        self._nf.spawn(self._tell(record, record.intent, notification))
        return Response(status_code=204)

    async def _tell(
        self, record: IntentRecord, intent: OperatorIntent, notification: AmfEventNotification
    ) -> None:
        request = record.request
        watched = find_device(intent.slots.target, request)
        for crossing in crossings(intent, notification):
            if watched is None or not await self._may_know(watched, request.supi):
                log.info("crossing not told", intent=record.intent_id)
                return
            output = facts(intent) | {
                "event": crossing.value,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
            }
            result = OperatorResult(
                intent_id=record.intent_id,
                kind=intent.kind,
                status=IntentStatus.FULFILLED,
                output=output,
            )
            await self._report(request.supi, result)

    async def _may_know(self, watched: str, asking: str) -> bool:
        """The device's subscriber may have set a rule since."""
        if watched == asking:
            return True
        try:
            return await allowed(self._nf, self._tools, watched, PrivacySubject.LOCATION, asking)
        except SbiProblem as problem:
            log.warning("privacy not known", reason=str(problem))
            return False
