"""The labelled lines of tests/data/intents."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[2] / "data" / "intents"


@cache
def labelled(name: str, language: str | None = None) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (_FOLDER / f"{name}.jsonl").read_text().splitlines()]
    return [line for line in lines if language in (None, line["lang"])]
