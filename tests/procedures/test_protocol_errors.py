"""What the AMF makes of octets that no UE should send (TS 24.501 clauses 4.4.4 and 7)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from one_ue import OneUe, one_ue, until

from nfs.protocols.nas import (
    AuthenticationFailure,
    AuthenticationReject,
    AuthenticationRequest,
    AuthenticationResponse,
    DlNasTransport,
    IdentityRequest,
    IdentityResponse,
    IdentityType,
    MmCause,
    MmStatus,
    NasMessage,
    RegistrationReject,
    RegistrationRequest,
    RegistrationType,
    SecurityModeCommand,
    ServiceReject,
    Tmsi5gS,
    decode,
    encode,
)
from nfs.protocols.nas.enums import ServiceType
from nfs.protocols.nas.mm import ServiceRequest
from nfs.protocols.nas.security_header import SecurityHeaderType
from nfs.protocols.ngap import DownlinkNASTransport
from ue_sim import UserEquipment
from ue_sim.ue.security_mode import capability, establish_security

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNKNOWN_TYPE = bytes.fromhex("7e00ff")
IDENTITY = "000d0199f9070000000000000000102e02f0f0"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def run() -> AsyncIterator[OneUe]:
    async with one_ue() as run:
        yield run


class Phone:
    """A connection on which anything may be sent, before there is a security context."""

    def __init__(self, run: OneUe) -> None:
        self._answers: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._radio = run.gnb.connect_ue(self._answers.put_nowait)

    async def send(self, octets: bytes) -> None:
        await self._radio.send_nas(octets, None, "mo-Signalling")

    async def answer(self) -> NasMessage | None:
        """None when the connection has been released."""
        octets = await asyncio.wait_for(self._answers.get(), 30)
        return decode(octets) if octets is not None else None


@pytest.mark.parametrize(
    "octets",
    [
        "7e",
        "7e00",
        "990041",
        "7e0043",
        "7e0042010177",
        "7e00670100152e0101c1ffff",
        "2e0101c1ffff",
        "2e0101ff",
        "7e07deadbeef007e0041",
        "7e0f00",
        "7e04000000",
        "7e0400000000007e005e",
        "7e02000000000012",
    ],
)
async def test_what_is_ignored_without_security(run: OneUe, octets: str) -> None:
    """Too short, of another protocol, unprotected where it may not be, of a reserved header."""
    phone = Phone(run)
    await phone.send(bytes.fromhex(octets))
    assert await phone.answer() is None


@pytest.mark.parametrize(
    ("octets", "answer"),
    [
        ("7e0041", RegistrationReject(MmCause.INVALID_MANDATORY_INFORMATION)),
        ("7e00417900ff01", RegistrationReject(MmCause.INVALID_MANDATORY_INFORMATION)),
        (f"7e004179{IDENTITY}0401aa", RegistrationReject(MmCause.INVALID_MANDATORY_INFORMATION)),
        (
            f"7e004179{IDENTITY[:-4]}7070",
            RegistrationReject(MmCause.UE_SECURITY_CAPABILITIES_MISMATCH),
        ),
        ("7e004c", ServiceReject(MmCause.INVALID_MANDATORY_INFORMATION)),
        (
            "7e004c000007f40040f100c843",
            ServiceReject(MmCause.UE_IDENTITY_CANNOT_BE_DERIVED_BY_THE_NETWORK),
        ),
    ],
)
async def test_requests_that_are_rejected(run: OneUe, octets: str, answer: NasMessage) -> None:
    phone = Phone(run)
    await phone.send(bytes.fromhex(octets))
    assert await phone.answer() == answer
    assert await phone.answer() is None


async def test_an_unknown_guti_is_asked_for_its_suci(run: OneUe) -> None:
    phone = Phone(run)
    await phone.send(bytes.fromhex("7e004179000bf299f907020040deadbeef2e02f0f0"))
    assert isinstance(await phone.answer(), IdentityRequest)
    await phone.send(bytes.fromhex("7e005c000103"))
    assert isinstance(await phone.answer(), RegistrationReject)


async def test_an_unknown_message_type(run: OneUe) -> None:
    phone = Phone(run)
    await phone.send(UNKNOWN_TYPE)
    answer = await phone.answer()
    assert answer == MmStatus(MmCause.MESSAGE_TYPE_NON_EXISTENT_OR_NOT_IMPLEMENTED)
    assert await phone.answer() is None


async def test_a_container_with_another_message_is_refused(run: OneUe) -> None:
    """open5gs#4422: SECURITY MODE COMPLETE whose NAS message container is a SERVICE REQUEST."""
    modem = UserEquipment(run.ue.config, run.gnb).modem
    async with modem.procedure():
        request = RegistrationRequest(
            (RegistrationType.INITIAL, True),
            7,
            modem.suci,
            ue_security_capability=capability(modem),
        )
        await modem.send(request)
        await modem.authentication.answer(await modem.expect(AuthenticationRequest))
        command = await modem.expect(SecurityModeCommand)
        await establish_security(
            modem, command, ServiceRequest(0, ServiceType.DATA, Tmsi5gS(1, 0, 1))
        )
        reject = await modem.expect(RegistrationReject)
    assert reject.cause is MmCause.SEMANTICALLY_INCORRECT_MESSAGE


async def test_a_secured_ue_believes_nothing_unprotected(run: OneUe) -> None:
    """TS 24.501 clause 4.4.4.2: forged rejections do not make a phone give up its registration."""
    await run.ue.register()
    at_amf = run.amf.registry.get(run.ue.supi)
    assert at_amf is not None
    ids = at_amf.amf_ue_ngap_id, at_amf.ran_ue_ngap_id
    forged = (
        AuthenticationReject(),
        RegistrationReject(MmCause.ILLEGAL_UE),
        ServiceReject(MmCause.ILLEGAL_UE),
        IdentityRequest(IdentityType.IMEISV),
        AuthenticationRequest(3, bytes(2), bytes(16), bytes(16)),
    )
    answers = run.count(IdentityResponse.NAME) + run.count(AuthenticationFailure.NAME)
    for message in forged:
        await at_amf.send_ngap(DownlinkNASTransport(*ids, encode(message)))
    await run.ue.establish_session()
    assert run.ue.modem.usim.valid
    assert run.count(IdentityResponse.NAME) + run.count(AuthenticationFailure.NAME) == answers
    await run.ue.deregister()


async def test_after_security_nothing_unprotected_and_nothing_twice(run: OneUe) -> None:
    """Replayed, forged and plain messages change nothing (clause 4.4.3.2, 4.4.4.3)."""
    await run.ue.register()
    modem = run.ue.modem
    assert modem.security is not None
    radio = modem.access.connection
    assert radio is not None
    statuses: list[MmStatus | DlNasTransport] = []
    modem.on_agent_refused = statuses.append
    plain = encode(AuthenticationResponse(bytes(16)))
    genuine = modem.security.protect(plain, SecurityHeaderType.INTEGRITY_CIPHERED)
    forged = genuine[:2] + bytes((genuine[2] ^ 1,)) + genuine[3:]
    spoiled = (forged, plain, bytes.fromhex("7e004179" + IDENTITY), UNKNOWN_TYPE, genuine, genuine)
    for octets in spoiled:
        await radio.send_nas(octets, None, "mo-Signalling")
    await until(lambda: len(statuses) == 1)
    unknown = modem.security.protect(UNKNOWN_TYPE, SecurityHeaderType.INTEGRITY_CIPHERED)
    await radio.send_nas(unknown, None, "mo-Signalling")
    await until(lambda: len(statuses) == 2)
    assert statuses == [
        MmStatus(MmCause.MESSAGE_TYPE_NOT_COMPATIBLE_WITH_THE_PROTOCOL_STATE),
        MmStatus(MmCause.MESSAGE_TYPE_NON_EXISTENT_OR_NOT_IMPLEMENTED),
    ]
    assert run.connected
    await run.ue.establish_session()
    await run.ue.deregister()
