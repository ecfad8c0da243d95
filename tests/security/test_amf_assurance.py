"""The AMF's security assurance, TS 33.512: each test is named after what its clause asks for."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from nfs.common.trace import Interface
from nfs.protocols.crypto.sequence_number import AcceptedNumbers
from nfs.protocols.nas import (
    AuthenticationFailure,
    AuthenticationReject,
    AuthenticationRequest,
    AuthenticationResponse,
    DeregistrationRequestUe,
    IdentityRequest,
    MmCause,
    NasMessage,
    RegistrationAccept,
    RegistrationComplete,
    RegistrationReject,
    RegistrationRequest,
    RegistrationType,
    SecurityModeCommand,
    SecurityModeComplete,
    SecurityModeReject,
    ServiceRequest,
    ServiceType,
    Tmsi5gS,
    UeSecurityCapability,
    encode,
)
from nfs.protocols.nas.mm.deregistration import THREE_GPP_ACCESS
from nfs.protocols.nas.security_header import SecurityHeaderType
from nfs.protocols.ngap import UeSecurityCapabilities
from nfs.testbed import Testbed, TestbedConfig
from ue_sim import Gnb, GnbConfig, NoAnswer, UeConfig, UserEquipment
from ue_sim.ue.modem import Modem
from ue_sim.ue.security_mode import capability, establish_security

pytestmark = pytest.mark.asyncio(loop_scope="module")

CORE = ("nrf", "ausf", "udm", "upf", "smf", "amf")
A_MOMENT = 0.1
"""Seconds in which an answer that must not come would come."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def testbed() -> AsyncIterator[Testbed]:
    config = TestbedConfig(amf={"integrity_order": [3, 1, 2], "ciphering_order": [1, 2, 0]})
    async with Testbed(config, sockets=False, only=CORE) as testbed:
        yield testbed


@pytest_asyncio.fixture(loop_scope="module")
async def gnb(testbed: Testbed) -> AsyncIterator[Gnb]:
    gnb = Gnb(GnbConfig())
    await gnb.start(testbed.n2)
    yield gnb
    await gnb.stop()


async def ask(modem: Modem, **differently: Any) -> None:
    """REGISTRATION REQUEST, in the clear."""
    request = RegistrationRequest(
        registration=(RegistrationType.INITIAL, True),
        ng_ksi=7,
        identity=modem.suci,
        ue_security_capability=capability(modem),
    )
    await modem.send(dataclasses.replace(request, **differently))


async def challenged(modem: Modem) -> AuthenticationRequest:
    await ask(modem)
    return await modem.expect(AuthenticationRequest)


async def commanded(modem: Modem) -> SecurityModeCommand:
    await modem.authentication.answer(await challenged(modem))
    return await modem.expect(SecurityModeCommand)


async def silence(modem: Modem, *kinds: type[NasMessage]) -> None:
    with pytest.raises(NoAnswer, match="TIMER_EXPIRED"):
        await modem.expect(*kinds, seconds=A_MOMENT)


def requests(testbed: Testbed, since: int, path: str) -> list[bytes]:
    """Bodies of what went to this path on the SBI."""
    records = list(testbed.platform.trace)[since:]
    return [r.octets for r in records if r.interface is Interface.SBI and path in r.name]


def seen(testbed: Testbed) -> int:
    return len(list(testbed.platform.trace))


async def test_4_2_2_1_1_synchronisation_failure(testbed: Testbed, gnb: Gnb) -> None:
    """AUTS goes to the AUSF with the RAND of its challenge; nothing is sent to the UE before the
    AUSF has answered; an unsolicited failure is ignored."""
    modem = Modem(UeConfig(), gnb)
    modem.usim.accepted = AcceptedNumbers([500] * 32)
    since = seen(testbed)
    first = await challenged(modem)
    await modem.authentication.answer(first)
    second = await modem.expect(AuthenticationRequest)
    bodies = requests(testbed, since, "POST /nausf-auth/v1/ue-authentications")
    asked = [body for body in bodies if b"resynchronizationInfo" in body]
    assert asked
    assert first.rand is not None
    assert first.rand.hex().encode() in asked[0].lower()
    assert second.rand != first.rand
    await modem.authentication.answer(second)
    await modem.expect(SecurityModeCommand)
    since = seen(testbed)
    await modem.send(AuthenticationFailure(MmCause.SYNCH_FAILURE, bytes(14)))
    await silence(modem, AuthenticationRequest, AuthenticationReject)
    assert not requests(testbed, since, "ue-authentications")


async def test_4_2_2_1_2_wrong_res_star_of_a_suci(gnb: Gnb) -> None:
    modem = Modem(UeConfig(), gnb)
    await challenged(modem)
    await modem.send(AuthenticationResponse(bytes(16)))
    await modem.expect(AuthenticationReject)


async def test_4_2_2_1_2_a_guti_that_is_not_proved_is_asked_for_its_suci(gnb: Gnb) -> None:
    ue = UserEquipment(UeConfig(), gnb)
    await ue.register()
    pretender = Modem(UeConfig("imsi-999700000000002"), gnb)
    await ask(pretender, identity=ue.modem.guti)
    request = await pretender.expect(IdentityRequest, AuthenticationRequest)
    assert isinstance(request, IdentityRequest)
    await ue.request_service(frozenset())
    await ue.deregister()


@pytest.mark.parametrize("broken", ["mac", "message"])
async def test_4_2_2_1_4_integrity_failure(gnb: Gnb, broken: str) -> None:
    """SECURITY MODE COMPLETE whose MAC is not its own is dropped; the genuine one is taken."""
    modem = Modem(UeConfig(), gnb)
    command = await commanded(modem)
    sent: list[bytes] = []
    rrc = modem.access.connection
    assert rrc is not None
    transmit, rrc.send_nas = rrc.send_nas, _into(sent)  # type: ignore[method-assign]
    await establish_security(modem, command, _initial(modem))
    (genuine,) = sent
    position = 3 if broken == "mac" else len(genuine) - 1
    forged = bytearray(genuine)
    forged[position] ^= 1
    await transmit(bytes(forged))
    await silence(modem, RegistrationAccept)
    await transmit(genuine)
    assert await modem.expect(RegistrationAccept)


def _into(sent: list[bytes]) -> Any:
    async def keep(octets: bytes, *_: object) -> None:
        sent.append(octets)

    return keep


def _initial(modem: Modem) -> RegistrationRequest:
    return RegistrationRequest(
        (RegistrationType.INITIAL, True), 7, modem.suci, ue_security_capability=capability(modem)
    )


async def test_4_2_2_3_1_a_replayed_message_is_dropped(testbed: Testbed, gnb: Gnb) -> None:
    ue = UserEquipment(UeConfig(), gnb)
    await ue.register()
    rrc = ue.modem.access.connection
    assert rrc is not None
    sent: list[bytes] = []
    transmit = rrc.send_nas

    async def tap(octets: bytes, *more: Any) -> None:
        sent.append(octets)
        await transmit(octets, *more)

    rrc.send_nas = tap  # type: ignore[method-assign]
    await ue.establish_session()
    since = seen(testbed)
    for octets in list(sent):
        await transmit(octets)
    await ue.establish_session()
    created = requests(testbed, since, "POST /nsmf-pdusession/v1/sm-contexts")
    assert sum(b"requestType" in body for body in created) == 1, "only the new one"
    await ue.deregister()


async def test_4_2_2_3_2_null_integrity_is_not_chosen(gnb: Gnb) -> None:
    modem = Modem(UeConfig(integrity=(0,)), gnb)
    await modem.authentication.answer(await challenged(modem))
    answer = await modem.expect(RegistrationReject, SecurityModeCommand)
    assert isinstance(answer, RegistrationReject)
    assert answer.cause is MmCause.UE_SECURITY_CAPABILITIES_MISMATCH


@pytest.mark.parametrize(
    ("integrity", "ciphering", "chosen"),
    [
        ((0, 1, 2, 3), (0, 1, 2, 3), (3, 1)),
        ((0, 1, 2), (0, 2, 3), (1, 2)),
        ((0, 2), (0, 3), (2, 0)),
    ],
)
async def test_4_2_2_3_3_the_highest_priority_that_the_ue_has(
    gnb: Gnb, integrity: tuple[int, ...], ciphering: tuple[int, ...], chosen: tuple[int, int]
) -> None:
    """The operator's order is NIA3, NIA1, NIA2 and NEA1, NEA2, NEA0."""
    modem = Modem(UeConfig(integrity=integrity, ciphering=ciphering), gnb)
    command = await commanded(modem)
    assert (command.algorithms.integrity, command.algorithms.ciphering) == chosen
    assert command.replayed_ue_security_capability == capability(modem)


async def test_4_2_2_4_1_bidding_down_on_xn(testbed: Testbed, gnb: Gnb) -> None:
    """The new gNB says that the UE has fewer algorithms: the AMF's are right."""
    target = Gnb(GnbConfig(gnb_id=2))
    await target.start(testbed.n2)
    ue = UserEquipment(UeConfig(), gnb)
    await ue.register()
    await ue.establish_session()
    rrc = ue.modem.access.connection
    assert rrc is not None
    genuine = rrc.security_capabilities
    assert genuine is not None
    rrc.security_capabilities = dataclasses.replace(genuine, nr_integrity=0)
    await ue.modem.access.hand_over(target, xn=True)
    arrived = ue.modem.access.connection
    assert arrived is not None
    assert arrived.security_capabilities == genuine
    await ue.deregister()
    await target.stop()


async def test_4_2_2_5_1_5g_guti_reallocation(gnb: Gnb) -> None:
    """After initial and mobility registration; after paging, see test_configuration_update."""
    ue = UserEquipment(UeConfig(), gnb)
    await ue.register()
    gutis = [ue.modem.guti]
    await ue.move_to(gnb)
    gutis.append(ue.modem.guti)
    await ue.deregister()
    await ue.register()
    gutis.append(ue.modem.guti)
    tmsis = [guti.tmsi for guti in gutis if guti is not None]
    assert len(set(tmsis)) == 3
    assert all(abs(b - a) > 1 for a, b in itertools.pairwise(tmsis)), "by chance"
    await ue.deregister()


@pytest.mark.parametrize("octets", ["0000", "7070", "f07f", "7fff"], ids=str)
async def test_4_2_2_6_1_capabilities_that_no_ue_has(gnb: Gnb, octets: str) -> None:
    """NEA0 and NIA0 are missing: #23, before anything is begun with the subscriber."""
    modem = Modem(UeConfig(), gnb)
    await ask(modem, ue_security_capability=UeSecurityCapability(bytes.fromhex(octets)))
    answer = await modem.expect(RegistrationReject, AuthenticationRequest)
    assert isinstance(answer, RegistrationReject)
    assert answer.cause is MmCause.UE_SECURITY_CAPABILITIES_MISMATCH


async def test_4_2_2_6_2_the_gnb_gets_the_ues_capabilities(gnb: Gnb) -> None:
    ue = UserEquipment(UeConfig(integrity=(0, 1, 2), ciphering=(0, 2)), gnb)
    await ue.register()
    await ue.establish_session()
    rrc = ue.modem.access.connection
    assert rrc is not None
    assert rrc.security_capabilities == UeSecurityCapabilities.from_nas(capability(ue.modem))
    await ue.deregister()


async def test_what_has_to_be_protected_is_dropped_when_it_is_not(gnb: Gnb) -> None:
    """TS 24.501 clause 4.4.4.3: with a connection secured, plain messages go nowhere."""
    ue = UserEquipment(UeConfig(), gnb)
    await ue.register()
    rrc, guti, security = ue.modem.access.connection, ue.modem.guti, ue.modem.security
    assert rrc is not None
    assert guti is not None
    assert security is not None
    stolen = Tmsi5gS(guti.guami.set_id, guti.guami.pointer, guti.tmsi)
    for message in (
        RegistrationComplete(),
        SecurityModeComplete(),
        ServiceRequest(0, ServiceType.DATA, stolen),
        DeregistrationRequestUe(THREE_GPP_ACCESS, security.ng_ksi, guti),
        AuthenticationResponse(bytes(16)),
        SecurityModeReject(MmCause.SECURITY_MODE_REJECTED_UNSPECIFIED),
    ):
        await rrc.send_nas(encode(message))
        inner = encode(message)
        count = security.uplink_count & 255
        header = bytes((0x7E, SecurityHeaderType.INTEGRITY_CIPHERED, 0, 0, 0, 0, count))
        await rrc.send_nas(header + inner)
    assert (await ue.establish_session()).address
    await ue.deregister()


async def test_a_container_that_holds_another_message(gnb: Gnb) -> None:
    """SECURITY MODE COMPLETE with a SERVICE REQUEST inside (open5gs#4422) ends the registration,
    and the AMF goes on."""
    modem = Modem(UeConfig(), gnb)
    command = await commanded(modem)
    inside = ServiceRequest(command.ng_ksi, ServiceType.DATA, Tmsi5gS(1, 0, 1))
    await establish_security(modem, command, inside)
    await modem.expect(RegistrationReject)
    other = UserEquipment(UeConfig("imsi-999700000000002"), gnb)
    await other.register()
    await other.deregister()


async def test_a_ue_that_refuses_the_security_mode(gnb: Gnb) -> None:
    modem = Modem(UeConfig(), gnb)
    await commanded(modem)
    await modem.send(SecurityModeReject(MmCause.UE_SECURITY_CAPABILITIES_MISMATCH))
    with pytest.raises(NoAnswer):
        await modem.expect(RegistrationAccept, seconds=A_MOMENT)
