"""Liveness and readiness of an NF, for orchestrators. They need no token and tell no more."""

from __future__ import annotations

from fastapi import FastAPI, Response

LIVE = "/health/live"
READY = "/health/ready"


def add_health_routes(app: FastAPI) -> None:
    """``app.state.ready`` is set while the NF has started and is not stopping."""
    app.state.ready = False

    @app.get(LIVE, include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "UP"}

    @app.get(READY, include_in_schema=False)
    async def ready(response: Response) -> dict[str, str]:
        if not app.state.ready:
            response.status_code = 503
            return {"status": "DOWN"}
        return {"status": "UP"}
