"""Elements that are missing, repeated or unknown, by their criticality (TS 38.413 clause 10.3)."""

from __future__ import annotations

from typing import Any

import pytest

from nfs.common.identities import NrCgi, Plmn, Tai
from nfs.protocols.ngap import (
    AbstractSyntaxError,
    Cause,
    ErrorIndication,
    HandoverPreparationFailure,
    HandoverRequired,
    InitialContextSetupResponse,
    NgapMessage,
    PduSessionItem,
    TargetGnb,
    UEContextReleaseRequest,
    UplinkNASTransport,
    UserLocationNr,
    asn1,
    decode,
    encode,
    error_answer,
)
from ue_sim import GnbConfig

PLMN = Plmn("999", "70")
LOCATION = UserLocationNr(NrCgi(PLMN, 16), Tai(PLMN, 1))
UPLINK = UplinkNASTransport(7, 8, b"\x7e\x00\x41", LOCATION)
HANDOVER = HandoverRequired(
    7,
    8,
    "intra5gs",
    Cause("misc", "unspecified"),
    TargetGnb(GnbConfig().global_id, LOCATION.tai),
    (PduSessionItem(1, b"\x00"),),
    b"\x00",
)


def elements(message: NgapMessage) -> tuple[str, dict[str, Any], list[dict[str, Any]]]:
    pdu, body = asn1.decode("NGAP-PDU", encode(message))
    return pdu, body, list(body["value"][1]["protocolIEs"])


def with_elements(message: NgapMessage, ies: list[dict[str, Any]]) -> bytes:
    pdu, body, _ = elements(message)
    body["value"] = (message.NAME, {"protocolIEs": ies})
    return asn1.encode("NGAP-PDU", (pdu, body))


def without(message: NgapMessage, id_: int) -> bytes:
    return with_elements(message, [ie for ie in elements(message)[2] if ie["id"] != id_])


def refused(octets: bytes) -> AbstractSyntaxError:
    with pytest.raises(AbstractSyntaxError) as caught:
        decode(octets)
    return caught.value


def test_what_may_be_ignored_may_be_missing() -> None:
    message = decode(without(UPLINK, 121))
    assert isinstance(message, UplinkNASTransport)
    assert message.location is None
    assert decode(encode(message)) == message
    request = UEContextReleaseRequest(7, 8, cause=Cause("misc", "unspecified"))
    assert decode(without(request, 15)) == request


def test_what_has_to_be_rejected_is_answered_with_an_error_indication() -> None:
    error = refused(without(UPLINK, 38))
    answer = error_answer(error)
    assert isinstance(answer, ErrorIndication)
    assert (answer.amf_ue_ngap_id, answer.ran_ue_ngap_id) == (7, 8)
    assert answer.criticality_diagnostics is not None
    missing = [(ie.id, ie.criticality, ie.error) for ie in answer.criticality_diagnostics.ies]
    assert missing == [(38, "reject", "missing")]
    assert decode(encode(answer)) == answer


def test_or_with_the_failure_of_its_procedure() -> None:
    answer = error_answer(refused(without(HANDOVER, 105)))
    assert isinstance(answer, HandoverPreparationFailure)
    assert answer.cause == Cause("protocol", "abstract-syntax-error-reject")
    assert decode(encode(answer)) == answer
    nobody = error_answer(refused(without(HANDOVER, 85)))
    assert isinstance(nobody, ErrorIndication), "the failure needs an identifier that did not come"
    assert nobody.ran_ue_ngap_id is None


def test_an_element_twice_is_a_message_that_is_falsely_constructed() -> None:
    ies = elements(UPLINK)[2]
    error = refused(with_elements(UPLINK, [*ies, ies[0]]))
    assert error.cause == Cause("protocol", "abstract-syntax-error-falsely-constructed-message")


def test_a_response_is_not_answered() -> None:
    response = InitialContextSetupResponse(7, 8)
    assert error_answer(refused(without(response, 10))) is None
