"""Loaded by the schemathesis program: how it sends a body that is not JSON."""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.serializer("application/ocsp-request")
def ocsp_request(_context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
