"""Niaf_Intent_Withdraw: an intent is ended by the NF that has asked for it."""

from __future__ import annotations

from nfs.common.sbi.access import Consumer
from nfs.common.sbi.problem import SbiProblem
from nfs.workflow import Intents


def withdraw(intents: Intents, intent_id: str, consumer: Consumer | None) -> None:
    """Raises SbiProblem 404 for an intent that has ended, 403 for another NF's: an operator ends
    those with Niaf_OAM."""
    record = intents.records.get(intent_id)
    asked_by = record.asked_by if record is not None else None
    if consumer is not None and asked_by not in (None, consumer.instance_id):
        raise SbiProblem(403, "NOT_YOUR_INTENT", "another NF has asked for this intent")
    intents.cancel(intent_id)
