"""Every 5GMM message in every state: the right answer, and a UE that can go on (TS 24.501 7.4)."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from one_ue import OneUe, one_ue, until

from nfs.amf import dispatch
from nfs.amf.ue.context import Rm
from nfs.common.identities import Guami, Guti, Plmn
from nfs.protocols import nas
from nfs.protocols.nas import MmCause, MmStatus, NasMessage
from nfs.protocols.nas.direction import DOWNLINK, UPLINK
from nfs.protocols.nas.security_header import SecurityHeaderType
from ue_sim.ue.modem import Modem
from ue_sim.ue.registration import capability

GUTI = Guti(Guami(Plmn("999", "70"), 2, 1, 0), 0xDEADBEEF)
CAPABILITY = nas.UeSecurityCapability(bytes.fromhex("f0f0"))
ALGORITHMS = nas.SelectedAlgorithms(nas.CipheringAlgorithm.NEA0, nas.IntegrityAlgorithm.NIA2)
SAMPLES: dict[str, NasMessage] = {
    sample.NAME: sample
    for sample in (
        nas.AuthenticationFailure(MmCause.MAC_FAILURE),
        nas.AuthenticationReject(),
        nas.AuthenticationRequest(0, bytes(2), bytes(16), bytes(16)),
        nas.AuthenticationResponse(bytes(16)),
        nas.AuthenticationResult(0, b"\x03\x00\x00\x04"),
        nas.ConfigurationUpdateCommand(),
        nas.ConfigurationUpdateComplete(),
        nas.DeregistrationAcceptNw(),
        nas.DeregistrationAcceptUe(),
        nas.DeregistrationRequestNw(1),
        nas.DeregistrationRequestUe(1, 0, GUTI),
        nas.DlNasTransport(1, b"\x2e\x01\x00\xd6\x24"),
        nas.IdentityRequest(nas.IdentityType.SUCI),
        nas.IdentityResponse(GUTI),
        MmStatus(MmCause.PROTOCOL_ERROR_UNSPECIFIED),
        nas.Notification(1),
        nas.NotificationResponse(),
        nas.RegistrationAccept(nas.RegistrationResult.THREE_GPP_ACCESS),
        nas.RegistrationComplete(),
        nas.RegistrationReject(MmCause.ILLEGAL_UE),
        nas.RegistrationRequest((nas.RegistrationType.INITIAL, True), 7, GUTI),
        nas.SecurityModeCommand(ALGORITHMS, 0, CAPABILITY),
        nas.SecurityModeComplete(),
        nas.SecurityModeReject(MmCause.SECURITY_MODE_REJECTED_UNSPECIFIED),
        nas.ServiceAccept(),
        nas.ServiceReject(MmCause.ILLEGAL_UE),
        nas.ServiceRequest(0, nas.ServiceType.SIGNALLING, nas.Tmsi5gS(1, 0, 1)),
        nas.UlNasTransport(nas.PayloadContainerType.SMS, b"\x00"),
    )
}


def test_there_is_a_sample_of_every_message() -> None:
    assert {type(sample) for sample in SAMPLES.values()} == UPLINK | DOWNLINK


NOT_COMPATIBLE = MmCause.MESSAGE_TYPE_NOT_COMPATIBLE_WITH_THE_PROTOCOL_STATE
UNKNOWN = MmCause.MESSAGE_TYPE_NON_EXISTENT_OR_NOT_IMPLEMENTED
ANSWERS_TO_A_REGISTERED_UE: dict[type[NasMessage], str | None] = {
    nas.DeregistrationRequestUe: nas.DeregistrationAcceptUe.NAME,
    nas.MmStatus: None,
    nas.RegistrationComplete: None,
    nas.RegistrationRequest: nas.AuthenticationRequest.NAME,
    nas.ServiceRequest: nas.ServiceAccept.NAME,
    nas.UlNasTransport: nas.DlNasTransport.NAME,
}
"""All others get 5GMM STATUS."""


def statuses(run: OneUe) -> list[MmCause]:
    found = []
    for record in run.trace:
        if record.name.startswith(MmStatus.NAME) and record.source == "AMF":
            message = nas.decode(record.octets)
            assert isinstance(message, MmStatus)
            found.append(message.cause)
    return found


def expected(message: NasMessage) -> list[MmCause]:
    return [NOT_COMPATIBLE if type(message) in UPLINK else UNKNOWN]


async def test_from_a_registered_ue() -> None:
    async with one_ue() as run:
        for message in SAMPLES.values():
            await begin(run)
            await until(lambda: run.count(nas.ConfigurationUpdateCommand.NAME) == 1)
            run.forget()
            await run.ue.modem.send(message)
            if type(message) in ANSWERS_TO_A_REGISTERED_UE:
                if answer := ANSWERS_TO_A_REGISTERED_UE[type(message)]:
                    await until(partial(run.count, answer))
                assert not set(statuses(run)) & {NOT_COMPATIBLE, UNKNOWN}, message.NAME
            else:
                await until(lambda: bool(statuses(run)))
                assert statuses(run) == expected(message), message.NAME
        await goes_on(run)


@pytest.mark.parametrize("protected", [True, False])
async def test_as_the_first_message_of_an_idle_ue(protected: bool) -> None:
    """Protected by its context, or sent by anybody, who changes nothing."""
    async with one_ue({"timers": {"T3560": 0.05, "T3570": 0.05}}) as run:
        for message in SAMPLES.values():
            await begin(run)
            await run.idle()
            if protected:
                await begin_with(run.ue.modem, message)
            else:
                stranger = Modem(run.ue.config, run.gnb)
                stranger.guti = run.ue.modem.guti
                await begin_with(stranger, message)
                await until(lambda: not run.amf.n2.ues)
                assert run.amf.registry.registered == 1, message.NAME
        await goes_on(run)


async def test_while_the_ue_is_being_authenticated() -> None:
    async with one_ue({"timers": {"T3560": 0.008, "T3570": 0.008}}) as run:
        for message in SAMPLES.values():
            modem = Modem(run.ue.config, run.gnb)
            kind = (nas.RegistrationType.INITIAL, True)
            await modem.send(
                nas.RegistrationRequest(
                    kind, 7, modem.suci, ue_security_capability=capability(modem)
                )
            )
            await modem.expect(nas.AuthenticationRequest)
            await modem.send(message)
            await until(lambda: not run.amf.n2.ues)
            assert run.amf.registry.registered == 0, message.NAME
        run.amf.config.timers["T3560"] = 6
        await goes_on(run)


async def begin_with(modem: Modem, message: NasMessage) -> None:
    """Whatever it is: a connection is to begin with some messages only."""
    octets = nas.encode(message)
    if modem.security is not None:
        octets = modem.security.protect(octets, SecurityHeaderType.INTEGRITY)
    await modem.access.connect().send_nas(octets, modem.tmsi)


async def begin(run: OneUe) -> None:
    """The UE is registered, whatever has become of it."""
    run.forget()
    run.ue.modem.release_locally()
    await asyncio.wait_for(run.ue.register(), 30)


async def goes_on(run: OneUe) -> None:
    await begin(run)
    await run.ue.establish_session()
    assert run.amf.registry.registered == 1


async def test_a_mistake_of_the_amf_costs_one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise KeyError("a mistake")

    monkeypatch.setitem(dispatch.PROCEDURES, (Rm.REGISTERED, nas.UlNasTransport), fail)
    async with one_ue() as run:
        await run.ue.register()
        await run.ue.modem.send(SAMPLES[nas.UlNasTransport.NAME])
        await until(lambda: not run.amf.n2.ues)
        await run.ue.request_service()
        assert run.connected
