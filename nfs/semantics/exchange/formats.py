"""Conversion by the name of the format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from nfs.semantics.exchange import Format
from nfs.semantics.exchange.camara_geofencing import from_geofencing, to_geofencing
from nfs.semantics.exchange.camara_location import (
    AREA,
    from_retrieval,
    from_verification,
    to_retrieval,
    to_verification,
)
from nfs.semantics.exchange.camara_qod import from_qod, to_qod
from nfs.semantics.exchange.exact import (
    Converted,
    Document,
    NotConvertible,
    Obstacle,
    inexpressible,
    malformed,
)
from nfs.semantics.exchange.tmf921 import from_tmf921, to_tmf921
from nfs.semantics.exchange.ts28312 import from_ts28312, to_ts28312
from nfs.semantics.intent import OperatorIntent
from nfs.semantics.ontology.reading import IntentError, understand
from nfs.semantics.ontology.versions import VersionNotUnderstood, negotiate, written_for
from nfs.semantics.vocabulary import Kind


def convert(
    document: object,
    source: Format,
    target: Format,
    kept: Document | None = None,
    versions: Sequence[str] = (),
) -> tuple[Document, Document]:
    """``document`` in another format, and what is kept beside it since that has no place for it.

    ``kept`` is to be put back; ``versions`` are those of the profile that the reader of an
    operator-defined intent knows, if not ours. Raises NotConvertible.
    """
    converted = read(document, source)
    kept = converted.kept | (kept or {})
    if target is Format.CAMARA:
        return write(converted.intent, target, kept), {}
    if target is Format.OPERATOR and versions:
        written, unknown = _write_version(converted.intent, versions)
        return written, kept | unknown
    return write(converted.intent, target), kept


def write(intent: OperatorIntent, form: Format, kept: Document | None = None) -> Document:
    """``intent`` in a format, with what was ``kept`` of a request. Raises NotConvertible."""
    if form is Format.CAMARA:
        return _write_camara(intent, kept or {})
    for name in kept or {}:
        raise malformed(("kept", name), "only CAMARA requests keep something")
    return _WRITERS[form](intent)


def read(document: object, form: Format) -> Converted:
    """The intent of a document. Raises NotConvertible."""
    return _read_camara(document) if form is Format.CAMARA else Converted(_READERS[form](document))


def _read_operator(document: object) -> OperatorIntent:
    try:
        found = understand(document)
    except IntentError as error:
        first = error.violations[0]
        raise NotConvertible(Obstacle.MALFORMED, first.path, first.text) from None
    for path in found.ignored:
        text = "only a newer version of the profile has this"
        raise NotConvertible(Obstacle.NOT_OF_THE_PROFILE, path, text)
    return found.intent


_WRITERS: Mapping[Format, Callable[[OperatorIntent], Document]] = {
    Format.OPERATOR: OperatorIntent.to_json,
    Format.TS28312: to_ts28312,
    Format.TMF921: to_tmf921,
}
_READERS: Mapping[Format, Callable[[object], OperatorIntent]] = {
    Format.OPERATOR: _read_operator,
    Format.TS28312: from_ts28312,
    Format.TMF921: from_tmf921,
}


def _write_version(intent: OperatorIntent, versions: Sequence[str]) -> tuple[Document, Document]:
    try:
        return written_for(intent, negotiate(versions))
    except VersionNotUnderstood as error:
        raise malformed(("targetVersions",), str(error)) from None


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
