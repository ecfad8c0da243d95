"""What `agentnf trace export` writes, tshark reads."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from nfs.common.pcap import crc32c, write_pcap
from nfs.testbed import Testbed
from ue_sim import attach


def test_crc32c_check_value() -> None:
    assert crc32c(b"123456789") == 0xE3069283


async def test_tshark_reads_every_message_of_n2_n3_and_n4(tmp_path: Path) -> None:
    if shutil.which("tshark") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("tshark is missing")
        pytest.skip("tshark is not installed")
    async with Testbed(sockets=False) as testbed, attach(testbed.n2) as ue:
        await ue.say("I need my cloud game below 20 ms for the next half hour")
        session = ue.session(1)
        assert session is not None
        await session.ping("10.45.0.1")
    capture = tmp_path / "run.pcap"
    count = write_pcap(testbed.platform.trace, capture)
    command = ["tshark", "-r", str(capture), "-o", "nas-5gs.null_decipher:TRUE"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(lines) == count > 20
    assert all(" NGAP" in line or " PFCP" in line or " GTP" in line for line in lines)
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
    malformed = subprocess.run(
        [*command, "-Y", "_ws.malformed"], capture_output=True, text=True, check=True
    )
    assert malformed.stdout == ""
