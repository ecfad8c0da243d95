"""The formats that intents are converted to and from, by name."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from nfs.semantics.exchange.camara_geofencing import from_geofencing, to_geofencing
from nfs.semantics.exchange.camara_location import (
    AREA,
    from_retrieval,
    from_verification,
    to_retrieval,
    to_verification,
)
from nfs.semantics.exchange.camara_qod import from_qod, to_qod
from nfs.semantics.exchange.exact import Converted, Document, inexpressible, malformed
from nfs.semantics.exchange.tmf921 import from_tmf921, to_tmf921
from nfs.semantics.exchange.ts28312 import from_ts28312, to_ts28312
from nfs.semantics.intent import OperatorIntent
from nfs.semantics.vocabulary import Kind


class Format(StrEnum):
    """Of an intent that others wrote, or are to read. ``camara`` is the API that has the kind."""

    TS28312 = "ts28312"
    TMF921 = "tmf921"
    CAMARA = "camara"


def write(intent: OperatorIntent, form: Format, kept: Document | None = None) -> Document:
    """``intent`` in another format, with what was ``kept`` of a request. Raises NotConvertible."""
    if form is Format.CAMARA:
        return _write_camara(intent, kept or {})
    for name in kept or {}:
        raise malformed(("kept", name), "only CAMARA requests keep something")
    return to_ts28312(intent) if form is Format.TS28312 else to_tmf921(intent)


def read(document: object, form: Format) -> Converted:
    """The intent of a document in another format. Raises NotConvertible."""
    if form is Format.CAMARA:
        return _read_camara(document)
    intent = from_ts28312(document) if form is Format.TS28312 else from_tmf921(document)
    return Converted(intent)


def _write_camara(intent: OperatorIntent, kept: Document) -> Document:
    match intent.kind:
        case Kind.QOS_ASSURE:
            return to_qod(intent, kept)
        case Kind.LOCATION_GET:
            return to_verification(intent, kept) if AREA in kept else to_retrieval(intent, kept)
        case Kind.LOCATION_GEOFENCE:
            return to_geofencing(intent, kept)
    raise inexpressible(("kind",), f"there is no CAMARA API for {intent.kind.value} here")


def _read_camara(document: object) -> Converted:
    """By what the request of each API must have."""
    if not isinstance(document, Mapping):
        raise malformed((), "a request is an object")
    if "qosProfile" in document:
        return from_qod(document)
    if "config" in document:
        return from_geofencing(document)
    return from_verification(document) if AREA in document else from_retrieval(document)
