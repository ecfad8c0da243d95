"""NGAP messages to octets and back (TS 38.413 clauses 9.4 and 10)."""

from __future__ import annotations

import dataclasses
from typing import Any

from nfs.protocols.ngap import asn1, messages
from nfs.protocols.ngap.errors import AbstractSyntaxError, NgapError, TransferSyntaxError
from nfs.protocols.ngap.messages import (
    INITIATING,
    Element,
    ErrorIndication,
    NgapMessage,
    NGSetupFailure,
    NGSetupRequest,
    OtherMessage,
)
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
        return OtherMessage(procedure, bytes(octets), criticality=body["criticality"])
    try:
        ies = body["value"][1]["protocolIEs"]
    except (TypeError, KeyError, IndexError):
        raise TransferSyntaxError(f"{kind.NAME} has no IEs") from None
    return _load(kind, ies, body["criticality"])


def _load(kind: type[NgapMessage], ies: list[dict[str, Any]], criticality: str) -> NgapMessage:
    elements = _TABLES[kind.NAME]
    values: dict[str, Any] = {}
    for ie in ies:
        known = elements.get(ie["id"])
        if known is None:
            if str(ie["value"][0]).startswith("_unk") and ie["criticality"] == "reject":
                raise _abstract(kind, f"IE {ie['id']} is not comprehended", ies)
            continue
        name, element = known
        try:
            values.setdefault(name, element.codec.load(ie["value"][1]))
        except (ValueError, TypeError, KeyError, IndexError) as error:
            if element.mandatory:
                raise _abstract(kind, f"{name}: {error}", ies) from None
    missing = [n for n, e in elements.values() if e.mandatory and n not in values]
    if missing:
        raise _abstract(kind, f"{', '.join(missing)} is missing", ies)
    return kind(**values, wire=tuple(ies), criticality=criticality)


def _abstract(
    kind: type[NgapMessage], reason: str, ies: list[dict[str, Any]]
) -> AbstractSyntaxError:
    ids = {
        ie["id"]: ie["value"][1]
        for ie in ies
        if ie["id"] in _MAX_IDS
        and isinstance(ie["value"][1], int)
        and 0 <= ie["value"][1] < _MAX_IDS[ie["id"]]
    }
    return AbstractSyntaxError(
        f"{kind.NAME}: {reason}",
        procedure_code=kind.PROCEDURE,
        amf_ue_ngap_id=ids.get(_AMF_ID),
        ran_ue_ngap_id=ids.get(_RAN_ID),
        initiating=kind.PDU == INITIATING,
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
        if element.id in came or (absent and not element.mandatory):
            continue
        dumped = (element.codec.type, element.codec.dump(value))
        ies.append({"id": element.id, "criticality": element.criticality, "value": dumped})
    body = {
        "procedureCode": message.PROCEDURE,
        "criticality": message.criticality or message.CRITICALITY,
        "value": (message.NAME, {"protocolIEs": ies}),
    }
    return asn1.encode("NGAP-PDU", (message.PDU, body))


def error_answer(error: NgapError) -> NgapMessage | None:
    """What the sender is told (10.2, 10.3): never an identifier that could not be read."""
    if not isinstance(error, AbstractSyntaxError):
        return ErrorIndication(cause=Cause("protocol", "transfer-syntax-error"))
    if not error.initiating:
        return None
    cause = Cause("protocol", "abstract-syntax-error-reject")
    if error.procedure_code == NGSetupRequest.PROCEDURE:
        return NGSetupFailure(cause)
    return ErrorIndication(error.amf_ue_ngap_id, error.ran_ue_ngap_id, cause)


def name_of(octets: bytes) -> str:
    """The message's name for a ladder, from its first two octets."""
    if len(octets) < 2 or octets[0] >> 5 >= len(_PDU_TYPES):
        return "malformed NGAP"
    kind = _KINDS.get((_PDU_TYPES[octets[0] >> 5], octets[1]))
    return kind.NAME if kind else f"NGAP procedure {octets[1]}"
