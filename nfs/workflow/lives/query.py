"""How intents stand, for operators: at the IAF, and at an AMF with agent capability."""

from __future__ import annotations

from pydantic import JsonValue

from nfs.common.models.iaf import IntentInfo
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.exchange.ts28312_report import to_intent_report
from nfs.workflow.lives.records import IntentRecord, Records


def query_intents(records: Records, supi: str | None) -> list[IntentInfo]:
    """Those of a subscriber, or the newest of all; the newest first."""
    found = records.of(supi) if supi is not None else records.newest()
    return list(map(intent_info, found))


def query_intent(records: Records, intent_id: str) -> IntentInfo:
    """Raises SbiProblem 404."""
    return intent_info(_record(records, intent_id))


def report_intent(records: Records, intent_id: str) -> dict[str, JsonValue]:
    """The IntentReport of TS 28.312. Raises SbiProblem 404."""
    record = _record(records, intent_id)
    result = record.result or record.result_of(record.status)
    return to_intent_report(result, record.intent)


def intent_info(record: IntentRecord) -> IntentInfo:
    intent, result = record.intent, record.result
    return IntentInfo(
        intent_id=record.intent_id,
        supi=record.request.supi,
        status=record.status.value,
        created_at=record.created_at,
        expires_at=record.expires_at,
        text=record.request.text or (intent.description if intent is not None else None) or None,
        intent=intent.to_json() if intent is not None else None,
        result=result.to_json() if result is not None else None,
        undo_calls=[call.tool for call in record.undo_calls],
    )


def _record(records: Records, intent_id: str) -> IntentRecord:
    record = records.get(intent_id)
    if record is None:
        raise SbiProblem(404, "INTENT_NOT_FOUND", f"there is no intent {intent_id}")
    return record
