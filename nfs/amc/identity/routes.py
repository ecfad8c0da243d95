"""Routes of Namc_Identity: lifecycle, approvals, and the gateways that are told of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Request, Response

from nfs.amc.identity.event_log import MAX_PAGE
from nfs.common.models.amc import AgentIdentity, IdentityState, IdentityStateChange
from nfs.common.models.amc_lifecycle import (
    MAX_REASON,
    Approval,
    ApprovalChange,
    GrantedSubscription,
    IdentityChanges,
    IdentityHistory,
    IdentityList,
    IdentitySubscription,
)

if TYPE_CHECKING:
    from nfs.amc.app import Amc

ROOT = "/namc-identity/v1"
TAGS = ["namc-identity"]


def add_identity_routes(nf: Amc) -> None:
    _add_lifecycle_routes(nf)
    _add_approval_routes(nf)
    _add_notification_routes(nf)


def _add_lifecycle_routes(nf: Amc) -> None:
    app, root = nf.app, f"{ROOT}/identities"
    path = f"{root}/{{aic}}"

    @app.get(root, tags=list(TAGS), response_model_exclude_none=True)
    async def identities(
        state: IdentityState | None = None,
        gateway_id: Annotated[str | None, Query(alias="gatewayId", max_length=128)] = None,
        after: Annotated[str, Query(max_length=64)] = "",
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
    ) -> IdentityList:
        return nf.identities.page(after, limit, state, gateway_id)

    @app.get(path, tags=list(TAGS))
    async def identity(aic: str) -> AgentIdentity:
        return nf.identities.active(aic).public

    @app.get(f"{path}/history", tags=list(TAGS))
    async def identity_history(aic: str) -> IdentityHistory:
        known = nf.identities.find(aic)
        return IdentityHistory(aic=known.aic, history=known.history)

    @app.patch(f"{path}/state", status_code=204, tags=list(TAGS))
    async def change_state(aic: str, body: IdentityStateChange) -> None:
        nf.lifecycle.to_state(aic, IdentityState(body.state), body.reason)

    @app.delete(path, status_code=204, tags=list(TAGS))
    async def retire(aic: str, reason: Annotated[str, Query(max_length=MAX_REASON)] = "") -> None:
        nf.lifecycle.to_state(aic, IdentityState.RETIRED, reason)


def _add_approval_routes(nf: Amc) -> None:
    app, root = nf.app, f"{ROOT}/templates"

    @app.get(root, tags=list(TAGS))
    async def approvals() -> list[Approval]:
        return nf.approvals.all()

    @app.get(f"{root}/{{template}}/approval", tags=list(TAGS))
    async def approval(template: str) -> Approval:
        return nf.approvals.of(template)

    @app.patch(f"{root}/{{template}}/approval", tags=list(TAGS))
    async def change_approval(template: str, body: ApprovalChange) -> Approval:
        return nf.approvals.change(template, body)


def _add_notification_routes(nf: Amc) -> None:
    app, root = nf.app, f"{ROOT}/subscriptions"

    @app.post(root, status_code=201, tags=list(TAGS))
    async def subscribe(
        body: IdentitySubscription, request: Request, response: Response
    ) -> GrantedSubscription:
        granted = nf.subscriptions.subscribe(body, await nf.registered_as(request))
        response.headers["Location"] = f"{nf.api_root}{root}/{granted.subscription_id}"
        return granted

    @app.delete(f"{root}/{{subscription_id}}", status_code=204, tags=list(TAGS))
    async def unsubscribe(subscription_id: str) -> None:
        nf.subscriptions.unsubscribe(subscription_id)

    @app.get(f"{ROOT}/changes", tags=list(TAGS))
    async def changes(since: Annotated[int, Query(ge=0, lt=1 << 53)]) -> IdentityChanges:
        return nf.events.after(since)
