"""Documents in memory. Agents of one template say nearly the same, so each is kept as its
difference from the first of its template: some 60 octets of 1,300."""

from __future__ import annotations

import json
import zlib
from typing import Any

_LEVEL = 1
_WINDOW = -12
"""Two to the power of this octets are looked back for what is the same; no header."""
_MEMORY = 4


class Packer:
    def __init__(self) -> None:
        self._examples: dict[str, bytes] = {}

    def pack(self, template: str, document: dict[str, Any]) -> bytes:
        text = json.dumps(document, separators=(",", ":")).encode()
        example = self._examples.setdefault(template, text)
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, _MEMORY, zdict=example)
        return packer.compress(text) + packer.flush()

    def unpack(self, template: str, packed: bytes) -> dict[str, Any]:
        unpacker = zlib.decompressobj(_WINDOW, zdict=self._examples[template])
        document: dict[str, Any] = json.loads(unpacker.decompress(packed))
        return document
