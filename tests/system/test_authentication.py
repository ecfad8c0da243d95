"""Authentication end to end: what a UE and a home network are configured with, over real N1."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import yaml
from typer.testing import CliRunner

from nfs.cli.pki import app as pki
from nfs.common.identities import Suci
from nfs.common.trace import Interface
from nfs.protocols.crypto.sequence_number import AcceptedNumbers
from nfs.protocols.eap import packet
from nfs.protocols.nas import (
    AuthenticationFailure,
    AuthenticationRequest,
    MmCause,
    NasMessage,
    RegistrationRequest,
    RegistrationType,
    SecurityModeCommand,
    decode,
)
from nfs.testbed import Testbed, TestbedConfig
from ue_sim import Gnb, GnbConfig, ProcedureRejected, UeConfig, UserEquipment
from ue_sim.ue.modem import Modem
from ue_sim.ue.security_mode import capability
from ue_sim.ue.usim import OutOfSynch

K, OPC = "465B5CE8B199B49FAA5F0A2EE238A6BC", "E8ED289DEBA952E4283B54E88E6183CA"
SUBSCRIBERS = {
    "subscribers": [
        {
            "supi": "imsi-999700000000001",
            "k": K,
            "opc": OPC,
            "authentication_method": "EAP_AKA_PRIME",
            "count": 10,
        },
        {"supi": "imsi-999700000000011", "k": K, "opc": OPC, "amf": "0000"},
        {"supi": "imsi-999700000000012", "k": K, "opc": OPC},
        {"supi": "imsi-999700000000013", "k": K, "top": "55" * 32},
    ]
}


pytestmark = pytest.mark.asyncio(loop_scope="module")
Keys = dict[int, dict[str, Any]]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """What `agentnf pki hnet` says that UDM and UE are to be configured with, by scheme."""
    folder, made = tmp_path_factory.mktemp("keys"), {}
    for scheme in (1, 2):
        file = folder / f"hnet-{scheme}.pem"
        command = ["hnet", str(file), "--scheme", str(scheme), "--id", str(8 + scheme)]
        made[scheme] = yaml.safe_load(CliRunner().invoke(pki, command).output)
        assert file.stat().st_mode & 0o077 == 0
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def testbed(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> AsyncIterator[Testbed]:
    file = tmp_path_factory.mktemp("udm") / "subscribers.yaml"
    file.write_text(yaml.safe_dump(SUBSCRIBERS))
    hnet = [*keys[1]["udm"]["home_network_keys"], *keys[2]["udm"]["home_network_keys"]]
    config = TestbedConfig(udm={"subscribers": str(file), "home_network_keys": hnet})
    async with Testbed(config, sockets=False) as testbed:
        yield testbed


@pytest_asyncio.fixture(loop_scope="module")
async def gnb(testbed: Testbed) -> AsyncIterator[Gnb]:
    gnb = Gnb(GnbConfig())
    await gnb.start(testbed.n2)
    yield gnb
    await gnb.stop()


def subscriber(number: int, **others: Any) -> UeConfig:
    return UeConfig(f"imsi-9997000000000{number:02}", **others)


def messages(testbed: Testbed, since: int) -> list[NasMessage]:
    n1 = [r for r in list(testbed.platform.trace)[since:] if r.interface is Interface.N1]
    return [decode(record.octets) for record in n1]


@pytest.mark.parametrize("scheme", [1, 2])
async def test_the_supi_is_concealed_for_keys_that_the_command_makes(
    testbed: Testbed, gnb: Gnb, keys: Keys, scheme: int
) -> None:
    """TS 33.501 annex C: profile A and profile B."""
    lines = keys[scheme]["ue"]
    config = subscriber(
        12,
        protection_scheme=lines["protectionScheme"],
        home_network_public_key=lines["homeNetworkPublicKey"],
        home_network_public_key_id=lines["homeNetworkPublicKeyId"],
        routing_indicator="12",
    )
    since = len(list(testbed.platform.trace))
    ue = UserEquipment(config, gnb)
    await ue.register()
    request = messages(testbed, since)[0]
    assert isinstance(request, RegistrationRequest)
    assert isinstance(request.identity, Suci)
    assert (request.identity.scheme, request.identity.routing_indicator) == (scheme, "12")
    await ue.deregister()
    unknown = dataclasses.replace(config, home_network_public_key_id=99)
    with pytest.raises(ProcedureRejected) as refused:
        await UserEquipment(unknown, gnb).register()
    assert refused.value.cause == "ILLEGAL_UE"


async def test_a_subscriber_of_eap_aka_prime(testbed: Testbed, gnb: Gnb) -> None:
    """TS 33.501 clause 6.1.3.1: EAP-Success comes with SECURITY MODE COMMAND."""
    since = len(list(testbed.platform.trace))
    ue = UserEquipment(subscriber(1), gnb)
    await ue.register()
    assert ue.guti
    seen = messages(testbed, since)
    (request,) = (m for m in seen if isinstance(m, AuthenticationRequest))
    assert request.eap is not None
    assert (request.rand, request.autn) == (None, None)
    (command,) = (m for m in seen if isinstance(m, SecurityModeCommand))
    assert command.eap is not None
    assert packet.decode(command.eap).code is packet.Code.SUCCESS
    await ue.deregister()


@pytest.mark.parametrize("number", [2, 12], ids=["EAP-AKA'", "5G-AKA"])
async def test_a_usim_that_is_ahead_resynchronises_the_home_network(
    testbed: Testbed, gnb: Gnb, number: int
) -> None:
    since = len(list(testbed.platform.trace))
    ue = UserEquipment(subscriber(number), gnb)
    ue.modem.usim.accepted = AcceptedNumbers([500] * 32)
    await ue.register()
    assert ue.guti
    seen = messages(testbed, since)
    assert sum(isinstance(m, AuthenticationRequest) for m in seen) == 2
    await ue.deregister()


@pytest.mark.parametrize("number", [3, 12], ids=["EAP-AKA'", "5G-AKA"])
async def test_a_home_network_with_another_key_leaves_the_usim_invalid(
    testbed: Testbed, gnb: Gnb, number: int
) -> None:
    """TS 24.501 clause 5.4.1.3.5: until it is switched off, the UE does not try again."""
    ue = UserEquipment(subscriber(number, opc="00" * 16), gnb)
    with pytest.raises(ProcedureRejected) as refused:
        await ue.register()
    assert refused.value.cause == "AUTHENTICATION_REJECT"
    assert "K or OPc" in refused.value.explanation
    assert ue.guti is None
    with pytest.raises(ProcedureRejected) as invalid:
        await ue.register()
    assert invalid.value.cause == "USIM_INVALID"


async def test_a_usim_with_tuak(gnb: Gnb) -> None:
    """TS 35.231 in place of MILENAGE."""
    ue = UserEquipment(subscriber(13, opc=None, top="55" * 32), gnb)
    await ue.register()
    assert ue.guti
    await ue.deregister()
    with pytest.raises(ProcedureRejected, match="TOPc"):
        await UserEquipment(subscriber(13, opc=None, top="56" * 32), gnb).register()


async def test_a_challenge_that_is_not_for_5g(testbed: Testbed, gnb: Gnb) -> None:
    """#26: the separation bit of the AMF field is not set (TS 33.102 annex H)."""
    since = len(list(testbed.platform.trace))
    ue = UserEquipment(subscriber(11), gnb)
    with pytest.raises(ProcedureRejected) as refused:
        await ue.register()
    assert refused.value.cause == "AUTHENTICATION_REJECT"
    (failure,) = (m for m in messages(testbed, since) if isinstance(m, AuthenticationFailure))
    assert failure.cause is MmCause.NON_5G_AUTHENTICATION_UNACCEPTABLE


async def challenged(modem: Modem, ng_ksi: int = 7) -> AuthenticationRequest:
    request = RegistrationRequest(
        (RegistrationType.INITIAL, True),
        ng_ksi,
        modem.suci,
        ue_security_capability=capability(modem),
    )
    await modem.send(request)
    return await modem.expect(AuthenticationRequest)


async def test_the_network_chooses_another_ngksi_for_the_same_challenge(
    testbed: Testbed, gnb: Gnb
) -> None:
    """#71, TS 24.501 clause 5.4.1.3.7 e."""
    modem = UserEquipment(subscriber(12), gnb).modem
    async with modem.procedure():
        first = await challenged(modem, ng_ksi=3)
        assert first.ng_ksi == 4
        await modem.send(AuthenticationFailure(MmCause.NGKSI_ALREADY_IN_USE))
        second = await modem.expect(AuthenticationRequest)
        assert second.ng_ksi == 5
        assert (second.rand, second.autn) == (first.rand, first.autn)
        await modem.authentication.answer(second)
        assert await modem.expect(SecurityModeCommand)


async def test_a_network_that_fails_three_times_is_a_false_one(gnb: Gnb) -> None:
    """TS 24.501 clause 5.4.1.3.7: the connection is released, the cell barred."""
    modem = UserEquipment(subscriber(12), gnb).modem
    async with modem.procedure():
        challenge = await challenged(modem)
        forged = dataclasses.replace(challenge, rand=bytes(16))
        for _ in range(2):
            await modem.authentication.answer(forged)
        with pytest.raises(ProcedureRejected, match="NETWORK_NOT_GENUINE"):
            await modem.authentication.answer(forged)
        assert not modem.connected
        with pytest.raises(ProcedureRejected, match="CELL_BARRED"):
            await modem.send(RegistrationRequest((RegistrationType.INITIAL, True), 7, modem.suci))


async def test_a_replayed_challenge_is_out_of_synch(gnb: Gnb) -> None:
    modem = UserEquipment(subscriber(12), gnb).modem
    async with modem.procedure():
        challenge = await challenged(modem)
        await modem.authentication.answer(challenge)
        assert challenge.rand is not None
        assert challenge.autn is not None
        assert isinstance(modem.usim.authenticate(challenge.rand, challenge.autn), OutOfSynch)
