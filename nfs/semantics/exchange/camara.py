"""What the requests of all CAMARA APIs have in common: one wish, and the device that it is for.

A request says what is wanted, not how it was said or understood: intentId, language, confidence
and description stay with who converts. An intent that leaves something open cannot be expressed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from ipaddress import IPv6Address
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from nfs.semantics.exchange.exact import Document, foreign, inexpressible, malformed
from nfs.semantics.intent import OperatorIntent
from nfs.semantics.vocabulary import Kind

_PHONE = re.compile(r"\+[1-9][0-9]{4,14}")
_IPV4 = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}"
_IPV4_DEVICE = re.compile(rf"({_IPV4})(?::([1-9][0-9]{{0,4}}))?(?: private ({_IPV4}))?")


class CamaraModel(BaseModel):
    """What is read of a request; what is not named is carried along, and found to be foreign."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow", strict=True)


class Ipv4Device(CamaraModel):
    public_address: str
    public_port: int | None = None
    private_address: str | None = None


class Device(CamaraModel):
    """One identifier of a device; of several, the profile cannot say which was meant."""

    phone_number: str | None = None
    network_access_identifier: str | None = None
    ipv4_address: Ipv4Device | None = None
    ipv6_address: str | None = None


class Point(CamaraModel):
    model_config = ConfigDict(extra="forbid")

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Circle(CamaraModel):
    """The only area that has a place in these APIs; the radius in metres."""

    model_config = ConfigDict(extra="forbid")

    area_type: Literal["CIRCLE"]
    center: Point
    radius: float = Field(ge=1)


Model = TypeVar("Model", bound=BaseModel)


def read(model: type[Model], document: object) -> Model:
    """``document`` as ``model``. Raises NotConvertible."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise malformed(first["loc"], first["msg"]) from None


def slots_of(intent: OperatorIntent, kind: Kind, carried: Set[str]) -> Document:
    """The slots of an intent that is nothing but a wish of ``kind`` with slots of ``carried``."""
    if intent.kind is not kind:
        raise inexpressible(("kind",), f"this API is for {kind.value}")
    for name in ("ambiguity", "sub_intents", "priority"):
        if getattr(intent, name):
            raise inexpressible((to_camel(name),), "a CAMARA request has no place for this")
    slots = intent.slots.to_json()
    for name in slots:
        if name not in carried:
            raise inexpressible(("slots", name), "a CAMARA request has no place for this")
    return slots


def require_kept(kept: Mapping[str, object], known: Set[str]) -> None:
    """Only what this API has a place for can be put back."""
    for name in kept:
        if name not in known:
            raise malformed(("kept", name), "this API has no such attribute")


def kept_of(document: object, *names: str) -> Document:
    """Those of ``names`` that ``document`` has."""
    if not isinstance(document, Mapping):
        return {}
    return {name: document[name] for name in names if name in document}


def require_exact(slots: Document, back: OperatorIntent) -> None:
    """What was written must be read as the same wish."""
    found = back.slots.to_json()
    for name, value in slots.items():
        if found.get(name) != value:
            raise inexpressible(
                ("slots", name), f"the nearest that can be said is {found.get(name)!r}"
            )


def to_device(target: str) -> Document:
    """The device that a ``target`` is, where its words are an identifier that CAMARA knows."""
    if _PHONE.fullmatch(target):
        return {"phoneNumber": target}
    if match := _IPV4_DEVICE.fullmatch(target):
        public, port, private = match.groups()
        if port or private:
            address: Document = {"publicAddress": public}
            address |= {"publicPort": int(port)} if port else {}
            return {"ipv4Address": address | ({"privateAddress": private} if private else {})}
    if _is_ipv6(target):
        return {"ipv6Address": target}
    if target.count("@") == 1 and " " not in target:
        return {"networkAccessIdentifier": target}
    text = "a device is +NUMBER, NAME@DOMAIN, an IPv6 address, or IPV4:PORT [private IPV4]"
    raise inexpressible(("slots", "target"), text)


def from_device(device: Device) -> str:
    """The ``target`` that ``to_device`` makes this device of."""
    given = [name for name in Device.model_fields if getattr(device, name) is not None]
    if len(given) != 1:
        raise foreign(("device", *map(to_camel, given[1:2])))
    if (ipv4 := device.ipv4_address) is None:
        return str(getattr(device, given[0]))
    port = "" if ipv4.public_port is None else f":{ipv4.public_port}"
    private = "" if ipv4.private_address is None else f" private {ipv4.private_address}"
    return f"{ipv4.public_address}{port}{private}"


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True
