"""An intent request, as the AMF sends it, for the tests of the workflow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from one_nf import World, make_two

from nfs.common.models.iaf import IntentSubmission
from nfs.common.store import SqliteStore
from nfs.semantics.vocabulary import Kind
from nfs.workflow import plan

MakeRequest = Callable[..., IntentSubmission]


@pytest.fixture
def make_request() -> MakeRequest:
    """Makes a request; keyword arguments replace attributes by their wire name."""

    def make(**changes: Any) -> IntentSubmission:
        scope = ["/capability/translation", "/capability/qos-assurance", "/capability/location"]
        bike = "imsi-999700000000002"
        body: dict[str, Any] = {
            "supi": "imsi-999700000000001",
            "ueAic": "1.2.156.3088.1.1.1.1.1.0000",
            "text": "hello",
            "pduSessions": [
                {"pduSessionId": 1, "dnn": "agents", "sNssai": {"sst": 1}},
                {"pduSessionId": 2, "dnn": "internet", "sNssai": {"sst": 1}},
            ],
            "subscription": {"scope": scope, "devices": {"bike": bike, "Truck 7": bike}},
            "notificationUri": "http://127.0.0.1:7713/notify",
        }
        return IntentSubmission.model_validate(body | changes)

    return make


@pytest.fixture
def request_(make_request: MakeRequest) -> IntentSubmission:
    """For what ``two_changes`` does."""
    return make_request(text=None, intent={"kind": "location.get"})


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def store() -> SqliteStore:
    return SqliteStore()


@pytest.fixture
def two_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """location.get makes two things (``make_two``), and what fails is tried again at once."""
    monkeypatch.setitem(plan.PLANNERS, Kind.LOCATION_GET, make_two)  # type: ignore[misc]
    monkeypatch.setattr("nfs.workflow.execution.compensation.FIRST_PAUSE", 0.0)
    monkeypatch.setattr("nfs.workflow.lives.life.RETRY", 0.01)
