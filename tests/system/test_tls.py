"""The SBI over TLS 1.3 with certificates of both sides, between NFs that share nothing."""

from __future__ import annotations

import asyncio
import socket
import ssl
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from nfs.cli.pki import LOCAL, NAMES
from nfs.common import pki
from nfs.common.nf import NetworkFunction, NfConfig, Platform, TlsConfig
from nfs.common.sbi.problem import SbiProblem, SbiUnreachable
from nfs.testbed import Testbed, TestbedConfig, sbi_server


class Consumer(NetworkFunction):
    nf_type = "AMF"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki")
    pki.create_authority(folder)
    for name in NAMES:
        pki.issue(folder, name, LOCAL)
    return folder


@asynccontextmanager
async def core(folder: Path) -> AsyncIterator[tuple[str, Testbed]]:
    """An NRF and a UDM, each with a platform of its own: they meet over sockets only."""
    nrf_port, udm_port = free_port(), free_port()
    nrf = f"https://127.0.0.1:{nrf_port}"
    common = {"nrf": nrf, "tls": {"folder": str(folder)}}
    config = TestbedConfig(common=common, nrf={"port": nrf_port}, udm={"port": udm_port})
    async with Testbed(config, only=("nrf",)), Testbed(config, only=("udm",)) as udm:
        yield nrf, udm


def consumer(nrf: str, folder: Path, name: str = "amf") -> Consumer:
    tls = TlsConfig(folder=folder, name=name)
    return Consumer(NfConfig(port=0, nrf=nrf, tls=tls), Platform(), title="consumer")


async def am_data(amf: Consumer) -> int:
    path = "/nudm-sdm/v2/imsi-999700000000001/am-data"
    return (await amf.call("UDM", "nudm-sdm", "GET", path)).status


async def test_nfs_meet_over_mutual_tls(lab: Path) -> None:
    async with core(lab) as (nrf, _):
        amf = consumer(nrf, lab)
        assert amf.instance_id == str(pki.Files(lab, "amf").instance_id())
        await amf.start()
        assert await am_data(amf) == 200
        await amf.stop()


async def test_http_2_is_negotiated(lab: Path) -> None:
    files = pki.Files(lab, "amf")
    context = ssl.create_default_context(cafile=str(files.ca))
    context.load_cert_chain(files.certificate, files.key)
    async with core(lab) as (nrf, _), httpx.AsyncClient(http2=True, verify=context) as client:
        answer = await client.get(f"{nrf}/health/ready")
        assert (answer.status_code, answer.http_version) == (200, "HTTP/2")
        stream = answer.extensions["network_stream"]
        assert stream.get_extra_info("ssl_object").version() == "TLSv1.3"


async def test_without_a_certificate_of_the_lab_there_is_no_connection(
    lab: Path, tmp_path: Path
) -> None:
    pki.create_authority(tmp_path)
    foreign = pki.issue(tmp_path, "amf", LOCAL)
    trusting = ssl.create_default_context(cafile=str(lab / "ca.pem"))
    stranger = ssl.create_default_context(cafile=str(lab / "ca.pem"))
    stranger.load_cert_chain(foreign.certificate, foreign.key)
    async with core(lab) as (nrf, _):
        for context in (trusting, stranger):
            async with httpx.AsyncClient(http2=True, verify=context) as client:
                with pytest.raises((httpx.HTTPError, ssl.SSLError)):
                    await client.get(f"{nrf}/health/ready")
        with pytest.raises(SbiUnreachable):
            await consumer(nrf, tmp_path).start()


async def test_an_nf_is_who_its_certificate_names(lab: Path) -> None:
    """TS 33.501 clause 13.3.8: neither registration nor tokens of another NF instance."""
    async with core(lab) as (nrf, udm):
        amf = consumer(nrf, lab)
        await amf.start()
        smf = consumer(nrf, lab, "smf")
        smf.instance_id = amf.instance_id
        with pytest.raises(SbiProblem, match="403 CCA_VERIFICATION_FAILURE"):
            await smf.nrf.register(smf.profile)
        form = {
            "grant_type": "client_credentials",
            "nfInstanceId": udm.nfs["udm"].instance_id,
            "targetNfType": "UDM",
            "scope": "nudm-sdm",
        }
        with pytest.raises(SbiProblem, match="403 CCA_VERIFICATION_FAILURE"):
            await amf.nrf.access_token(form)
        url = f"{nrf}/nnrf-nfm/v1/nf-instances/{uuid.uuid4()}"
        for assertion in ("", "x", "a.b.c", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA", "x" * 9000):
            headers = {"3gpp-sbi-client-credentials": assertion}
            with pytest.raises(SbiProblem, match="403 CCA_VERIFICATION_FAILURE"):
                await amf.sbi.request(
                    "PUT", url, json=amf.profile.to_json(), headers=headers, authorize=False
                )
        await amf.stop()


async def test_a_renewed_certificate_is_taken_into_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sbi_server, "ROTATION_POLL", 0.05)
    pki.create_authority(tmp_path)
    for name in ("nrf", "udm", "amf"):
        pki.issue(tmp_path, name, LOCAL)
    async with core(tmp_path) as (nrf, udm):
        amf = consumer(nrf, tmp_path)
        await amf.start()
        assert await am_data(amf) == 200
        address = "127.0.0.1", udm.nfs["udm"].port
        before = await asyncio.to_thread(ssl.get_server_certificate, address)
        old = pki.Files(tmp_path, "udm").instance_id()
        pki.issue(tmp_path, "udm", LOCAL)
        assert pki.Files(tmp_path, "udm").instance_id() == old
        async with asyncio.timeout(30):
            while await _certificate(address) in (None, before):
                await asyncio.sleep(0.05)
        assert await am_data(amf) == 200
        await amf.stop()


async def _certificate(address: tuple[str, int]) -> str | None:
    try:
        return await asyncio.to_thread(ssl.get_server_certificate, address)
    except OSError:
        return None
