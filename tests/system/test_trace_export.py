"""What `agentnf trace export` writes, tshark reads."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from nfs.common.pcap import crc32c, write_pcap
from nfs.common.trace import Trace
from nfs.protocols.ngap import PDUSessionResourceNotifyTransfer
from nfs.testbed import Testbed
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment, attach
from ue_sim.gnb import indications


@pytest.fixture
def tshark() -> None:
    if shutil.which("tshark") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("tshark is missing")
        pytest.skip("tshark is not installed")


def read(trace: Trace, capture: Path) -> list[str]:
    """A line for each message; none of them is malformed."""
    count = write_pcap(trace, capture)
    command = ["tshark", "-r", str(capture), "-o", "nas-5gs.null_decipher:TRUE"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()
    assert len(lines) == count > 20
    assert all(" NGAP" in line or " PFCP" in line or " GTP" in line for line in lines)
    malformed = subprocess.run(
        [*command, "-Y", "_ws.malformed"], capture_output=True, text=True, check=True
    )
    assert malformed.stdout == ""
    return lines


def test_crc32c_check_value() -> None:
    assert crc32c(b"123456789") == 0xE3069283


@pytest.mark.usefixtures("tshark")
async def test_tshark_reads_every_message_of_n2_n3_and_n4(tmp_path: Path) -> None:
    async with Testbed(sockets=False) as testbed, attach(testbed.n2) as ue:
        await ue.say("I need my cloud game below 20 ms for the next half hour")
        session = ue.session(1)
        assert session is not None
        await session.ping("10.45.0.1")
    lines = read(testbed.platform.trace, tmp_path / "run.pcap")
    for name in (
        "NGSetupRequest",
        "Registration request",
        "Authentication request",
        "Security mode command",
        "Registration accept",
        "PDU session establishment accept",
        "PDU session modification command",
        "UEContextReleaseCommand",
        "PFCP Session Establishment Request",
        "PFCP Session Modification Response",
        "PFCP Session Deletion Response",
        "Echo (ping) reply",
    ):
        assert any(name in line for line in lines), name


@pytest.mark.usefixtures("tshark")
async def test_tshark_reads_mobility_and_interface_management(tmp_path: Path) -> None:
    only = ("nrf", "ausf", "udm", "upf", "smf", "amf")
    async with Testbed(sockets=False, only=only) as testbed:
        amf, udm = testbed.nfs["amf"], testbed.nfs["udm"]

        async def ask(method: str, path: str, body: dict[str, Any] | None = None) -> None:
            await udm.sbi.request(method, f"{amf.api_root}{path}", json=body, peer="AMF")

        first, second = Gnb(GnbConfig(gnb_id=1)), Gnb(GnbConfig(gnb_id=2))
        for gnb in (first, second):
            await gnb.start(testbed.n2)
        ue = UserEquipment(UeConfig(), first)
        await ue.register()
        await ue.establish_session()
        await ue.hand_over(second)
        await ue.hand_over(first, xn=True)
        connection = next(iter(first.ues.values()))
        await indications.move_tunnel(first, connection, 1)
        notified = PDUSessionResourceNotifyTransfer(not_fulfilled=(1,))
        await indications.notify_qos(first, connection, 1, notified)
        await ask("POST", f"/namf-loc/v1/{ue.supi}/provide-loc-info", {"reqCurrentLoc": True})
        await first.update_configuration(first.config)
        await ask("PATCH", "/namf-oam/v1/n2/configuration", {"relativeCapacity": 7})
        await ask("PUT", "/namf-oam/v1/n2/overload", {})
        await ask("DELETE", "/namf-oam/v1/n2/overload")
        await ask("POST", "/namf-oam/v1/n2/removals", {"backupAmfName": "other"})
        await ask("POST", "/namf-oam/v1/n2/resets", {})
        for gnb in (first, second):
            await gnb.stop()
    lines = read(testbed.platform.trace, tmp_path / "run.pcap")
    for name in (
        "HandoverRequired",
        "HandoverRequestAcknowledge",
        "HandoverCommand",
        "UplinkRANStatusTransfer",
        "HandoverNotify",
        "PathSwitchRequestAcknowledge",
        "PDUSessionResourceModifyConfirm",
        "PDUSessionResourceNotify",
        "LocationReport",
        "AMFConfigurationUpdateAcknowledge",
        "OverloadStart",
        "AMFStatusIndication",
        "NGResetAcknowledge",
    ):
        assert any(name in line for line in lines), name
