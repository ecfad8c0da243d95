"""The message ladder: who said what to whom, one line for each message."""

from __future__ import annotations

from collections.abc import Iterable

from nfs.common.trace import Interface, Record

PARTICIPANTS = ("UE", "gNB", "AMF", "AUSF", "UDM", "SMF", "UPF", "IAF", "AGW", "AMC", "AGENT")
WIDE, NARROW = 7, 5
"""Characters from one participant's line to the next."""
_TEXT = 34
"""Characters that most names of messages need."""
_STYLES = {
    Interface.N1: "bold green",
    Interface.N2: "cyan",
    Interface.N3: "blue",
    Interface.N4: "bright_blue",
    Interface.SBI: "yellow",
    Interface.AGENT: "magenta",
}


def lane(columns: int) -> int:
    """``WIDE`` or ``NARROW``: what leaves room for the names of messages in so many columns."""
    return WIDE if columns >= WIDE * len(PARTICIPANTS) + _TEXT else NARROW


def header(width: int = WIDE) -> str:
    return "".join(name.center(width) for name in PARTICIPANTS)


def line(record: Record, width: int = WIDE) -> tuple[str, str] | None:
    """The arrow with its message, and its style; None for what is not on the ladder."""
    if record.source not in PARTICIPANTS or record.target not in PARTICIPANTS:
        return None
    source, target = PARTICIPANTS.index(record.source), PARTICIPANTS.index(record.target)
    if source == target:
        return None
    cells = [" "] * (width * len(PARTICIPANTS))
    centres = [i * width + width // 2 for i in range(len(PARTICIPANTS))]
    for centre in centres:
        cells[centre] = "│"
    left, right = sorted((centres[source], centres[target]))
    for position in range(left + 1, right):
        cells[position] = "─"
    cells[centres[target] + (-1 if target > source else 1)] = ">" if target > source else "<"
    return "".join(cells) + " " + short(record), _STYLES[record.interface]


def short(record: Record) -> str:
    """``POST ue-authentications`` for a long URL; other names as they are."""
    if record.interface is not Interface.SBI:
        return f"{record.interface} {record.name}"
    words = record.name.split(" ")
    path = words[-1].strip("/").split("/")
    resource = "/".join(path[2:4]) if len(path) > 2 else path[-1]
    return " ".join([*words[:-1], resource])


def lines(records: Iterable[Record], width: int = WIDE) -> list[tuple[str, str]]:
    return [drawn for record in records if (drawn := line(record, width)) is not None]
