"""NGAP messages to octets and back (TS 38.413 clauses 9.4 and 10)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from nfs.protocols.ngap import asn1, messages
from nfs.protocols.ngap.diagnostics import CriticalityDiagnostics, IeDiagnostics
from nfs.protocols.ngap.errors import (
    FALSELY_CONSTRUCTED,
    REJECTED,
    AbstractSyntaxError,
    TransferSyntaxError,
)
from nfs.protocols.ngap.messages import NEEDED, Element, NgapMessage, OtherMessage
from nfs.protocols.ngap.values import Cause

_AMF_ID, _RAN_ID = 10, 85
_MAX_IDS = {_AMF_ID: 1 << 40, _RAN_ID: 1 << 32}
_PDU_TYPES = ("initiatingMessage", "successfulOutcome", "unsuccessfulOutcome")
_KINDS: dict[tuple[str, int], type[NgapMessage]] = {
    (kind.PDU, kind.PROCEDURE): kind
    for kind in vars(messages).values()
    if isinstance(kind, type) and issubclass(kind, NgapMessage) and kind is not NgapMessage
}


def _read_table(kind: type[NgapMessage]) -> dict[int, tuple[str, Element]]:
    fields = ((f.name, f.metadata.get("ie")) for f in dataclasses.fields(kind))
    return {element.id: (name, element) for name, element in fields if element is not None}


_TABLES = {kind.NAME: _read_table(kind) for kind in _KINDS.values()}
"""The rows of every message's table by IE identifier."""


def decode(octets: bytes) -> NgapMessage:
    """Raises TransferSyntaxError or AbstractSyntaxError, and nothing else."""
    pdu, body = asn1.decode("NGAP-PDU", octets)
    if not isinstance(body, dict):
        raise TransferSyntaxError("the PDU has no body")
    procedure = body["procedureCode"]
    kind = _KINDS.get((pdu, procedure))
    if kind is None:
        return OtherMessage(procedure, bytes(octets), pdu, criticality=body["criticality"])
    try:
        ies = body["value"][1]["protocolIEs"]
    except (TypeError, KeyError, IndexError):
        raise TransferSyntaxError(f"{kind.NAME} has no IEs") from None
    return _load(kind, ies, body["criticality"])


def _load(kind: type[NgapMessage], ies: list[dict[str, Any]], criticality: str) -> NgapMessage:
    """What is not understood or missing is rejected, noted or ignored by its criticality (10.3)."""
    received = (ies, criticality)
    elements = _TABLES[kind.NAME]
    values: dict[str, Any] = {}
    noted: list[IeDiagnostics] = []
    for ie in ies:
        known = elements.get(ie["id"])
        if known is None:
            if not str(ie["value"][0]).startswith("_unk"):
                continue  # understood, and of no use here
        else:
            name, element = known
            if name in values:
                reason = f"{name} comes twice"
                raise _refused(kind, reason, received, cause=FALSELY_CONSTRUCTED)
            try:
                values[name] = element.codec.load(ie["value"][1])
                continue
            except (ValueError, TypeError, KeyError, IndexError):
                pass
        noted.append(IeDiagnostics(ie["id"], ie["criticality"], "not-understood"))
    for name, element in elements.values():
        if element.mandatory and name not in values:
            if all(n.id != element.id for n in noted):
                noted.append(IeDiagnostics(element.id, element.criticality, "missing"))
            values[name] = element.absent
    if any(n.criticality == "reject" for n in noted) or NEEDED in values.values():
        raise _refused(kind, "elements that matter", received, noted)
    notify = tuple(n for n in noted if n.criticality == "notify")
    return kind(**values, wire=tuple(ies), criticality=criticality, not_understood=notify)


def _refused(
    kind: type[NgapMessage],
    reason: str,
    received: tuple[list[dict[str, Any]], str],
    noted: Iterable[IeDiagnostics] = (),
    cause: Cause = REJECTED,
) -> AbstractSyntaxError:
    ies, criticality = received
    ids = {
        ie["id"]: ie["value"][1]
        for ie in ies
        if ie["id"] in _MAX_IDS
        and isinstance(ie["value"][1], int)
        and 0 <= ie["value"][1] < _MAX_IDS[ie["id"]]
    }
    reported = tuple(n for n in noted if n.criticality != "ignore")
    what = "".join(f", IE {n.id} {n.error}" for n in reported)
    return AbstractSyntaxError(
        f"{kind.NAME}: {reason}{what}",
        cause=cause,
        diagnostics=CriticalityDiagnostics(kind.PROCEDURE, kind.PDU, criticality, reported),
        amf_ue_ngap_id=ids.get(_AMF_ID),
        ran_ue_ngap_id=ids.get(_RAN_ID),
    )


def encode(message: NgapMessage) -> bytes:
    if isinstance(message, OtherMessage):
        return message.octets
    elements = _TABLES[message.NAME]
    ies: list[dict[str, Any]] = []
    came: set[int] = set()
    for ie in message.wire:
        known = elements.get(ie["id"])
        if known is None or known[1].codec.load(ie["value"][1]) == getattr(message, known[0]):
            ies.append(ie)
            came.add(ie["id"])
    for name, element in elements.values():
        value = getattr(message, name)
        absent = value is None or value is False or value == ()
        needed = element.mandatory and element.absent is NEEDED
        if element.id in came or (absent and not needed):
            continue
        dumped = (element.codec.type, element.codec.dump(value))
        ies.append({"id": element.id, "criticality": element.criticality, "value": dumped})
    body = {
        "procedureCode": message.PROCEDURE,
        "criticality": message.criticality or message.CRITICALITY,
        "value": (message.NAME, {"protocolIEs": ies}),
    }
    return asn1.encode("NGAP-PDU", (message.PDU, body))


def kind_of(pdu: str, procedure: int) -> type[NgapMessage] | None:
    """The message of a procedure in one direction, if the testbed knows it."""
    return _KINDS.get((pdu, procedure))


def elements_of(kind: type[NgapMessage]) -> dict[int, tuple[str, Element]]:
    """The rows of a message's table, by IE identifier: field name and element."""
    return _TABLES[kind.NAME]


def name_of(octets: bytes) -> str:
    """The message's name for a ladder, from its first two octets."""
    if len(octets) < 2 or octets[0] >> 5 >= len(_PDU_TYPES):
        return "malformed NGAP"
    kind = _KINDS.get((_PDU_TYPES[octets[0] >> 5], octets[1]))
    return kind.NAME if kind else f"NGAP procedure {octets[1]}"
