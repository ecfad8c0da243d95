"""Intents that an AMF with agent capability carries out itself, for operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from nfs.common.models.iaf import IntentInfo, IntentList
from nfs.common.sbi.problem import SbiProblem
from nfs.workflow import Intents
from nfs.workflow.lives.query import query_intent, query_intents

if TYPE_CHECKING:
    from nfs.amf.app import Amf

ROOT = "/namf-intent/v1/intents"


def add_routes(app: FastAPI, amf: Amf) -> None:
    """The operations of Niaf_Intent that are for operators."""

    @app.get(ROOT, response_model_exclude_none=True)
    async def query(supi: str | None = None) -> IntentList:
        return IntentList(intents=query_intents(_own(amf).records, supi))

    @app.get(f"{ROOT}/{{intent_id}}", response_model_exclude_none=True)
    async def query_one(intent_id: str) -> IntentInfo:
        return query_intent(_own(amf).records, intent_id)

    @app.delete(f"{ROOT}/{{intent_id}}", status_code=204)
    async def cancel_intent(intent_id: str) -> None:
        _own(amf).cancel(intent_id)


def _own(amf: Amf) -> Intents:
    if amf.intents is None:
        detail = "this AMF has no agent capability: the IAF knows the intents"
        raise SbiProblem(404, "AGENT_NOT_ENABLED", detail)
    return amf.intents
