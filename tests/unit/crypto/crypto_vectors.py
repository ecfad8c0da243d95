"""The published vectors of tests/data/crypto."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "data" / "crypto"


def load(name: str) -> Any:
    return json.loads((DATA / name).read_text())


def octets(entry: dict[str, Any], *names: str) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(entry[name]) for name in names)
