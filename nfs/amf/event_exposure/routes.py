"""The routes of Namf_EventExposure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Body, FastAPI, Response

from nfs.common.models.amf_events import (
    AmfCreatedEventSubscription,
    AmfCreateEventSubscription,
    AmfEventSubscription,
    AmfUpdateEventOptionItem,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf

ROOT = "/namf-evts/v1/subscriptions"


def add_routes(app: FastAPI, amf: Amf) -> None:
    events = amf.events

    @app.post(ROOT, status_code=201, response_model_exclude_none=True)
    async def create_subscription(
        request: AmfCreateEventSubscription, response: Response
    ) -> AmfCreatedEventSubscription:
        created = events.create(request.subscription)
        response.headers["location"] = created.subscription_id
        return created

    @app.patch(f"{ROOT}/{{subscription_id}}", response_model_exclude_none=True)
    async def modify_subscription(
        subscription_id: str,
        items: Annotated[
            list[AmfUpdateEventOptionItem],
            Body(media_type="application/json-patch+json", min_length=1, max_length=1),
        ],
    ) -> dict[str, AmfEventSubscription]:
        return {"subscription": events.modify(subscription_id, items)}

    @app.delete(f"{ROOT}/{{subscription_id}}", status_code=204)
    async def delete_subscription(subscription_id: str) -> Response:
        events.delete(subscription_id)
        return Response(status_code=204)
