"""Which make a file is of, and what it states."""

from __future__ import annotations

from pathlib import Path

from nfs.lab import free5gc, open5gs, ours
from nfs.lab.facts import Lab
from ue_sim.config import ConfigError, GnbFile, UeFile
from ue_sim.config.document import Tree

_OPEN5GS_SECTIONS = ("sbi", "ngap", "pfcp", "session", "hnet", "serving", "guami", "gtpu")


def read(paths: list[Path]) -> Lab:
    """Raises ConfigError for a file that cannot be read or is of no kind that is known."""
    lab = Lab()
    for path in paths:
        tree = Tree(path)
        kind = lab.kinds[path] = kind_of(tree)
        match kind:
            case "ueransim gNB":
                lab.gnbs.append(GnbFile.load(path))
            case "ueransim UE":
                lab.ues.append(UeFile.load(path))
            case "open5gs":
                open5gs.read(tree, lab)
            case "free5gc":
                free5gc.read(tree, lab)
            case _:
                ours.read(tree, lab)
        lab.taken[path], lab.left[path] = tree.taken(), tree.left()
    return lab


def kind_of(tree: Tree) -> str:
    """``ueransim gNB``, ``ueransim UE``, ``open5gs``, ``free5gc`` or ``agentnf``.

    Raises ConfigError for a file without keys.
    """
    top = tree.value
    if not isinstance(top, dict) or not top:
        raise ConfigError(f"{tree.path}: holds no keys")
    if "nci" in top:
        return "ueransim gNB"
    if "supi" in top:
        return "ueransim UE"
    if "configuration" in top and "info" in top:
        return "free5gc"
    sections = [value for value in top.values() if isinstance(value, dict)]
    if any(key in section for section in sections for key in _OPEN5GS_SECTIONS):
        return "open5gs"
    return "agentnf"
