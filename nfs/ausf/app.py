"""The AUSF: Nausf_UEAuthentication (TS 29.509)."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse, Response

from nfs.ausf import eap_aka_prime
from nfs.ausf.authentication import authenticate
from nfs.ausf.config import AusfConfig
from nfs.ausf.five_g_aka import CHALLENGES, confirm
from nfs.common.identities import Plmn
from nfs.common.models.ausf import AuthenticationInfo, ConfirmationData, EapSession
from nfs.common.nf import NetworkFunction, Platform

_HAL = "application/3gppHal+json"


class Ausf(NetworkFunction):
    nf_type = "AUSF"
    services = ("nausf-auth",)

    def __init__(self, config: AusfConfig, platform: Platform) -> None:
        super().__init__(config, platform, title="AUSF")
        self.config = config
        self.home = Plmn.parse(config.plmn)
        self.store = platform.store("ausf")
        self._add_routes()

    def _add_routes(self) -> None:
        base = "/nausf-auth/v1/ue-authentications"

        @self.app.post(base, status_code=201)
        async def ue_authentication(info: AuthenticationInfo) -> JSONResponse:
            context_id, body = await authenticate(self, info)
            location = {"location": f"{self.api_root}{base}/{context_id}"}
            return JSONResponse(body, 201, headers=location, media_type=_HAL)

        @self.app.put(base + "/{context_id}/5g-aka-confirmation")
        async def confirmation(context_id: str, data: ConfirmationData) -> dict[str, str]:
            return await confirm(self, context_id, bytes.fromhex(data.res_star))

        @self.app.delete(base + "/{context_id}/5g-aka-confirmation", status_code=204)
        async def delete_confirmation(context_id: str) -> Response:
            """Nothing of a confirmed challenge is kept, so only an open one is left to forget."""
            self.store.delete(CHALLENGES, context_id)
            return Response(status_code=204)

        @self.app.post(base + "/{context_id}/eap-session")
        async def eap_session(context_id: str, message: EapSession) -> dict[str, Any]:
            return await eap_aka_prime.answer(self, context_id, message)

        @self.app.delete(base + "/{context_id}/eap-session", status_code=204)
        async def delete_eap_session(context_id: str) -> Response:
            self.store.delete(eap_aka_prime.SESSIONS, context_id)
            return Response(status_code=204)
