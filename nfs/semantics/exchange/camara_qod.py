"""qos.assure to and from CAMARA's Quality-on-Demand: the body of ``POST /sessions``.

The application is the addresses of its server: subnets, ``198.51.100.0/24 2001:db8::/64``, or a
list, ``one of 198.51.100.1, 198.51.100.2``. Without one, it is for traffic with any.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from ipaddress import ip_network

from pydantic import Field

from nfs.common.yaml_text import load_yaml
from nfs.semantics.exchange.camara import (
    CamaraModel,
    Device,
    from_device,
    kept_of,
    read,
    require_exact,
    require_kept,
    slots_of,
    to_device,
)
from nfs.semantics.exchange.exact import (
    Converted,
    Document,
    foreign,
    inexpressible,
    intent_of,
    require_same,
)
from nfs.semantics.intent import OperatorIntent
from nfs.semantics.vocabulary import Kind

PROFILES: Mapping[str, Document] = load_yaml(
    resources.files(__package__).joinpath("camara.yaml").read_text("utf-8")
)["qosProfiles"]

_ANY_SERVER: Document = {"ipv4Address": "0.0.0.0/0", "ipv6Address": "::/0"}
_LIST, _SEPARATOR = "one of ", ", "
_MEASURED = frozenset(slot for targets in PROFILES.values() for slot in targets)
_CARRIED = _MEASURED | {"target", "application", "durationSeconds"}
_KEPT = frozenset({"sink"})


class _Server(CamaraModel):
    ipv4_address: str | None = None
    ipv6_address: str | None = None
    ip_addresses: list[str] = Field(default=[])


class _Session(CamaraModel):
    device: Device | None = None
    application_server: _Server
    qos_profile: str
    duration: int
    sink: str | None = None


def to_qod(intent: OperatorIntent, kept: Document | None = None) -> Document:
    """The CreateSession; ``kept`` may have the ``sink`` of its notifications."""
    kept = kept or {}
    require_kept(kept, _KEPT)
    slots = slots_of(intent, Kind.QOS_ASSURE, _CARRIED)
    if "durationSeconds" not in slots:
        raise inexpressible(("slots", "durationSeconds"), "a session has a duration")
    device = {"device": to_device(str(slots["target"]))} if "target" in slots else {}
    session: Document = {
        **device,
        "applicationServer": _server(slots.get("application")),
        "qosProfile": _profile({name: slots[name] for name in slots if name in _MEASURED}),
        "duration": slots["durationSeconds"],
        **kept,
    }
    require_exact(slots, _intent(session))
    return session


def from_qod(document: object) -> Converted:
    """The wish of a CreateSession. Raises NotConvertible."""
    intent = _intent(document)
    kept = kept_of(document, *_KEPT)
    require_same(document, to_qod(intent, kept))
    return Converted(intent, kept)


def _intent(document: object) -> OperatorIntent:
    session = read(_Session, document)
    if session.qos_profile not in PROFILES:
        raise foreign(("qosProfile",))
    slots: Document = {**PROFILES[session.qos_profile], "durationSeconds": session.duration}
    if session.device is not None:
        slots["target"] = from_device(session.device)
    if (application := _application(session.application_server)) is not None:
        slots["application"] = application
    return intent_of({"kind": Kind.QOS_ASSURE, "slots": slots})


def _profile(targets: Document) -> str:
    for name, assured in PROFILES.items():
        if assured == targets:
            return name
    known = "; ".join(f"{name} {targets}" for name, targets in PROFILES.items())
    raise inexpressible(("slots",), f"no QoS profile is exactly {targets}: {known}")


def _server(application: object) -> Document:
    if application is None:
        return dict(_ANY_SERVER)
    text = str(application)
    if text.startswith(_LIST):
        addresses = text.removeprefix(_LIST).split(_SEPARATOR)
        server: Document = {"ipAddresses": [*addresses]}
    else:
        addresses = text.split(" ")
        server = {_family(address): address for address in addresses}
    if not all(map(_is_address, addresses)):
        why = f"{text!r} is no address: CAMARA names an application by its server's, as 203.0.113.7"
        raise inexpressible(("slots", "application"), why)
    return server


def _is_address(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _family(subnet: str) -> str:
    return "ipv6Address" if ":" in subnet else "ipv4Address"


def _application(server: _Server) -> str | None:
    if server.ip_addresses:
        return _LIST + _SEPARATOR.join(server.ip_addresses)
    subnets = [subnet for subnet in (server.ipv4_address, server.ipv6_address) if subnet]
    return None if subnets == [*_ANY_SERVER.values()] else " ".join(subnets)
