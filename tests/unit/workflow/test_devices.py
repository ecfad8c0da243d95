from __future__ import annotations

from collections.abc import Callable

import pytest

from nfs.common.models.iaf import IntentSubmission
from nfs.workflow.meaning.devices import find_device

MakeRequest = Callable[..., IntentSubmission]


@pytest.mark.parametrize(
    "name", [None, "phone", "my phone", "My Phone", "me", "this device", "mein Handy", "我的手机"]
)
def test_the_asking_device(name: str | None, make_request: MakeRequest) -> None:
    request = make_request()
    assert find_device(name, request) == request.supi


@pytest.mark.parametrize("name", ["bike", "my bike", "BIKE", "the truck 7", "truck 7"])
def test_a_device_of_the_subscription(name: str, make_request: MakeRequest) -> None:
    assert find_device(name, make_request()) == "imsi-999700000000002"


@pytest.mark.parametrize("name", ["truck 8", "grandma", "imsi-999700000000002", "my", "bikes"])
def test_any_other_device_is_unknown(name: str, make_request: MakeRequest) -> None:
    assert find_device(name, make_request()) is None


def test_a_device_may_be_called_phone(make_request: MakeRequest) -> None:
    devices = {"phone": "imsi-999700000000003"}
    request = make_request(subscription={"scope": [], "devices": devices})
    assert find_device("my phone", request) == "imsi-999700000000003"
