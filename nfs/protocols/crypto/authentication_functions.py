"""The set of authentication functions that a subscriber's keys are for."""

from __future__ import annotations

from nfs.protocols.crypto.aka import AuthenticationFunctions
from nfs.protocols.crypto.milenage import Milenage
from nfs.protocols.crypto.tuak import Tuak


def functions_of(
    k: str,
    *,
    opc: str | None = None,
    op: str | None = None,
    topc: str | None = None,
    top: str | None = None,
) -> AuthenticationFunctions:
    """Keys in hex, one of the last four: TUAK with ``topc`` or ``top``, else MILENAGE.

    Raises InvalidLength, ValueError.
    """
    key = bytes.fromhex(k)
    if topc is not None:
        return Tuak(key, bytes.fromhex(topc))
    if top is not None:
        return Tuak(key, Tuak.topc_from_top(key, bytes.fromhex(top)))
    if op is not None:
        return Milenage(key, Milenage.opc_from_op(key, bytes.fromhex(op)))
    return Milenage(key, bytes.fromhex(opc or ""))
