"""The SMF: Nsmf_PDUSession and the QoS agent."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import quote

from fastapi import Request, Response
from pydantic import ValidationError

from nfs.common.agents import lab_account
from nfs.common.identities import Snssai
from nfs.common.models.nrf import NFProfile
from nfs.common.models.smf import SmContextCreateData
from nfs.common.nf import NetworkFunction, Platform
from nfs.common.sbi import multipart
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Store
from nfs.common.tools import TOOL_USERS, ToolHost
from nfs.smf.address_pool import AddressPool, DnnAddresses, PrefixPool
from nfs.smf.config import SmfConfig
from nfs.smf.consumer import amf
from nfs.smf.errors import SmContextRefused, refusal
from nfs.smf.establishment import create_sm_context
from nfs.smf.modification import add_flow, resume_expiry
from nfs.smf.n4.n4 import N4
from nfs.smf.oam import add_routes as add_oam_routes
from nfs.smf.qos_agent import QosAgent
from nfs.smf.release import release_locally
from nfs.smf.session_store import SessionStore
from nfs.smf.sessions import Sessions
from nfs.smf.sm_context import Gbr, QosFlow, SmContext, sm_context_ref
from nfs.smf.tools import tools
from nfs.smf.update import part, update_sm_context
from nfs.smf.user_plane_connection import transfer_failed


class Smf(NetworkFunction):
    nf_type = "SMF"
    services = ("nsmf-pdusession", "nsmf-callback", "nsmf-oam", "nsmf-tool")
    restricted: ClassVar = {"nsmf-tool": TOOL_USERS}

    def __init__(self, config: SmfConfig, platform: Platform) -> None:
        super().__init__(config, platform, title="SMF")
        self.config = config
        store = platform.store("smf")
        self.pools = {dnn: _addresses(config, dnn, store) for dnn in config.dnns}
        self._store = SessionStore(store, self.api_root)
        self.sessions = Sessions(
            self._store, self.pools, self._taken, self._removed, shared=self.shared_state
        )
        self.sessions.resume()
        prefix = "fivegs_smffunction_sm_"
        self.sessions_asked = self.metrics.counter(
            f"{prefix}pdusessioncreationreq", "PDU sessions asked for"
        )
        self.sessions_made = self.metrics.counter(
            f"{prefix}pdusessioncreationsucc", "PDU sessions established"
        )
        self.sessions_refused = self.metrics.counter(
            f"{prefix}pdusessioncreationfail", "PDU sessions refused", "cause"
        )
        self.metrics.gauge(f"{prefix}sessionnbr", "PDU sessions", lambda: len(self.sessions))
        account = lab_account("core.qos", config.agent_account_key, config.gateway_id)
        self.n4 = N4(self)
        self._qos_agent = QosAgent(self, platform.store("qos-agent"), account, self._assure)
        self.app.add_exception_handler(SmContextRefused, refusal)
        self._add_routes()
        add_oam_routes(self.app, self)
        self._tools = ToolHost(self, tools(self))

    @property
    def profile(self) -> NFProfile:
        """Without smfInfo an AMF of another make may bring any session here, or none."""
        dnns = [{"dnn": dnn} for dnn in self.config.dnns]
        slices = [
            {"sNssai": Snssai.parse(s).to_json(), "dnnSmfInfoList": dnns}
            for s in self.config.slices
        ]
        return super().profile.model_copy(update={"smf_info": {"sNssaiSmfInfoList": slices}})

    async def start(self) -> None:
        await self.n4.start()
        await super().start()
        await self._qos_agent.start()
        self._tools.start()
        for session in self.sessions:
            resume_expiry(self, session)
        if self.shared_state:
            self.spawn(self.sessions.keep_lease())
            self.spawn(self.sessions.follow())

    async def _taken(self, session: SmContext) -> None:
        """A session came from another instance: its AMF and its timers follow."""
        resume_expiry(self, session)
        await self.n4.take_over(session)
        await amf.notify_moved(self, session)

    def _removed(self, session: SmContext) -> None:
        self.spawn(self.n4.release(session))

    async def stop(self) -> None:
        if self.shared_state:
            self._store.leases.end()
        await self._qos_agent.stop()
        await super().stop()
        await self.n4.stop()

    async def _assure(
        self,
        supi: str,
        pdu_session_id: int,
        five_qi: int,
        gbr: Gbr | None,
        *,
        intent_id: str | None,
        duration_seconds: float | None,
    ) -> QosFlow:
        session = await self.sessions.find(sm_context_ref(supi, pdu_session_id))
        return await add_flow(
            self, session, five_qi, gbr, intent_id=intent_id, duration_seconds=duration_seconds
        )

    def _add_routes(self) -> None:
        app = self.app

        @app.post("/nsmf-pdusession/v1/sm-contexts", status_code=201)
        async def create(request: Request, response: Response) -> dict[str, str]:
            body, parts = await _parse(request)
            try:
                data = SmContextCreateData.model_validate(body)
            except ValidationError as error:
                raise SbiProblem(400, "MANDATORY_IE_INCORRECT", str(error)) from error
            session = await create_sm_context(self, data, part(body, "n1SmMsg", parts))
            location = f"{self.api_root}/nsmf-pdusession/v1/sm-contexts/{quote(session.ref)}"
            response.headers["location"] = location
            return {}

        @app.post("/nsmf-pdusession/v1/sm-contexts/{ref}/modify", status_code=204)
        async def modify(ref: str, request: Request) -> Response:
            session = await self.sessions.find(ref)
            body, parts = await _parse(request)
            return (await update_sm_context(self, session, body, parts)).response()

        @app.post("/nsmf-callback/v1/{ref}/n1n2-failure", status_code=204)
        async def n1n2_failure(ref: str, notification: dict[str, object]) -> Response:
            session = await self.sessions.find(ref)
            transfer_failed(session, str(notification.get("cause")))
            return Response(status_code=204)

        @app.post("/nsmf-pdusession/v1/sm-contexts/{ref}/release", status_code=204)
        async def release(ref: str) -> Response:
            release_locally(self, await self.sessions.find(ref))
            return Response(status_code=204)


def _addresses(config: SmfConfig, dnn: str, store: Store) -> DnnAddresses:
    ipv4, ipv6 = config.pools.get(dnn), config.prefixes.get(dnn)
    return DnnAddresses(
        AddressPool(ipv4, store) if ipv4 else None, PrefixPool(ipv6, store) if ipv6 else None
    )


async def _parse(request: Request) -> tuple[dict[str, object], dict[str, multipart.Part]]:
    content_type = request.headers.get("content-type", "")
    return multipart.parse(content_type, await request.body())
