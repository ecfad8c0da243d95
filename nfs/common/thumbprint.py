"""Names for keys and certificates that cannot be given to others."""

from __future__ import annotations

import base64
import hashlib


def thumbprint(der: bytes) -> str:
    """Base64url SHA-256 of a key or certificate in DER: ``x5t#S256`` of RFC 8705 clause 3.1."""
    digest = hashlib.sha256(der).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
