"""location.get to and from CAMARA's location retrieval and location verification.

An accuracy in metres is the radius of retrieval's ``maxSurface``. A verification asks whether the
device is in an area: that area is kept beside the wish, for the answer to be compared with, and
only the comparison is to be told.
"""

from __future__ import annotations

import math

from pydantic import Field

from nfs.semantics.exchange.camara import (
    CamaraModel,
    Circle,
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
    inexpressible,
    intent_of,
    malformed,
    require_same,
)
from nfs.semantics.intent import OperatorIntent
from nfs.semantics.vocabulary import Kind

AREA, MAX_AGE = "area", "maxAge"

_MOST_DECIMALS = 9


class _Retrieval(CamaraModel):
    device: Device | None = None
    max_age: int | None = Field(default=None, ge=0)
    max_surface: int | None = None


class _Verification(CamaraModel):
    device: Device | None = None
    area: Circle
    max_age: int | None = Field(default=None, ge=0)


def to_retrieval(intent: OperatorIntent, kept: Document | None = None) -> Document:
    """The RetrievalLocationRequest; ``kept`` may have the ``maxAge`` of the answer in seconds."""
    kept = kept or {}
    require_kept(kept, {MAX_AGE})
    slots = slots_of(intent, Kind.LOCATION_GET, {"target", "accuracy"})
    request = _device(slots) | kept
    if "accuracy" in slots:
        request["maxSurface"] = _surface(float(str(slots["accuracy"])))
    require_exact(slots, _retrieval(request))
    return request


def from_retrieval(document: object) -> Converted:
    """The wish of a RetrievalLocationRequest. Raises NotConvertible."""
    intent = _retrieval(document)
    kept = kept_of(document, MAX_AGE)
    require_same(document, to_retrieval(intent, kept))
    return Converted(intent, kept)


def to_verification(intent: OperatorIntent, kept: Document | None = None) -> Document:
    """The VerifyLocationRequest; ``kept`` has the ``area``, and may have ``maxAge``."""
    kept = kept or {}
    require_kept(kept, {AREA, MAX_AGE})
    slots = slots_of(intent, Kind.LOCATION_GET, {"target"})
    if AREA not in kept:
        raise malformed(("kept", AREA), "a verification has an area")
    request = _device(slots) | kept
    require_exact(slots, _verification(request))
    return request


def from_verification(document: object) -> Converted:
    """The wish of a VerifyLocationRequest, the area kept. Raises NotConvertible."""
    intent = _verification(document)
    kept = kept_of(document, AREA, MAX_AGE)
    require_same(document, to_verification(intent, kept))
    return Converted(intent, kept)


def _retrieval(document: object) -> OperatorIntent:
    request = read(_Retrieval, document)
    slots = _target(request.device)
    if request.max_surface is not None:
        slots["accuracy"] = _radius(request.max_surface)
    return intent_of({"kind": Kind.LOCATION_GET, "slots": slots})


def _verification(document: object) -> OperatorIntent:
    request = read(_Verification, document)
    return intent_of({"kind": Kind.LOCATION_GET, "slots": _target(request.device)})


def _device(slots: Document) -> Document:
    return {"device": to_device(str(slots["target"]))} if "target" in slots else {}


def _target(device: Device | None) -> Document:
    return {} if device is None else {"target": from_device(device)}


def _surface(radius: float) -> int:
    """Square metres of a circle."""
    surface = round(math.pi * radius**2)
    if surface < 1:
        raise inexpressible(("slots", "accuracy"), "the smallest surface is a square metre")
    return surface


def _radius(surface: int) -> float:
    """The roundest number of metres whose circle has this surface."""
    if surface < 1:
        raise malformed(("maxSurface",), "the smallest surface is a square metre")
    exact = math.sqrt(surface / math.pi)
    rounded = (round(exact, decimals) for decimals in range(_MOST_DECIMALS))
    radius = next((r for r in rounded if round(math.pi * r**2) == surface), exact)
    return int(radius) if radius == int(radius) else radius
