"""Which kinds an analyser takes for which, as an SVG picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape
from typing import Any

_CELL = 26
_LABELS = 150
_FONT = "font-family='sans-serif' font-size='11'"


def picture(confusion: Iterable[dict[str, Any]]) -> str:
    """SVG of the matrix of an evaluation's ``confusion``: rows are labels, columns readings."""
    counts = Counter({(entry["label"], entry["reading"]): entry["n"] for entry in confusion})
    kinds = sorted({kind for pair in counts for kind in pair})
    lines = Counter(label for label, _ in counts.elements())
    size = _LABELS + _CELL * len(kinds)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{size}' height='{size}' {_FONT}>",
        f"<rect width='{size}' height='{size}' fill='white'/>",
    ]
    for n, kind in enumerate(kinds):
        middle = _LABELS + _CELL * n + _CELL // 2
        parts += [
            f"<text x='{_LABELS - 6}' y='{middle + 4}' text-anchor='end'>{escape(kind)}</text>",
            f"<text transform='translate({middle + 4},{_LABELS - 6}) rotate(-90)'>"
            f"{escape(kind)}</text>",
        ]
    for (label, reading), count in counts.items():
        row, column = kinds.index(label), kinds.index(reading)
        share = count / lines[label]
        parts += _cell(row, column, count, share, right=label == reading)
    return "\n".join([*parts, "</svg>\n"])


def _cell(row: int, column: int, count: int, share: float, *, right: bool) -> list[str]:
    """Green where the reading is the label, red elsewhere, the deeper the more often."""
    x, y = _LABELS + _CELL * column, _LABELS + _CELL * row
    pale = round(235 * (1 - share)) + 20
    colour = f"rgb({pale},200,{pale})" if right else f"rgb(230,{pale},{pale})"
    return [
        f"<rect x='{x}' y='{y}' width='{_CELL}' height='{_CELL}' fill='{colour}'/>",
        f"<text x='{x + _CELL // 2}' y='{y + _CELL // 2 + 4}' text-anchor='middle'>{count}</text>",
    ]
