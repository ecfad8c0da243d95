"""Authentication end to end: what a UE and a home network are configured with, over real N1."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from nfs.cli.pki import app as pki
from nfs.common.identities import Suci
from nfs.common.trace import Interface
from nfs.protocols.nas import RegistrationRequest, decode
from nfs.testbed import Testbed, TestbedConfig
from ue_sim import ProcedureRejected, UeConfig, attach


@pytest.mark.parametrize("scheme", [1, 2])
async def test_the_supi_is_concealed_for_keys_that_the_command_makes(
    tmp_path: Path, scheme: int
) -> None:
    """TS 33.501 annex C: profile A and profile B."""
    file = tmp_path / "hnet.pem"
    made = CliRunner().invoke(pki, ["hnet", str(file), "--scheme", str(scheme), "--id", "9"])
    assert made.exit_code == 0
    assert file.stat().st_mode & 0o077 == 0
    lines = yaml.safe_load(made.output)
    ue = UeConfig(
        protection_scheme=lines["ue"]["protectionScheme"],
        home_network_public_key=lines["ue"]["homeNetworkPublicKey"],
        home_network_public_key_id=lines["ue"]["homeNetworkPublicKeyId"],
        routing_indicator="12",
    )
    async with Testbed(TestbedConfig(udm=lines["udm"]), sockets=False) as testbed:
        async with attach(testbed.n2, ue) as attached:
            assert attached.guti
        first = next(r for r in testbed.platform.trace if r.interface is Interface.N1)
        request = decode(first.octets)
        assert isinstance(request, RegistrationRequest)
        assert isinstance(request.identity, Suci)
        assert (request.identity.scheme, request.identity.routing_indicator) == (scheme, "12")
    async with Testbed(TestbedConfig(), sockets=False) as other:
        with pytest.raises(ProcedureRejected) as refused:
            async with attach(other.n2, ue):
                pass
        assert refused.value.cause == "ILLEGAL_UE"
