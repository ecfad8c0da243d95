"""5GSM messages (TS 24.501 clause 8.3): others read ours, and we what phones send."""

from __future__ import annotations

import warnings
from ipaddress import IPv4Address, IPv6Address

import pytest

from nfs.common.identities import Snssai
from nfs.protocols.nas import (
    DEACTIVATED,
    Component,
    ComponentType,
    Offer,
    Option,
    PacketFilter,
    PacketFilterDirection,
    PduAddress,
    PduSessionAuthenticationCommand,
    PduSessionAuthenticationComplete,
    PduSessionAuthenticationResult,
    PduSessionEstablishmentAccept,
    PduSessionEstablishmentReject,
    PduSessionEstablishmentRequest,
    PduSessionModificationCommand,
    PduSessionModificationCommandReject,
    PduSessionModificationComplete,
    PduSessionModificationReject,
    PduSessionModificationRequest,
    PduSessionReleaseCommand,
    PduSessionReleaseComplete,
    PduSessionReleaseReject,
    PduSessionReleaseRequest,
    PduSessionType,
    ProtocolConfigurationOptions,
    QosFlowDescription,
    QosFlowOperation,
    QosRule,
    QosRuleOperation,
    SessionAmbr,
    SmCause,
    SmMessage,
    SmStatus,
    decode,
    encode,
)
from nfs.protocols.nas.sm_reception import (
    SmDiscarded,
    SmReceived,
    SmRefused,
    receive_at_network,
    receive_at_ue,
)

BOTH = PacketFilterDirection.BIDIRECTIONAL
PCO = ProtocolConfigurationOptions(((Option.DNS_IPV4, b"\x08\x08\x08\x08"),))
VALUES = {
    ComponentType.MATCH_ALL: "",
    ComponentType.IPV4_REMOTE_ADDRESS: "0a2d0000ffff0000",
    ComponentType.IPV4_LOCAL_ADDRESS: "0a2d0002ffffffff",
    ComponentType.IPV6_REMOTE_ADDRESS_PREFIX_LENGTH: "20010db8" + "00" * 12 + "40",
    ComponentType.IPV6_LOCAL_ADDRESS_PREFIX_LENGTH: "20010db8" + "00" * 12 + "80",
    ComponentType.PROTOCOL_IDENTIFIER_NEXT_HEADER: "11",
    ComponentType.SINGLE_LOCAL_PORT: "1388",
    ComponentType.LOCAL_PORT_RANGE: "13881390",
    ComponentType.SINGLE_REMOTE_PORT: "01bb",
    ComponentType.REMOTE_PORT_RANGE: "01bb01bc",
    ComponentType.SECURITY_PARAMETER_INDEX: "00000001",
    ComponentType.TYPE_OF_SERVICE_TRAFFIC_CLASS: "b8fc",
    ComponentType.FLOW_LABEL: "012345",
    ComponentType.DESTINATION_MAC_ADDRESS: "020000000001",
    ComponentType.SOURCE_MAC_ADDRESS: "020000000002",
    ComponentType.C_TAG_VID: "0064",
    ComponentType.S_TAG_VID: "0065",
    ComponentType.C_TAG_PCP_DEI: "0e",
    ComponentType.S_TAG_PCP_DEI: "0c",
    ComponentType.ETHERTYPE: "0800",
    ComponentType.DESTINATION_MAC_ADDRESS_RANGE: "0200000000010200000000ff",
    ComponentType.SOURCE_MAC_ADDRESS_RANGE: "0200000000010200000000ff",
}
COMPONENTS = tuple(Component(kind, bytes.fromhex(value)) for kind, value in VALUES.items())
RULES = (
    QosRule(
        1,
        QosRuleOperation.CREATE,
        True,
        (PacketFilter(1, BOTH, COMPONENTS[:1]), PacketFilter(2, BOTH, COMPONENTS[1:])),
        255,
        1,
    ),
    QosRule(2, QosRuleOperation.DELETE),
    QosRule(3, QosRuleOperation.MODIFY_AND_DELETE_FILTERS, False, (), 7, 2, (1, 5)),
    QosRule(4, QosRuleOperation.MODIFY_WITHOUT_FILTERS, False, (), 8, 3, segregation=True),
)
FLOWS = (
    QosFlowDescription(1, QosFlowOperation.CREATE, 1, 64, 128, 256, 512, 2000, 5),
    QosFlowDescription(2, QosFlowOperation.MODIFY, 9, extends=True),
    QosFlowDescription(3, QosFlowOperation.DELETE),
)
AMBR = SessionAmbr(1_000_000, 500_000)
IDS = 5, 7
MESSAGES: tuple[SmMessage, ...] = (
    PduSessionEstablishmentRequest(
        *IDS,
        b"\xff\xff",
        PduSessionType.IPV4V6,
        1,
        b"\x01",
        1023,
        1,
        b"\x31\x32",
        PCO,
        suggested_interface_id=PduAddress(PduSessionType.IPV6, interface_id=b"\1" * 8),
    ),
    PduSessionEstablishmentAccept(
        *IDS,
        PduSessionType.IPV4V6,
        1,
        RULES[:1],
        AMBR,
        SmCause.PDU_SESSION_TYPE_IPV4_ONLY_ALLOWED,
        PduAddress(PduSessionType.IPV4V6, "10.45.0.2", b"\2" * 8, b"\xfe\x80" + b"\0" * 14),
        s_nssai=Snssai(1, "010203"),
        always_on=1,
        mapped_eps_bearer_contexts=bytes.fromhex("50000401400000")[:7],
        qos_flow_descriptions=FLOWS[:1],
        epco=PCO,
        dnn="internet",
    ),
    PduSessionEstablishmentReject(*IDS, SmCause.NOT_SUPPORTED_SSC_MODE, 60.0, frozenset({1, 3})),
    PduSessionEstablishmentReject(*IDS, SmCause.INSUFFICIENT_RESOURCES, DEACTIVATED),
    PduSessionAuthenticationCommand(*IDS, bytes.fromhex("0101000501")),
    PduSessionAuthenticationComplete(*IDS, bytes.fromhex("0201000501")),
    PduSessionAuthenticationResult(*IDS, bytes.fromhex("03010004")),
    PduSessionModificationRequest(
        *IDS, None, None, 17, 1, b"\xff\xff", RULES[1:], FLOWS[1:], epco=PCO
    ),
    PduSessionModificationReject(*IDS, SmCause.INSUFFICIENT_RESOURCES, 0.0),
    PduSessionModificationCommand(
        *IDS, None, AMBR, None, 0, RULES, qos_flow_descriptions=FLOWS, epco=PCO
    ),
    PduSessionModificationComplete(*IDS),
    PduSessionModificationCommandReject(*IDS, SmCause.SEMANTIC_ERROR_IN_THE_QOS_OPERATION),
    PduSessionReleaseRequest(*IDS, SmCause.REGULAR_DEACTIVATION),
    PduSessionReleaseReject(*IDS, SmCause.INVALID_PDU_SESSION_IDENTITY),
    PduSessionReleaseCommand(*IDS, SmCause.REACTIVATION_REQUESTED, 30.0, access_type=1),
    PduSessionReleaseComplete(*IDS),
    SmStatus(*IDS, SmCause.PTI_MISMATCH),
)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: m.NAME)
def test_a_message_comes_back_and_an_independent_decoder_reads_it(message: SmMessage) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pycrate_mobile.NAS5G import parse_NAS5G
    octets = encode(message)
    assert decode(octets) == message
    theirs, error = parse_NAS5G(octets)
    assert error == 0
    assert theirs.to_bytes() == octets


def test_what_a_phone_asks_in_options_is_answered_as_far_as_there_is_something() -> None:
    """The request of frame 108 of Open5GS' testregistration.pcapng: address by NAS, IPv6 and IPv4
    DNS; with the IPCP CONFIGURE-REQUEST of phones (RFC 1877) and the P-CSCF before them."""
    ipcp = bytes.fromhex("80211001000010810600000000830600000000")
    pco = bytes.fromhex("80") + ipcp + bytes.fromhex("000c00000a00000300000d00001000")
    request = bytes.fromhex("2e0501c1ffff93a17b") + len(pco).to_bytes(2) + pco
    asked = decode(request)
    assert isinstance(asked, PduSessionEstablishmentRequest)
    assert asked.epco is not None
    assert (Option.P_CSCF_IPV4, b"") in asked.epco.containers
    offer = Offer(IPv4Address("8.8.4.4"), IPv6Address("2001:db8::1"), 1400)
    answer = offer.answer(asked.epco)
    assert answer is not None
    assert [i for i, _ in answer.containers] == [0x8021, 0x0003, 0x000D, 0x0010]
    nak = "03000010810608080404830608080404"
    assert answer.contents(Option.IPCP) == [bytes.fromhex(nak)]
    assert answer.dns == (IPv4Address("8.8.4.4"), IPv6Address("2001:db8::1"))
    assert answer.mtu == 1400


@pytest.mark.parametrize("packet", ["", "01", "0100ffff81", "02000004", "010000088100"])
def test_an_ipcp_packet_that_makes_no_sense_is_not_answered(packet: str) -> None:
    asked = ProtocolConfigurationOptions(((Option.IPCP, bytes.fromhex(packet)),))
    assert Offer(IPv4Address("8.8.8.8")).answer(asked) is None


def test_an_unknown_packet_filter_component_is_kept_for_the_refusal() -> None:
    request = decode(bytes.fromhex("2e0102c97a000d02000a2131055001bbee998002"))
    assert isinstance(request, PduSessionModificationRequest)
    assert request.requested_qos_rules is not None
    (found,) = request.requested_qos_rules[0].packet_filters
    assert found.components == (Component(ComponentType.SINGLE_REMOTE_PORT, b"\x01\xbb"),)
    assert found.unread == b"\xee\x99"
    assert decode(encode(request)) == request


def test_rules_that_cannot_be_read_are_told_from_absent_ones() -> None:
    absent = decode(bytes.fromhex("2e0102c9"))
    cut = decode(bytes.fromhex("2e0102c97a0003020008"))
    assert not absent.unreadable("requested_qos_rules")
    assert cut.unreadable("requested_qos_rules")


@pytest.mark.parametrize(
    ("octets", "answer"),
    [
        ("2e05ffc1ffff", None),  # 7.3.1: reserved PTI
        ("2e0007c1ffff", None),  # 7.3.2: unassigned PDU session identity
        ("2e1007c1ffff", None),
        ("2e0507", None),
        ("7e0507c1ffff", None),
        ("2e0507d6", None),  # a 5GSM STATUS is not answered with one
        ("2e050799", SmStatus(5, 7, SmCause(97))),
        ("2e0507c2", SmStatus(5, 7, SmCause(97))),  # not defined in this direction
        ("2e0500c1ffff", SmStatus(5, 0, SmCause(81))),
        ("2e0500d1", SmStatus(5, 0, SmCause(81))),
        ("2e0507c6000101", SmStatus(5, 7, SmCause(81))),
        ("2e0507c1ff", PduSessionEstablishmentReject(5, 7, SmCause(96))),
        ("2e0507c1ffff0401aa", PduSessionEstablishmentReject(5, 7, SmCause(96))),
        ("2e0507c90401aa", PduSessionModificationReject(5, 7, SmCause(96))),
        ("2e0507d10401aa", PduSessionReleaseReject(5, 7, SmCause(96))),
        ("2e0500cd", SmStatus(5, 0, SmCause(96))),
    ],
)
def test_protocol_errors_at_the_network(octets: str, answer: SmMessage | None) -> None:
    outcome = receive_at_network(bytes.fromhex(octets))
    if answer is None:
        assert isinstance(outcome, SmDiscarded)
    else:
        assert isinstance(outcome, SmRefused)
        assert outcome.answer == answer


@pytest.mark.parametrize(
    ("octets", "answer"),
    [
        ("2e05ffcb", None),
        ("2e0000cb", None),
        ("2e0500c31b", None),  # an answer to no request
        ("2e0500d6", None),
        ("2e0507c1ffff", SmStatus(5, 7, SmCause(97))),
        ("2e0507c5000101", SmStatus(5, 7, SmCause(81))),
        ("2e0507c21100", SmStatus(5, 7, SmCause(96))),
        ("2e0500cb0401aa", PduSessionModificationCommandReject(5, 0, SmCause(96))),
        ("2e0500d3", PduSessionReleaseComplete(5, 0, SmCause(96))),
    ],
)
def test_protocol_errors_at_the_ue(octets: str, answer: SmMessage | None) -> None:
    outcome = receive_at_ue(bytes.fromhex(octets))
    if answer is None:
        assert isinstance(outcome, SmDiscarded)
    else:
        assert isinstance(outcome, SmRefused)
        assert outcome.answer == answer


def test_a_good_message_goes_through() -> None:
    outcome = receive_at_network(bytes.fromhex("2e0507d1"))
    assert outcome == SmReceived(PduSessionReleaseRequest(5, 7))
