"""The IAF: what it serves, and the agent under whose identity intents are carried out."""

from __future__ import annotations

from typing import Any, ClassVar

from fastapi import Request, Response

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
from nfs.common.sbi.access import consumer_of
from nfs.iaf.analysis import analyse_text
from nfs.iaf.config import IafConfig
from nfs.iaf.conversion import convert_intent
from nfs.iaf.withdrawal import withdraw
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
    services = ("niaf-intent", "niaf-analysis", "niaf-callback", "niaf-oam")
    restricted: ClassVar = {"niaf-intent": ("AMF",), "niaf-oam": ("OAM",)}

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
        self._add_intent_routes()
        self._add_analysis_routes()
        self._add_operator_routes()

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

    def _add_intent_routes(self) -> None:
        app, root = self.app, "/niaf-intent/v1"

        @app.post(f"{root}/intents", status_code=201, tags=["niaf-intent"])
        async def create_intent(
            request: IntentSubmission, response: Response, http: Request
        ) -> IntentCreated:
            record = self.intents.create(request, consumer_of(http))
            response.headers["Location"] = f"{self.api_root}{root}/intents/{record.intent_id}"
            return IntentCreated(intent_id=record.intent_id, status=record.status.value)

        @app.delete(f"{root}/intents/{{intent_id}}", status_code=204, tags=["niaf-intent"])
        async def withdraw_intent(intent_id: str, http: Request) -> None:
            withdraw(self.intents, intent_id, consumer_of(http))

    def _add_analysis_routes(self) -> None:
        app, root = self.app, "/niaf-analysis/v1"

        @app.post(f"{root}/analyses", tags=["niaf-analysis"])
        async def analyse(request: AnalysisRequest) -> dict[str, Any]:
            return analyse_text(request)

        @app.post(f"{root}/conversions", tags=["niaf-analysis"])
        async def convert(request: ConversionRequest) -> ConversionResult:
            return convert_intent(request)

        @app.get(f"{root}/profile", tags=["niaf-analysis"])
        async def intent_profile() -> dict[str, Any]:
            return profile()

    def _add_operator_routes(self) -> None:
        app, root = self.app, "/niaf-oam/v1/intents"

        @app.get(root, tags=["niaf-oam"], response_model_exclude_none=True)
        async def query(supi: str | None = None) -> IntentList:
            return IntentList(intents=query_intents(self.intents.records, supi))

        @app.get(f"{root}/{{intent_id}}", tags=["niaf-oam"], response_model_exclude_none=True)
        async def query_one(intent_id: str) -> IntentInfo:
            return query_intent(self.intents.records, intent_id)

        @app.get(f"{root}/{{intent_id}}/report", tags=["niaf-oam"])
        async def report(intent_id: str) -> dict[str, Any]:
            return report_intent(self.intents.records, intent_id)

        @app.delete(f"{root}/{{intent_id}}", status_code=204, tags=["niaf-oam"])
        async def cancel_intent(intent_id: str) -> None:
            self.intents.cancel(intent_id)
