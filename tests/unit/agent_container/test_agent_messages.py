from __future__ import annotations

import pytest
from agent_messages import messages_of
from hypothesis import given, settings
from hypothesis import strategies as st

from nfs.protocols.agent import (
    AgentCause,
    AgentConfigurationUpdate,
    AgentContainerError,
    AgentData,
    AgentDeregistrationAccept,
    AgentMessage,
    AgentRegistrationAccept,
    AgentRegistrationReject,
    AgentRegistrationRequest,
    AgentStatus,
    IntentCancel,
    IntentProgress,
    IntentReject,
    IntentRequest,
    decode,
    encode,
    name_of,
)
from nfs.protocols.agent.codec import _TABLES
from nfs.protocols.agent.elements import (
    MAX_DIAGNOSTIC,
    MAX_IDENTIFIER,
    MAX_INTENT,
    MAX_LIST_ITEMS,
)
from nfs.protocols.agent.messages import MESSAGES

REGISTRATION = AgentRegistrationRequest(
    pti=1,
    template="ue.assistant",
    instance="1",
    name="Anna's assistant",
    description="Speaks for its user; cannot place calls",
    capabilities=("/capability/chat",),
    scope=("/capability/translation", "/capability/qos-assurance"),
    public_key=b"\x30\x59",
    proof=b"\x30\x44",
)


def refusal(octets: bytes) -> AgentContainerError:
    with pytest.raises(AgentContainerError) as refused:
        decode(octets)
    return refused.value


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.NAME)
@given(data=st.data())
@settings(max_examples=40)
def test_round_trip(kind: type[AgentMessage], data: st.DataObject) -> None:
    message = data.draw(messages_of(kind))
    octets = encode(message)
    assert decode(octets) == message
    assert name_of(octets) == kind.NAME


@pytest.mark.parametrize(
    ("message", "octets"),
    [
        (
            REGISTRATION,
            "01 41 01"
            " 01 000c 75652e617373697374616e74"
            " 02 0001 31"
            " 03 0010 416e6e61277320617373697374616e74"
            " 04 0027 537065616b7320666f722069747320757365723b20"
            " 63616e6e6f7420706c6163652063616c6c73"
            " 05 0011 10 2f6361706162696c6974792f63686174"
            " 06 0032 17 2f6361706162696c6974792f7472616e736c6174696f6e"
            " 19 2f6361706162696c6974792f716f732d6173737572616e6365"
            " 07 0002 3059"
            " 08 0002 3044",
        ),
        (
            AgentRegistrationAccept(
                1, "1.2", ("7",), ("/a",), "agw-1", 1_800_000_000, b"\x30", "e.y.J", b"{}"
            ),
            "01 42 01 09 0003 312e32 0a 0002 0137 06 0003 02 2f61 0b 0005 6167772d31"
            " 0c 0008 000000006b49d200 0d 0001 30 0e 0005 652e792e4a 0f 0002 7b7d",
        ),
        (AgentRegistrationReject(2, AgentCause.SCOPE_NOT_ALLOWED), "01 43 02 10 0001 03"),
        (AgentDeregistrationAccept(3), "01 45 03"),
        (IntentRequest(4, "de", "schnell"), "01 51 04 12 0002 6465 13 0007 7363686e656c6c"),
        (IntentRequest(4, intent=b"{}"), "01 51 04 14 0002 7b7d"),
        (IntentProgress(254, 100, "ok"), "01 52 fe 15 0001 64 11 0002 6f6b"),
        (IntentReject(5, AgentCause.INFEASIBLE, "no"), "01 54 05 10 0001 15 11 0002 6e6f"),
        (IntentCancel(5), "01 55 05"),
        (AgentData(0, "s", b"\x00\xff"), "01 75 00 19 0001 73 1a 0002 00ff"),
        (AgentStatus(0, AgentCause.MESSAGE_NOT_COMPATIBLE), "01 7f 00 10 0001 65"),
    ],
    ids=lambda value: value.NAME if isinstance(value, AgentMessage) else "",
)
def test_wire_form(message: AgentMessage, octets: str) -> None:
    assert encode(message).hex() == octets.replace(" ", "")
    assert decode(bytes.fromhex(octets)) == message


def test_message_types_and_names_are_unique() -> None:
    assert len({kind.MESSAGE_TYPE for kind in MESSAGES}) == len(MESSAGES)
    assert len({kind.NAME for kind in MESSAGES}) == len(MESSAGES)


def test_one_identifier_means_one_format() -> None:
    elements = {row.ie.iei: row.ie for table in _TABLES.values() for row in table}
    for table in _TABLES.values():
        assert all(elements[row.ie.iei] == row.ie for row in table)
        assert len({row.ie.iei for row in table}) == len(table)


class TestUnknownElements:
    def test_kept_and_sent_on(self) -> None:
        octets = bytes.fromhex("01 45 03 80 0002 cafe df 0000 1a 0001 00")
        message = decode(octets)
        assert message.unknown_ies == ((0x80, b"\xca\xfe"), (0xDF, b""), (0x1A, b"\x00"))
        assert encode(message) == octets

    @pytest.mark.parametrize("iei", [0xE0, 0xFF])
    def test_comprehension_required(self, iei: int) -> None:
        error = refusal(encode(REGISTRATION) + bytes((iei, 0, 0)))
        assert (error.cause, error.pti) == (AgentCause.IE_NON_EXISTENT, 1)
        assert f"{iei:#04x}" in error.reason

    def test_unassigned_cause_is_a_protocol_error(self) -> None:
        message = decode(bytes.fromhex("01 7f 00 10 0001 c8"))
        assert message == AgentStatus(0, AgentCause.PROTOCOL_ERROR_UNSPECIFIED)


class TestRepeatedAndMalformedElements:
    def test_first_of_repeated_elements_counts(self) -> None:
        message = decode(bytes.fromhex("01 43 02 10 0001 03 10 0001 05 10 0000"))
        assert message == AgentRegistrationReject(2, AgentCause.SCOPE_NOT_ALLOWED)

    def test_elements_come_in_any_order(self) -> None:
        assert decode(bytes.fromhex("01 54 05 11 0002 6e6f 10 0001 15")) == IntentReject(
            5, AgentCause.INFEASIBLE, "no"
        )

    @pytest.mark.parametrize("text", ["11 0001 ff", "11 0002 c3 28"])
    def test_malformed_optional_element_is_absent(self, text: str) -> None:
        message = decode(bytes.fromhex("01 54 05 10 0001 15" + text))
        assert message == IntentReject(5, AgentCause.INFEASIBLE)

    @pytest.mark.parametrize(
        "octets",
        ["01 54 05", "01 54 05 10 0000", "01 54 05 10 0002 1515", "01 44 05 09 0001 ff"],
    )
    def test_missing_or_malformed_mandatory_element(self, octets: str) -> None:
        error = refusal(bytes.fromhex(octets))
        assert (error.cause, error.pti) == (AgentCause.INVALID_MANDATORY_INFORMATION, 5)

    @pytest.mark.parametrize("octets", ["06 0003 03 2f61", "06 0001 01", "06 0002 01 ff"])
    def test_malformed_list(self, octets: str) -> None:
        message = decode(bytes.fromhex("01 46 05 " + octets))
        assert message == AgentConfigurationUpdate(5)

    def test_percent_is_not_above_100(self) -> None:
        assert decode(bytes.fromhex("01 52 05 15 0001 65")) == IntentProgress(5)

    def test_empty_list_is_not_an_absent_one(self) -> None:
        update = AgentConfigurationUpdate(5, scope=())
        assert decode(encode(update)) == update
        assert update != AgentConfigurationUpdate(5)


class TestConditions:
    @pytest.mark.parametrize("octets", ["01 51 04", "01 51 04 12 0002 6465", "01 51 04 13 0001 ff"])
    def test_intent_without_text_and_intent(self, octets: str) -> None:
        error = refusal(bytes.fromhex(octets))
        assert (error.cause, error.pti) == (AgentCause.CONDITIONAL_IE_ERROR, 4)

    def test_is_not_sent_either(self) -> None:
        with pytest.raises(AgentContainerError) as refused:
            encode(IntentRequest(4, "en"))
        assert refused.value.cause is AgentCause.CONDITIONAL_IE_ERROR

    def test_an_intent_may_carry_what_was_said(self) -> None:
        both = IntentRequest(4, "en", "faster", b'{"kind": "qos.assure"}')
        assert decode(encode(both)) == both


class TestHeader:
    @pytest.mark.parametrize(
        ("octets", "cause", "pti"),
        [
            ("", AgentCause.PROTOCOL_ERROR_UNSPECIFIED, None),
            ("01 55", AgentCause.PROTOCOL_ERROR_UNSPECIFIED, None),
            ("00 55 01", AgentCause.PROTOCOL_ERROR_UNSPECIFIED, None),
            ("02 55 01", AgentCause.PROTOCOL_ERROR_UNSPECIFIED, None),
            ("01 55 ff", AgentCause.INVALID_PTI, None),
            ("01 00 07", AgentCause.MESSAGE_TYPE_NON_EXISTENT, 7),
            ("01 ff 07", AgentCause.MESSAGE_TYPE_NON_EXISTENT, 7),
        ],
    )
    def test_refused(self, octets: str, cause: AgentCause, pti: int | None) -> None:
        error = refusal(bytes.fromhex(octets))
        assert (error.cause, error.pti) == (cause, pti)
        assert name_of(bytes.fromhex(octets)) == "malformed"

    @pytest.mark.parametrize("pti", [-1, 255, 256])
    def test_impossible_pti_is_not_sent(self, pti: int) -> None:
        with pytest.raises(AgentContainerError) as refused:
            encode(IntentCancel(pti))
        assert refused.value.cause is AgentCause.INVALID_PTI


class TestBounds:
    def test_every_truncation_is_refused_or_lacks_optional_elements_only(self) -> None:
        reject = IntentReject(5, AgentCause.INFEASIBLE, "no cell has the capacity")
        for message in (REGISTRATION, reject):
            octets = encode(message)
            for length in range(len(octets)):
                if message is reject and length == 7:
                    assert decode(octets[:length]) == IntentReject(5, AgentCause.INFEASIBLE)
                else:
                    assert refusal(octets[:length]).pti == (None if length < 3 else message.pti)

    def test_oversized_container_is_refused(self) -> None:
        padding = bytes((0x80,)) + (65_535 - 6).to_bytes(2)
        largest = bytes.fromhex("014503") + padding + bytes(65_535 - 6)
        assert decode(largest).unknown_ies[0][0] == 0x80
        assert encode(decode(largest)) == largest
        error = refusal(largest + b"\x00")
        assert error.cause is AgentCause.PROTOCOL_ERROR_UNSPECIFIED

    def test_oversized_container_is_not_sent(self) -> None:
        half = bytes(40_000)
        with pytest.raises(AgentContainerError, match="at most 65535"):
            encode(IntentCancel(1, unknown_ies=((0x80, half), (0x81, half))))

    def test_intent_that_does_not_fit_is_an_error_of_its_value(self) -> None:
        assert encode(IntentRequest(1, text="x" * MAX_INTENT))
        with pytest.raises(ValueError, match="INTENT REQUEST: text") as refused:
            encode(IntentRequest(1, text="x" * (MAX_INTENT + 1)))
        assert isinstance(refused.value, AgentContainerError)

    def test_text_beyond_its_limit(self) -> None:
        def registration(instance: str) -> AgentRegistrationRequest:
            return AgentRegistrationRequest(1, "t", instance, "n", None, (), (), b"k", b"p")

        longest = encode(registration("i" * MAX_IDENTIFIER))
        assert decode(longest) == registration("i" * MAX_IDENTIFIER)
        with pytest.raises(AgentContainerError, match="instance"):
            encode(registration("i" * (MAX_IDENTIFIER + 1)))
        element = bytes((0x02, 0, MAX_IDENTIFIER))
        longer = longest.replace(element, bytes((0x02, 0, MAX_IDENTIFIER + 1)) + b"i")
        assert refusal(longer).cause is AgentCause.INVALID_MANDATORY_INFORMATION

    def test_list_beyond_its_limit(self) -> None:
        longest = AgentConfigurationUpdate(1, scope=("a",) * MAX_LIST_ITEMS)
        octets = encode(longest)
        assert decode(octets) == longest
        with pytest.raises(AgentContainerError, match="scope"):
            encode(AgentConfigurationUpdate(1, scope=("a",) * (MAX_LIST_ITEMS + 1)))
        too_many = octets.replace(b"\x06\x01\x00", b"\x06\x01\x02") + b"\x01a"
        assert decode(too_many) == AgentConfigurationUpdate(1)

    def test_diagnostic_text_is_cut_at_a_character(self) -> None:
        decoded = decode(encode(IntentReject(1, AgentCause.COMPLIANCE, "x" + "ü" * MAX_DIAGNOSTIC)))
        assert isinstance(decoded, IntentReject)
        assert decoded.text == "x" + "ü" * (MAX_DIAGNOSTIC // 2 - 1)

    def test_lone_surrogates(self) -> None:
        decoded = decode(encode(IntentReject(1, AgentCause.COMPLIANCE, "a\ud800b")))
        assert decoded == IntentReject(1, AgentCause.COMPLIANCE, "a?b")
        with pytest.raises(AgentContainerError, match="text"):
            encode(IntentRequest(1, text="\ud800"))


def test_every_cause_has_a_text_and_its_own_value() -> None:
    causes = list(AgentCause)
    assert all(cause.text for cause in causes)
    assert len({cause.text for cause in causes}) == len(causes)
    assert AgentCause["UNKNOWN_AGENT"] is AgentCause(1)
    assert (AgentCause.AGENT_NOT_REGISTERED, AgentCause.SERVICE_UNAVAILABLE) == (8, 27)
