"""CAMARA requests to intents and back: what one side cannot say is named, never left out."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from intent_documents import intents

from nfs.semantics.exchange import Format
from nfs.semantics.exchange.camara_qod import PROFILES
from nfs.semantics.exchange.exact import NotConvertible, Obstacle
from nfs.semantics.exchange.formats import read, write
from nfs.semantics.intent import OperatorIntent
from nfs.semantics.ontology.reading import read_intent
from nfs.semantics.vocabulary import MEASURED, Kind

SAMPLES = yaml.safe_load(
    (Path(__file__).parents[2] / "data" / "exchange" / "camara.yaml").read_text("utf-8")
)
QOD, GEOFENCE = SAMPLES[0]["request"], SAMPLES[-1]["request"]
SINK = {"sink": "https://example.com/s"}


def intent(kind: str, **slots: Any) -> OperatorIntent:
    return read_intent({"kind": kind, "slots": slots})


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["of"])
def test_samples(sample: dict[str, Any]) -> None:
    converted = read(sample["request"], Format.CAMARA)
    assert converted.intent == read_intent(sample["intent"])
    assert converted.kept == sample.get("kept", {})
    assert write(converted.intent, Format.CAMARA, converted.kept) == sample["request"]


def test_profiles_are_targets_that_differ() -> None:
    assert all(targets.keys() <= MEASURED.keys() for targets in PROFILES.values())
    assert len({json.dumps(targets) for targets in PROFILES.values()}) == len(PROFILES)


_ports = st.integers(1, 65535)
_ipv4 = st.ip_addresses(v=4).map(str)
_ipv6 = st.ip_addresses(v=6).map(str)
_devices = st.one_of(
    st.from_regex(r"\A\+[1-9][0-9]{4,14}\Z").map(lambda number: {"phoneNumber": number}),
    _ipv6.map(lambda address: {"ipv6Address": address}),
    st.builds(lambda a, p: {"ipv4Address": {"publicAddress": a, "publicPort": p}}, _ipv4, _ports),
    st.builds(
        lambda a, b: {"ipv4Address": {"publicAddress": a, "privateAddress": b}}, _ipv4, _ipv4
    ),
    st.from_regex(r"\A[a-z0-9]{1,20}@[a-z]{1,9}\.org\Z").map(
        lambda name: {"networkAccessIdentifier": name}
    ),
)
_device = st.fixed_dictionaries({}, optional={"device": _devices})
_servers = st.one_of(
    st.lists(_ipv4 | _ipv6, min_size=1, max_size=3).map(lambda some: {"ipAddresses": some}),
    st.fixed_dictionaries({"ipv4Address": _ipv4}, optional={"ipv6Address": _ipv6}),
    _ipv6.map(lambda address: {"ipv6Address": f"{address}/64"}),
)
_ages = st.integers(0, 2**31 - 1)
_circles = st.builds(
    lambda x, y, r: {
        "areaType": "CIRCLE",
        "center": {"latitude": x, "longitude": y},
        "radius": r,
    },
    st.floats(-90, 90).map(lambda degrees: round(degrees, 9)),
    st.floats(-180, 180).map(lambda degrees: round(degrees, 6)) | st.integers(-180, 180),
    st.floats(1, 1e5) | st.integers(1, 100_000),
)
_sessions = st.builds(
    lambda device, rest: device | rest,
    _device,
    st.fixed_dictionaries(
        {
            "applicationServer": _servers,
            "qosProfile": st.sampled_from(list(PROFILES)),
            "duration": st.integers(1, 31_536_000),
        },
        optional={"sink": st.just(SINK["sink"])},
    ),
)
_retrievals = st.builds(
    lambda device, rest: device | rest,
    _device,
    st.fixed_dictionaries({}, optional={"maxAge": _ages, "maxSurface": st.integers(1, 2**31 - 1)}),
)
_verifications = st.builds(
    lambda device, rest: device | rest,
    _device,
    st.fixed_dictionaries({"area": _circles}, optional={"maxAge": _ages}),
)
_subscriptions = st.builds(
    lambda crossing, config, device, area: {
        "protocol": "HTTP",
        **SINK,
        "types": [f"org.camaraproject.geofencing-subscriptions.v0.area-{crossing}"],
        "config": {**config, "subscriptionDetail": {**device, "area": area}},
    },
    st.sampled_from(["entered", "left"]),
    st.fixed_dictionaries(
        {},
        optional={
            "initialEvent": st.booleans(),
            "subscriptionMaxEvents": st.integers(1, 1_000_000),
            "subscriptionExpireTime": st.just("2026-12-24T18:00:00+01:00"),
        },
    ),
    _device,
    _circles,
)


@settings(max_examples=60)
@given(_sessions | _retrievals | _verifications | _subscriptions)
def test_a_request_comes_back_as_it_was(request_: dict[str, Any]) -> None:
    converted = read(request_, Format.CAMARA)
    assert read_intent(converted.intent.to_json()) == converted.intent
    assert write(converted.intent, Format.CAMARA, converted.kept) == request_


@settings(max_examples=60)
@given(intents(st.sampled_from([Kind.QOS_ASSURE, Kind.LOCATION_GET, Kind.LOCATION_GEOFENCE])))
def test_an_intent_comes_back_as_it_was_or_is_refused(document: dict[str, Any]) -> None:
    """Of any intent: a request either says all of its wish, or it is told which part it cannot."""
    original = read_intent(document)
    kept = SINK if original.kind is Kind.LOCATION_GEOFENCE else {}
    refusal = None
    try:
        request = write(original, Format.CAMARA, kept)
    except NotConvertible as refused:
        refusal = refused
    if refusal is None:
        back = read(json.loads(json.dumps(request)), Format.CAMARA)
        assert back.intent == OperatorIntent(kind=original.kind, slots=original.slots)
        assert back.kept == kept
    else:
        assert refusal.obstacle is Obstacle.NOT_EXPRESSIBLE
        slots = {f"/slots/{name}" for name in (*document["slots"], "durationSeconds", "trigger")}
        open_ones = {"/ambiguity", "/subIntents", "/priority"}
        assert refusal.path in {"/slots", *slots, *open_ones}


_wishes = st.one_of(
    st.builds(
        lambda profile, seconds, target: intent(
            "qos.assure", **PROFILES[profile], durationSeconds=seconds, **target
        ),
        st.sampled_from(list(PROFILES)),
        st.integers(1, 31_536_000),
        st.sampled_from([{}, {"target": "+123456789"}, {"target": "a@b", "application": "::1"}]),
    ),
    st.builds(
        lambda accuracy: intent("location.get", accuracy=accuracy, target="1.2.3.4:5"),
        st.integers(1, 20_000),
    ),
    st.builds(
        lambda x, y, u, trigger: intent(
            "location.geofence", area=f"geo:{x},{y};u={u}", trigger=trigger
        ),
        st.integers(-90, 90),
        st.integers(-180, 180),
        st.integers(1, 9999),
        st.sampled_from(["ENTER", "LEAVE"]),
    ),
)


@settings(max_examples=60)
@given(_wishes)
def test_a_wish_that_camara_can_say_comes_back(wish: OperatorIntent) -> None:
    kept = SINK if wish.kind is Kind.LOCATION_GEOFENCE else {}
    assert read(write(wish, Format.CAMARA, kept), Format.CAMARA).intent == wish


@pytest.mark.parametrize("accuracy", [1, 5, 10, 12.5, 25, 50, 100, 250.5, 1000, 20000])
def test_usual_accuracies_survive(accuracy: float) -> None:
    wish = intent("location.get", accuracy=accuracy)
    assert read(write(wish, Format.CAMARA), Format.CAMARA).intent == wish


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        (intent("qos.assure", latency=15, durationSeconds=60), "/slots"),
        (intent("qos.assure", latency=20), "/slots/durationSeconds"),
        (intent("qos.assure", latency=20, endTime="T18:00"), "/slots/endTime"),
        (intent("qos.assure", latency=20, jitter=1, durationSeconds=6), "/slots/jitter"),
        (
            intent("qos.assure", latency=20, durationSeconds=6, target="drone 2"),
            "/slots/target",
        ),
        (
            intent("qos.assure", latency=20, durationSeconds=6, application="cloud game"),
            "/slots/application",
        ),
        (intent("location.get", accuracy=0.2), "/slots/accuracy"),
        (intent("location.get", accuracy=12.505), "/slots/accuracy"),
        (intent("location.geofence", area="school", trigger="ENTER"), "/slots/area"),
        (
            intent("location.geofence", area="geo:1,2;u=3", trigger="BOTH"),
            "/slots/trigger",
        ),
        (intent("location.geofence", area="geo:1.0,2;u=3", trigger="ENTER"), "/slots/area"),
        (
            intent("location.geofence", area="geo:1,2;u=3", trigger="LEAVE", endTime="T18:00"),
            "/slots/endTime",
        ),
        (intent("energy.save"), "/kind"),
        (
            read_intent({"kind": "location.get", "ambiguity": ["target"]}),
            "/ambiguity",
        ),
        (read_intent({"kind": "location.get", "priority": 3}), "/priority"),
        (
            read_intent({"kind": "location.get", "subIntents": [{"kind": "qos.assure"}]}),
            "/subIntents",
        ),
    ],
)
def test_what_camara_cannot_say_is_named(wish: OperatorIntent, path: str) -> None:
    kept = SINK if wish.kind is Kind.LOCATION_GEOFENCE else {}
    with pytest.raises(NotConvertible) as refused:
        write(wish, Format.CAMARA, kept)
    assert (refused.value.obstacle, refused.value.path) == (Obstacle.NOT_EXPRESSIBLE, path)


def changed(request: Any, path: str, value: Any) -> Any:
    found = changed_request = copy.deepcopy(request)
    *steps, last = path.strip("/").split("/")
    for step in steps:
        found = found[step]
    found[last] = value
    return changed_request


@pytest.mark.parametrize(
    ("request_", "path", "value"),
    [
        (QOD, "/qosProfile", "voice"),
        (QOD, "/devicePorts", {"ports": [5060]}),
        (QOD, "/sinkCredential", {"credentialType": "PLAIN"}),
        (QOD, "/device/networkAccessIdentifier", "a@b.org"),
        (QOD, "/applicationServer/ports", [80]),
        (QOD, "/duration", "3600"),
        (GEOFENCE, "/protocol", "MQTT3"),
        (GEOFENCE, "/sinkCredential", {}),
        (GEOFENCE, "/sink", {}),
        (GEOFENCE, "/config/initialEvent", "yes"),
        (GEOFENCE, "/config/subscriptionDetail/device/colour", "red"),
        (GEOFENCE, "/config/subscriptionDetail/area/areaType", "POLYGON"),
        (GEOFENCE, "/config/subscriptionDetail/area/center/latitude", 91),
    ],
)
def test_what_an_intent_cannot_say_is_named(request_: Any, path: str, value: Any) -> None:
    with pytest.raises(NotConvertible) as refused:
        read(changed(request_, path, value), Format.CAMARA)
    assert refused.value.path == path


@pytest.mark.parametrize("request_", [None, [], "x", {"qosProfile": "QOS_L"}, {"config": 3}])
def test_what_is_no_request(request_: Any) -> None:
    with pytest.raises(NotConvertible):
        read(request_, Format.CAMARA)


def test_what_is_kept_has_a_place() -> None:
    with pytest.raises(NotConvertible, match="/kept/colour"):
        write(intent("location.get"), Format.CAMARA, {"colour": "red"})
    with pytest.raises(NotConvertible, match="/kept/sink"):
        write(intent("location.get"), Format.TMF921, SINK)
    with pytest.raises(NotConvertible, match="/kept/sink"):
        write(intent("location.geofence", area="geo:1,2;u=3", trigger="ENTER"), Format.CAMARA)
