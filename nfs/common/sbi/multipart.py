"""multipart/related bodies that carry N1 and N2 messages (TS 29.500 clause 6.1.2.4, RFC 2387)."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from email.message import Message
from typing import Any

from nfs.common.sbi.problem import SbiProblem

NAS = "application/vnd.3gpp.5gnas"
NGAP = "application/vnd.3gpp.ngap"
MAX_PARTS = 8


@dataclass(frozen=True, slots=True)
class Part:
    """One binary part; ``content_id`` is what the JSON part's contentId refers to."""

    content_id: str
    content_type: str
    octets: bytes


def build(body: dict[str, Any], parts: list[Part]) -> tuple[str, bytes]:
    """The content type and the octets of a body whose first part is JSON."""
    boundary = f"=-{secrets.token_urlsafe(16)}"
    lines = [b"--" + boundary.encode(), b"Content-Type: application/json", b""]
    lines.append(json.dumps(body, separators=(",", ":")).encode())
    for part in parts:
        lines += [
            b"--" + boundary.encode(),
            f"Content-Type: {part.content_type}".encode(),
            f"Content-Id: {part.content_id}".encode(),
            b"",
            part.octets,
        ]
    lines += [b"--" + boundary.encode() + b"--", b""]
    return f'multipart/related; boundary="{boundary}"', b"\r\n".join(lines)


def parse(content_type: str, content: bytes) -> tuple[dict[str, Any], dict[str, Part]]:
    """The JSON part and the binary parts by content id.

    A plain ``application/json`` body has no parts. Raises SbiProblem 400 or 415.
    """
    header = _header(content_type)
    kind = header.get_content_type()
    if kind == "application/json":
        return _json(content), {}
    boundary = header.get_param("boundary")
    if kind != "multipart/related" or not isinstance(boundary, str):
        detail = f"expected application/json or multipart/related, got {content_type!r}"
        raise SbiProblem(415, "UNSUPPORTED_MEDIA_TYPE", detail)
    sections = (b"\r\n" + content).split(b"\r\n--" + boundary.encode("latin-1"))[1:]
    if len(sections) < 2 or not sections[-1].startswith(b"--"):
        raise _malformed("the multipart body does not end with its boundary")
    if len(sections) - 1 > MAX_PARTS:
        raise _malformed(f"a multipart body has at most {MAX_PARTS} parts")
    body, *rest = [_section(section) for section in sections[:-1]]
    return _json(body.octets), {part.content_id: part for part in rest}


def _section(section: bytes) -> Part:
    head, separator, octets = section.partition(b"\r\n\r\n")
    if not separator:
        raise _malformed("a part of the multipart body has no header")
    fields = {}
    for line in head.strip().split(b"\r\n"):
        name, _, value = line.decode("latin-1").partition(":")
        fields[name.strip().lower()] = value.strip()
    content_id = fields.get("content-id", "").strip("<>")
    return Part(content_id, fields.get("content-type", ""), octets)


def _json(octets: bytes) -> dict[str, Any]:
    try:
        body = json.loads(octets)
    except (ValueError, RecursionError) as error:
        raise _malformed(f"the JSON part cannot be read: {error}") from None
    if not isinstance(body, dict):
        raise _malformed("the JSON part is not an object")
    return body


def _header(content_type: str) -> Message:
    message = Message()
    message["content-type"] = content_type
    return message


def _malformed(detail: str) -> SbiProblem:
    return SbiProblem(400, "INVALID_MSG_FORMAT", detail)
