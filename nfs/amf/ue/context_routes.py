"""What an operator asks of one UE, in Namf_OAM (the testbed's own service)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Response

from nfs.amf.registration.network_deregistration import order_deregistration
from nfs.amf.ue.events import (
    ConfigurationUpdate,
    Downlink,
    NetworkDeregistration,
    NotificationOrder,
)
from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.amf.app import Amf

ROOT = "/namf-oam/v1/ue-contexts/{supi}"


class UeConfigurationUpdate(SbiModel):
    new_guti: bool = True
    registration_requested: bool = False


def add_routes(app: FastAPI, amf: Amf) -> None:
    def deliver(supi: str, order: Downlink) -> None:
        """A UE that is idle is paged first."""
        context = amf.registry.context(supi)
        if context is None:
            raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no UE context of {supi}")
        amf.paging.deliver(context, order)

    @app.get(ROOT)
    async def ue_context(supi: str) -> dict[str, Any]:
        ue = amf.registry.get(supi)
        context = amf.registry.context(supi)
        if context is None:
            raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no UE context of {supi}")
        return {
            "supi": supi,
            "rm": context.rm,
            "connected": ue is not None and ue.connected,
            "guti": str(context.guti) if context.guti else None,
            "aic": context.agent.aic if context.agent else None,
            "pduSessions": sorted(context.sessions),
        }

    @app.delete(ROOT, status_code=202)
    async def deregister(supi: str, re_register: bool = False) -> Response:
        """Network-initiated deregistration; with ``re_register`` the UE is to come back."""
        order = NetworkDeregistration(re_registration_required=re_register)
        order_deregistration(amf, supi, order)
        return Response(status_code=202)

    @app.post(f"{ROOT}/configuration-updates", status_code=202)
    async def update_configuration(supi: str, update: UeConfigurationUpdate) -> Response:
        """Generic UE configuration update: a new 5G-GUTI, the network's name."""
        deliver(supi, ConfigurationUpdate(update.new_guti, update.registration_requested))
        return Response(status_code=202)

    @app.post(f"{ROOT}/notifications", status_code=202)
    async def notify(supi: str) -> Response:
        """Notification: the UE says which PDU sessions it has."""
        deliver(supi, NotificationOrder())
        return Response(status_code=202)
