"""One audit record as a JSON object: how it is signed, and what the next one names it by."""

from __future__ import annotations

import hashlib
from typing import Any

from nfs.common.jcs import canonical
from nfs.common.signing import ALGORITHM, SigningKeys

SCHEMA_VERSION = "02.01"
FIRST = 1
NOTHING_BEFORE = "0" * 64


def signed(record: dict[str, Any], keys: SigningKeys) -> dict[str, Any]:
    """The record with its ``integrity``. Raises ValueError for what has no canonical form."""
    integrity = {"alg": ALGORITHM, "kid": keys.kid}
    signature = keys.sign(canonical(record | {"integrity": integrity}))
    return record | {"integrity": integrity | {"sig": signature}}


def signed_octets(record: dict[str, Any]) -> bytes:
    """What the signature of a record is over: all of it but ``integrity.sig``."""
    integrity = {name: v for name, v in record["integrity"].items() if name != "sig"}
    return canonical(record | {"integrity": integrity})


def digest(record: dict[str, Any]) -> str:
    """``previousHash`` of the record after this one."""
    return hashlib.sha256(canonical(record)).hexdigest()
