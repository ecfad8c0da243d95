"""Our tables of messages say what the ASN.1 of TS 38.413 says."""

from __future__ import annotations

from typing import Any

import pytest

from nfs.protocols.ngap import NgapMessage, OtherMessage, messages
from nfs.protocols.ngap.codec import elements_of
from nfs.protocols.ngap.messages.table import INITIATING, SUCCESSFUL, UNSUCCESSFUL

MESSAGES = [
    kind
    for kind in vars(messages).values()
    if isinstance(kind, type)
    and issubclass(kind, NgapMessage)
    and kind not in (NgapMessage, OtherMessage)
]
OPTIONAL_HERE = {("NGSetupRequest", 21)}
"""Mandatory, but UEs are paged without it: a gNB that leaves it out is served."""


def procedures() -> dict[tuple[int, str], tuple[Any, str]]:
    from pycrate_asn1dir import NGAP

    table = NGAP.NGAP_PDU_Descriptions.NGAP_ELEMENTARY_PROCEDURES().root
    return {
        (row["procedureCode"], pdu): (row[field], row["criticality"])
        for row in table
        for pdu, field in (
            (INITIATING, "InitiatingMessage"),
            (SUCCESSFUL, "SuccessfulOutcome"),
            (UNSUCCESSFUL, "UnsuccessfulOutcome"),
        )
        if field in row
    }


PROCEDURES = procedures()


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.NAME)
def test_table_is_that_of_the_asn1(kind: type[NgapMessage]) -> None:
    defined, criticality = PROCEDURES[kind.PROCEDURE, kind.PDU]
    assert criticality == kind.CRITICALITY
    assert defined._typeref.called[1] == kind.NAME
    rows = defined._cont["protocolIEs"]._cont._cont["id"]._const_tab().root
    order = [row["id"] for row in rows]
    standard = {row["id"]: row for row in rows}
    ours = elements_of(kind)
    assert list(ours) == sorted(ours, key=order.index)
    for id_, (name, element) in ours.items():
        row = standard[id_]
        assert element.criticality == row["criticality"], name
        reference = row["Value"]._typeref
        assert element.codec.type == (reference.called[1] if reference else "OCTET STRING"), name
        if (kind.NAME, id_) not in OPTIONAL_HERE:
            assert element.mandatory == (row["presence"] == "mandatory"), name
    needed = {id_ for id_, row in standard.items() if row["presence"] == "mandatory"}
    assert needed <= set(ours)
