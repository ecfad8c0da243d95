"""What UERANSIM said to another core, said to ours: with that run's challenge its answers hold."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from nfs.common.store import NEW
from nfs.protocols.ngap import (
    DownlinkNASTransport,
    InitialContextSetupRequest,
    NgapMessage,
    NGSetupResponse,
    PDUSessionResourceSetupRequest,
    UEContextReleaseCommand,
    decode,
)
from nfs.testbed import Testbed
from nfs.udm.app import Udm
from tests.system.n2_peer import M, N2Peer

DATA = Path(__file__).parents[1] / "data"
RUN = json.loads((DATA / "crypto" / "captured_run.json").read_text())
N2 = json.loads((DATA / "ngap" / "captured_run.json").read_text())["messages"]
SUPI = f"imsi-{RUN['supi_digits']}"
BEFORE = 0x3F
"""The sequence number before the one in the captured AUTN."""
OF_THE_AMF = (
    NGSetupResponse,
    DownlinkNASTransport,
    InitialContextSetupRequest,
    PDUSessionResourceSetupRequest,
    UEContextReleaseCommand,
)


def uplink() -> Iterator[NgapMessage]:
    """The gNB's messages, with the identifier that our AMF gives its first UE."""
    for message in (decode(bytes.fromhex(entry["hex"])) for entry in N2):
        if isinstance(message, OF_THE_AMF):
            continue
        known = getattr(message, "amf_ue_ngap_id", None) is not None
        yield dataclasses.replace(message, amf_ue_ngap_id=1) if known else message


async def until(peer: N2Peer, kind: type[M]) -> M:
    """The next message of this kind; the AMF may say more than the other core's did."""
    while not isinstance(message := await peer.receive(), kind):
        assert isinstance(message, OF_THE_AMF), message
    return message


@pytest.fixture
def same_challenge(monkeypatch: pytest.MonkeyPatch) -> None:
    rand = bytes.fromhex(RUN["rand"])
    fixed = SimpleNamespace(token_bytes=lambda _length: rand)
    monkeypatch.setattr("nfs.udm.authentication_data.secrets", fixed)


@pytest.mark.usefixtures("same_challenge")
async def test_the_whole_dialogue_of_ueransim() -> None:
    async with Testbed(sockets=False) as testbed:
        udm = testbed.nfs["udm"]
        assert isinstance(udm, Udm)
        udm.store.put("sequence-numbers", SUPI, {"sqn": BEFORE}, expect=NEW)
        peer, said = await N2Peer.connect(testbed.n2), uplink()

        await peer.send(next(said))
        await until(peer, NGSetupResponse)
        await peer.send(next(said))  # registration request
        challenge = await until(peer, DownlinkNASTransport)
        assert bytes.fromhex(RUN["autn"]) in challenge.nas_pdu
        await peer.send(next(said))  # authentication response
        await until(peer, DownlinkNASTransport)
        await peer.send(next(said))  # security mode complete
        context = await until(peer, InitialContextSetupRequest)
        assert context.security_key.hex() == RUN["k_gnb"]
        await peer.send(next(said))
        await peer.send(next(said))  # registration complete
        await peer.send(next(said))  # PDU session establishment request
        resources = await until(peer, PDUSessionResourceSetupRequest)
        assert [item.pdu_session_id for item in resources.items] == [1]
        await peer.send(next(said))
        await peer.send(next(said))  # deregistration request
        await until(peer, UEContextReleaseCommand)
        await peer.send(next(said))
        assert next(said, None) is None
        await peer.close()
