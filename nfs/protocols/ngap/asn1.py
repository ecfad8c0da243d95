"""The ASN.1 of TS 38.413, through pycrate; nothing of pycrate leaves this file.

pycrate keeps the value being worked on inside the type, so one lock guards all of them.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from nfs.protocols.ngap.errors import TransferSyntaxError

MAX_PDU = 1 << 20

_lock = threading.Lock()


@cache
def _module() -> Any:
    from pycrate_asn1dir import NGAP  # noqa: PLC0415 - half a second that not every user needs

    return NGAP


def load() -> None:
    """Have the types now, and not half a second after the first message has come."""
    _module()


def _type(name: str) -> Any:
    if name == "NGAP-PDU":
        return _module().NGAP_PDU_Descriptions.NGAP_PDU
    return getattr(_module().NGAP_IEs, name.replace("-", "_"))


def decode(name: str, octets: bytes) -> Any:
    """The value of ``name`` (aligned PER) in plain Python data; raises TransferSyntaxError."""
    if len(octets) > MAX_PDU:
        raise TransferSyntaxError(f"{len(octets)} octets are too many for {name}")
    kind = _type(name)
    with _lock:
        try:
            kind.from_aper(octets)
            return kind.get_val()
        except Exception as error:  # noqa: BLE001 - pycrate raises many kinds on bad input
            raise TransferSyntaxError(f"{name}: {type(error).__name__}: {error}") from None


def encode(name: str, value: Any) -> bytes:
    """Raises ValueError for a value that the type does not allow: a mistake of ours."""
    kind = _type(name)
    with _lock:
        try:
            kind.set_val(value)
            octets: bytes = kind.to_aper()
        except Exception as error:
            raise ValueError(f"{name} cannot be encoded: {error}") from error
        return octets
