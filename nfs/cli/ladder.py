"""The message ladder: who said what to whom, one line for each message."""

from __future__ import annotations

from collections.abc import Iterable

from nfs.common.trace import Interface, Record

PARTICIPANTS = ("UE", "gNB", "AMF", "AUSF", "UDM", "SMF", "UPF", "IAF", "AGW", "AMC", "AGENT")
_WIDTH = 7
_STYLES = {
    Interface.N1: "bold green",
    Interface.N2: "cyan",
    Interface.N3: "blue",
    Interface.N4: "bright_blue",
    Interface.SBI: "yellow",
    Interface.AGENT: "magenta",
}


def header() -> str:
    return "".join(name.center(_WIDTH) for name in PARTICIPANTS)


def line(record: Record) -> tuple[str, str] | None:
    """The arrow with its message, and its style; None for what is not on the ladder."""
    if record.source not in PARTICIPANTS or record.target not in PARTICIPANTS:
        return None
    source, target = PARTICIPANTS.index(record.source), PARTICIPANTS.index(record.target)
    if source == target:
        return None
    cells = [" "] * (_WIDTH * len(PARTICIPANTS))
    for i in range(len(PARTICIPANTS)):
        cells[_centre(i)] = "│"
    left, right = sorted((source, target))
    for position in range(_centre(left) + 1, _centre(right)):
        cells[position] = "─"
    cells[_centre(target) + (-1 if target > source else 1)] = ">" if target > source else "<"
    return "".join(cells) + " " + short(record), _STYLES[record.interface]


def _centre(index: int) -> int:
    return index * _WIDTH + _WIDTH // 2


def short(record: Record) -> str:
    """``POST ue-authentications`` for a long URL; other names as they are."""
    if record.interface is not Interface.SBI:
        return f"{record.interface} {record.name}"
    words = record.name.split(" ")
    path = words[-1].strip("/").split("/")
    resource = "/".join(path[2:4]) if len(path) > 2 else path[-1]
    return " ".join([*words[:-1], resource])


def lines(records: Iterable[Record]) -> list[tuple[str, str]]:
    return [drawn for record in records if (drawn := line(record)) is not None]
