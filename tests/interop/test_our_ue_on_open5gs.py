"""Our gNB and UEs on Open5GS' core."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from peers import agentnf, open5gs, our_ue
from peers.capture import capturing
from peers.lab import Lab, supi

from nfs.protocols.nas import PduSessionType
from ue_sim import Gnb, GnbConfig, ProcedureRejected, UeConfig, UserEquipment

pytestmark = [pytest.mark.interop, open5gs.needed, pytest.mark.timeout(300)]


@asynccontextmanager
async def _gnb() -> AsyncIterator[Gnb]:
    gnb = Gnb(GnbConfig())
    await gnb.start(agentnf.N2)
    yield gnb
    await gnb.stop()


async def test_a_ue_registers_sends_packets_and_deregisters(lab: Lab) -> None:
    with capturing(lab) as capture:
        open5gs.start_core(lab)
        async with _gnb() as gnb:
            assert (await our_ue.life(gnb, UeConfig())).startswith("10.45.")
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp", "gtp")


async def test_twenty_ues(lab: Lab) -> None:
    with capturing(lab) as capture:
        open5gs.start_core(lab)
        async with _gnb() as gnb:
            ues = [UeConfig(supi=supi(number)) for number in range(20)]
            addresses = await asyncio.gather(*(our_ue.life(gnb, ue) for ue in ues))
            assert len(addresses) == 20
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp", "gtp")


async def test_sessions_of_every_type(lab: Lab) -> None:
    with capturing(lab) as capture:
        open5gs.start_core(lab)
        async with _gnb() as gnb:
            ue = UserEquipment(UeConfig(), gnb)
            await ue.register()
            kinds = PduSessionType.IPV4, PduSessionType.IPV6, PduSessionType.IPV4V6
            sessions = [await ue.establish_session(kind=kind) for kind in kinds]
            for session in sessions[1:]:
                await asyncio.wait_for(session.interface.advertised.wait(), 15)
                await session.ping(open5gs.GATEWAY6)
            await ue.release_session(2)
            for session in sessions[::2]:
                await session.ping(open5gs.GATEWAY)
            await ue.deregister()
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp", "gtp", "icmpv6")


async def test_a_ue_goes_idle_is_paged_and_moves(lab: Lab) -> None:
    await our_ue.idle_paged_and_moving(lab, open5gs.start_core)


async def test_a_ue_is_handed_over_by_n2_and_by_xn(lab: Lab) -> None:
    await our_ue.handed_over(lab, open5gs.start_core)


async def test_every_algorithm_and_a_concealed_supi(lab: Lab) -> None:
    """Each UE has one algorithm of each kind beside the null ones, and another scheme."""
    security = {
        "integrity_order": ["NIA1", "NIA2", "NIA3"],
        "ciphering_order": ["NEA1", "NEA2", "NEA3"],
    }
    keys = {scheme: agentnf.home_network_key(lab, scheme) for scheme in (1, 2)}
    theirs = [
        {"id": key["id"], "scheme": key["scheme"], "key": key["file"]}
        for made in keys.values()
        for key in made["udm"]["home_network_keys"]
    ]
    sections = {"amf": {"security": security}, "udm": {"hnet": theirs}}
    with capturing(lab, ciphered=True) as capture:
        open5gs.start_core(lab, sections=sections)
        async with _gnb() as gnb:
            for number in (1, 2, 3):
                algorithms = {"integrity": (0, number), "ciphering": (0, number)}
                concealed = _concealed(keys[number]["ue"]) if number in keys else {}
                await our_ue.life(gnb, UeConfig(**algorithms, **concealed))
    for scheme in keys:
        assert capture.packets(f"nas_5gs.mm.suci.scheme_id == {scheme}", "frame.number")
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp")


def _concealed(lines: dict[str, Any]) -> dict[str, Any]:
    return {
        "protection_scheme": lines["protectionScheme"],
        "home_network_public_key": lines["homeNetworkPublicKey"],
        "home_network_public_key_id": lines["homeNetworkPublicKeyId"],
    }


async def test_refusals_and_a_sequence_number_ahead(lab: Lab) -> None:
    with capturing(lab) as capture:
        open5gs.start_core(lab)
        async with _gnb() as gnb:
            unknown = UserEquipment(UeConfig(supi="imsi-999709999999999"), gnb)
            with pytest.raises(ProcedureRejected, match="FIVE_GS_SERVICES_NOT_ALLOWED"):
                await unknown.register()
            other_key = UserEquipment(UeConfig(supi=supi(1), key="0" * 32), gnb)
            with pytest.raises(ProcedureRejected, match="K or OPc differ"):
                await other_key.register()

            ue = UserEquipment(UeConfig(), gnb)
            assert ue.modem.usim.accepted.accept((1 << 20).to_bytes(6))
            await ue.register()
            with pytest.raises(ProcedureRejected, match="DNN"):
                await ue.establish_session("nowhere")
            await ue.deregister()
    capture.check("ngap", "nas-5gs", "http2")


def test_a_phone_with_an_agent_notices_that_the_network_has_none(lab: Lab) -> None:
    """Open5GS' AMF does not know the container: the user is told, and why."""
    with capturing(lab) as capture:
        open5gs.start_core(lab)
        said = lab.start(
            "agentnf-ue",
            *(agentnf.AGENTNF, "ue", "say", "--n2", agentnf.N2, "where is my phone"),
        )
        said.says("the network seems not to support agents")
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp")
