"""The IAF: Niaf_Intent, and the agent under whose identity intents are carried out."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from nfs.common.agents.consumer import AgentConsumer
from nfs.common.agents.identity import AgentDescription, AgentIdentity, lab_account
from nfs.common.models.iaf import (
    AnalysisRequest,
    ConversionRequest,
    ConversionResult,
    IntentCreated,
    IntentInfo,
    IntentList,
    IntentSubmission,
)
from nfs.common.models.nrf import NFProfile
from nfs.common.nf import NetworkFunction, Platform
from nfs.iaf.analysis import analyse_text
from nfs.iaf.config import IafConfig
from nfs.iaf.conversion import convert_intent
from nfs.semantics.llm import LlmAnalyser, offline
from nfs.semantics.ontology.profile import profile
from nfs.semantics.vocabulary import Kind
from nfs.workflow import Intents, IntentWorkflow
from nfs.workflow.lives.query import query_intent, query_intents, report_intent
from nfs.workflow.policies import Policies

AGENT = AgentDescription(
    template="core.intent",
    instance="iaf",
    name="Intent analysis",
    description=(
        "Carries out what subscribers ask of the network, with other agents and network "
        "functions. It takes no tasks from agents: intents come from the AMF."
    ),
    capabilities=(),
)


class Iaf(NetworkFunction):
    nf_type = "IAF"
    services = ("niaf-intent", "niaf-callback")

    def __init__(self, config: IafConfig, platform: Platform) -> None:
        super().__init__(config, platform, title="IAF, Niaf_Intent")
        store = platform.store("iaf")
        account = lab_account(AGENT.template, config.agent_account_key, config.gateway_id)
        self.identity = AgentIdentity(self, store, AGENT, account)
        agents = AgentConsumer(self, self.identity)
        self._llm = LlmAnalyser(config.llm, self.metrics) if config.llm else None
        policies = Policies.load(config.policies)
        workflow = IntentWorkflow(self, agents, policies, analyser=self._llm or offline)
        self.intents = Intents(self, store, workflow, period=config.assurance_period)
        self._add_routes()

    @property
    def profile(self) -> NFProfile:
        info = {"intentKinds": [kind.value for kind in Kind if kind is not Kind.NONE]}
        return super().profile.model_copy(update={"custom_info": info})

    async def start(self) -> None:
        await super().start()
        await self.identity.start()
        self.intents.start()

    async def stop(self) -> None:
        await self.identity.stop()
        await super().stop()
        self.intents.stop()
        if self._llm is not None:
            await self._llm.close()

    def _add_routes(self) -> None:
        app, root = self.app, "/niaf-intent/v1"

        @app.post(f"{root}/intents", status_code=201, tags=["niaf-intent"])
        async def create_intent(request: IntentSubmission, response: Response) -> IntentCreated:
            record = self.intents.create(request)
            response.headers["Location"] = f"{self.api_root}{root}/intents/{record.intent_id}"
            return IntentCreated(intent_id=record.intent_id, status=record.status.value)

        @app.get(f"{root}/intents", tags=["niaf-intent"], response_model_exclude_none=True)
        async def query(supi: str | None = None) -> IntentList:
            return IntentList(intents=query_intents(self.intents.records, supi))

        @app.get(
            f"{root}/intents/{{intent_id}}", tags=["niaf-intent"], response_model_exclude_none=True
        )
        async def query_one(intent_id: str) -> IntentInfo:
            return query_intent(self.intents.records, intent_id)

        @app.get(f"{root}/intents/{{intent_id}}/report", tags=["niaf-intent"])
        async def report(intent_id: str) -> dict[str, Any]:
            return report_intent(self.intents.records, intent_id)

        @app.delete(f"{root}/intents/{{intent_id}}", status_code=204, tags=["niaf-intent"])
        async def cancel_intent(intent_id: str) -> None:
            self.intents.cancel(intent_id)

        @app.post(f"{root}/analyses", tags=["niaf-intent"])
        async def analyse(request: AnalysisRequest) -> dict[str, Any]:
            return analyse_text(request)

        @app.post(f"{root}/conversions", tags=["niaf-intent"])
        async def convert(request: ConversionRequest) -> ConversionResult:
            return convert_intent(request)

        @app.get(f"{root}/profile", tags=["niaf-intent"])
        async def intent_profile() -> dict[str, Any]:
            return profile()
