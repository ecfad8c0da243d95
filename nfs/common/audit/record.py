"""One audit record as a JSON object: how it is signed, and what the next one names it by."""

from __future__ import annotations

import hashlib
from typing import Any

from nfs.common.jcs import canonical
from nfs.common.signing import ALGORITHM, SigningKeys

SCHEMA_VERSION = "02.01"
FIRST = 1
NOTHING_BEFORE = "0" * 64


def signed(record: dict[str, Any], keys: SigningKeys) -> tuple[dict[str, Any], str]:
    """The record with its ``integrity``, and its digest.

    Raises ValueError for what has no canonical form.
    """
    integrity = {"alg": ALGORITHM, "kid": keys.kid}
    octets = canonical(record | {"integrity": integrity})
    signature = keys.sign(octets)
    whole = record | {"integrity": integrity | {"sig": signature}}
    return whole, digest(octets, signature)


def signed_octets(record: dict[str, Any]) -> bytes:
    """What the signature of a record is over: all of it but ``integrity.sig``."""
    integrity = {name: v for name, v in record["integrity"].items() if name != "sig"}
    return canonical(record | {"integrity": integrity})


def digest(octets: bytes, signature: str) -> str:
    """``previousHash`` of the record after this one."""
    return hashlib.sha256(octets + b"." + signature.encode()).hexdigest()


def digest_of(record: dict[str, Any]) -> str:
    return digest(signed_octets(record), record["integrity"]["sig"])
