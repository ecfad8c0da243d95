"""Preliminary validation of a registration, before the AMC is asked anything (ARP, C2)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from nfs.agw.taxonomy import capability_identifier
from nfs.common.agents.certificates import general_name
from nfs.common.models.agw import RegistrationRequest
from nfs.common.models.amc import ONTOLOGY
from nfs.common.models.arp import AgentUpdate
from nfs.common.sbi.problem import SbiProblem

MAX_ENTITY_META = 4096
"""Octets of the largest entityMeta, as JSON."""
MAX_NESTING = 8
"""Objects and arrays of entityMeta inside one another."""

_SUBSCRIBER = re.compile(r"(?i)\b(?:imsi|suci|nai|gci|gli)-|\b[0-9]{15}\b")
"""A SUPI or SUCI (TS 29.571), or the bare digits of an IMSI."""


def validated(request: RegistrationRequest) -> RegistrationRequest:
    """The request with capabilities as identifiers of the taxonomy.

    Raises SbiProblem 400 INVALID_AGENT_DESCRIPTION.
    """
    check_octets(request.public_key, "publicKey")
    check_octets(request.proof, "proof")
    check_end_point(request.end_point)
    if request.instance == ONTOLOGY and request.end_point is not None:
        raise invalid("an ontology has no end point")
    _check_identity(request)
    capabilities = [_identifier(name) for name in request.capabilities]
    scope = [capability_identifier(name) or name for name in request.requested_scope]
    update = {
        "capabilities": list(dict.fromkeys(capabilities)),
        "requested_scope": list(dict.fromkeys(scope)),
    }
    return request.model_copy(update=update)


def validated_update(update: AgentUpdate) -> dict[str, Any]:
    """What changes, as attributes of a Description. Raises SbiProblem 400
    INVALID_AGENT_DESCRIPTION."""
    changes = {name: getattr(update, name) for name in update.model_fields_set}
    if "capabilities" in changes:
        identifiers = (_identifier(name) for name in update.capabilities)
        changes["capabilities"] = tuple(dict.fromkeys(identifiers))
    if "end_point" in changes:
        check_end_point(update.end_point)
        del changes["end_point"]
        changes["end_points"] = () if update.end_point is None else (update.end_point,)
    check_texts((update.name,), (update.name, update.description or ""), update.entity_meta)
    return changes


def _identifier(name: str) -> str:
    identifier = capability_identifier(name)
    if identifier is None:
        raise invalid(f"{name!r} is not in this network's capability taxonomy")
    return identifier


def check_octets(text: str, attribute: str) -> None:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise invalid(f"{attribute} is not base64") from None


def check_end_point(url: str | None) -> None:
    """Raises SbiProblem 400 INVALID_AGENT_DESCRIPTION."""
    if url is None:
        return
    try:
        parts = urlsplit(url)
        general_name(parts.hostname or "")
        usable = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        usable = False
    if not usable or "@" in parts.netloc or parts.query or parts.fragment or not url.isprintable():
        raise invalid("endPoint is not an http or https URL without user, query and fragment")


def _check_identity(request: RegistrationRequest) -> None:
    subscriber = request.registrant.on_behalf_of
    pseudonym = subscriber.pseudonym if subscriber else ""
    names = (request.template, request.instance, request.name)
    described = (request.instance, request.name, request.description or "", pseudonym)
    check_texts(names, described, request.entity_meta)


def check_texts(
    names: Iterable[str], described: Iterable[str], meta: dict[str, Any] | None
) -> None:
    """Names are printable, and nothing tells who the subscriber is (C8)."""
    text_of_meta = _text_of(meta or {})
    if not all(name.isprintable() for name in names):
        raise invalid("template, instance and name are of printable characters")
    if any(map(names_subscriber, (*described, text_of_meta))):
        raise invalid("an agent is described without the identifier of its subscriber")


def names_subscriber(text: str) -> bool:
    """Whether a SUPI or SUCI is in the text."""
    return _SUBSCRIBER.search(text) is not None


def _text_of(meta: dict[str, Any]) -> str:
    if not _shallow(meta, MAX_NESTING):
        raise invalid(f"entityMeta is nested at most {MAX_NESTING} deep")
    text = json.dumps(meta, ensure_ascii=False)
    try:
        octets = text.encode()
    except UnicodeEncodeError:
        raise invalid("entityMeta has characters that are none") from None
    if len(octets) > MAX_ENTITY_META:
        raise invalid(f"entityMeta has at most {MAX_ENTITY_META} octets")
    return text


def _shallow(value: object, depth: int) -> bool:
    inner: Iterable[object] = ()
    if isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, list):
        inner = value
    return all(depth > 0 and _shallow(item, depth - 1) for item in inner)


def invalid(detail: str) -> SbiProblem:
    return SbiProblem(400, "INVALID_AGENT_DESCRIPTION", detail)
