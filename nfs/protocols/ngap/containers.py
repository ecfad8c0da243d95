"""Containers that gNBs exchange through the AMF during a handover (TS 38.413 clause 9.3.1).

The RRC inside them is the least that TS 38.331 allows: a HandoverPreparationInformation without
capabilities, and a HandoverCommand that gives the UE its C-RNTI in the new cell.
"""

from __future__ import annotations

from typing import Any

from nfs.common.identities import NrCgi
from nfs.protocols.ngap import asn1
from nfs.protocols.ngap.errors import TransferSyntaxError

__all__ = ["c_rnti_of", "source_to_target", "target_to_source"]

_SOURCE = "SourceNGRANNode-ToTargetNGRANNode-TransparentContainer"
_TARGET = "TargetNGRANNode-ToSourceNGRANNode-TransparentContainer"
_PREPARATION = bytes(2)
_COMMAND = "009000c00282040{:04x}a00"
_C_RNTI = slice(15, 19)


def source_to_target(source: NrCgi, target: NrCgi) -> bytes:
    history = {
        "globalCellID": _cell(source),
        "cellType": {"cellSize": "medium"},
        "timeUEStayedInCell": 1,
    }
    value = {
        "rRCContainer": _PREPARATION,
        "targetCell-ID": _cell(target),
        "uEHistoryInformation": [{"lastVisitedCellInformation": ("nGRANCell", history)}],
    }
    return asn1.encode(_SOURCE, value)


def target_to_source(c_rnti: int) -> bytes:
    """``c_rnti``: 16 bits."""
    return asn1.encode(_TARGET, {"rRCContainer": bytes.fromhex(_COMMAND.format(c_rnti))})


def c_rnti_of(container: bytes) -> int:
    """What ``target_to_source`` put in; raises TransferSyntaxError for containers of others."""
    command = bytes(asn1.decode(_TARGET, container)["rRCContainer"]).hex()
    digits = command[_C_RNTI]
    if len(digits) != 4 or command != _COMMAND.format(int(digits, 16)):
        raise TransferSyntaxError("a HandoverCommand of another make of gNB")
    return int(digits, 16)


def _cell(cgi: NrCgi) -> Any:
    identity = {"pLMNIdentity": cgi.plmn.to_bytes(), "nRCellIdentity": (cgi.cell, 36)}
    return ("nR-CGI", identity)
