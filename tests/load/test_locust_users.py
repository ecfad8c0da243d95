"""The load users against real servers: what they report, and when they connect again."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

# Locust replaces the sockets and threads of the process that imports it; not of the other tests.
with pytest.MonkeyPatch.context() as _patch:
    _patch.setenv("LOCUST_SKIP_MONKEY_PATCH", "1")
    locust = pytest.importorskip("locust", reason="needs the extra load")

import gevent
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import JSONResponse
from gevent import socket
from gevent.server import StreamServer
from granian.constants import Interfaces
from granian.server.embed import Server
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import StreamEnded
from locust.env import Environment

from load.access_tokens import AccessTokens
from load.http2_connection import AnswerTimeout, Http2Connection
from load.http2_user import Http2Client, Http2User, RefusedRequest
from load.notifications import NotificationSink

ROOT = Path(__file__).resolve().parents[2]


def application() -> FastAPI:
    app = FastAPI()
    registered: set[str] = set()

    @app.get("/peer")
    async def peer(request: Request) -> dict[str, Any]:
        """The port of the client, which tells connections apart."""
        assert request.client is not None
        return {"port": request.client.port, "version": request.scope["http_version"]}

    @app.get("/slow")
    async def slow(request: Request) -> dict[str, Any]:
        await asyncio.sleep(0.4)
        return await peer(request)

    @app.post("/echo")
    async def echo(request: Request) -> Response:
        return Response(await request.body())

    @app.get("/refused")
    async def refused() -> JSONResponse:
        return JSONResponse({"cause": "NOT_TODAY"}, 403)

    @app.put("/nnrf-nfm/v1/nf-instances/{instance}", status_code=201)
    async def register(instance: str, profile: dict[str, Any]) -> dict[str, Any]:
        registered.add(instance)
        return profile

    @app.post("/oauth2/token")
    async def token(nfInstanceId: str = Form(), scope: str = Form()) -> JSONResponse:  # noqa: N803
        if nfInstanceId not in registered:
            return JSONResponse({"error": "invalid_client"}, 400)
        granted = {"access_token": f"for-{scope}", "token_type": "Bearer", "expires_in": 300}
        return JSONResponse(granted)

    return app


@contextmanager
def serving(app: FastAPI, port: int = 0, **options: Any) -> Iterator[str]:
    """``app`` in granian, as the testbed runs its NFs, in a thread with a loop of its own."""
    port = port or free_port()
    server = Server(
        app,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        log_enabled=False,
        **options,
    )
    loop = asyncio.new_event_loop()

    def run() -> None:
        loop.run_until_complete(server.serve())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        wait_for(lambda: _listens(port))
        yield f"{'https' if options else 'http'}://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(server.stop)
        wait_for(lambda: not thread.is_alive())  # clients, in greenlets, must see it go


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        gevent.sleep(0.02)


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


class Probe:
    """A user that is not spawned, and the request events it has fired."""

    def __init__(self, host: str, **attributes: Any) -> None:
        environment = Environment()
        self.events: list[dict[str, Any]] = []
        environment.events.request.add_listener(lambda **event: self.events.append(event))
        kind = type("ProbeUser", (Http2User,), {"host": host, **attributes})
        self.user = kind(environment)
        self.client: Http2Client = self.user.client

    def port(self) -> int:
        answer = self.client.get("/peer")
        assert answer is not None
        port: int = answer.json()["port"]
        return port


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with serving(application()) as url:
        yield url


@pytest.fixture
def probe(server: str) -> Iterator[Probe]:
    probe = Probe(server)
    yield probe
    probe.user.on_stop()


def test_an_answer_is_an_event(probe: Probe) -> None:
    answer = probe.client.get("/peer?x=1", name="peer")
    assert answer is not None
    assert answer.json()["version"] == "2"
    (event,) = probe.events
    assert (event["request_type"], event["name"], event["exception"]) == ("GET", "peer", None)
    assert event["response_length"] == len(answer.content)
    assert 0 < event["response_time"] < 10_000
    assert event["response"] is answer


def test_a_user_keeps_its_connection(probe: Probe) -> None:
    assert probe.port() == probe.port()
    assert [event["name"] for event in probe.events] == ["/peer", "/peer"]


def test_requests_share_a_connection(probe: Probe) -> None:
    clock = time.perf_counter()
    jobs = [gevent.spawn(probe.client.get, "/slow") for _ in range(8)]
    gevent.joinall(jobs, raise_error=True)
    assert time.perf_counter() - clock < 2
    assert len({job.value.json()["port"] for job in jobs}) == 1
    assert len(probe.events) == 8


def test_a_body_larger_than_the_window(probe: Probe) -> None:
    body = os.urandom(3_000_000)
    answer = probe.client.post("/echo", body=body)
    assert answer is not None
    assert answer.content == body


@pytest.mark.parametrize(("path", "failure"), [("/refused", "403 NOT_TODAY"), ("/nowhere", "404")])
def test_an_error_status_is_a_failure(probe: Probe, path: str, failure: str) -> None:
    answer = probe.client.get(path)
    (event,) = probe.events
    assert isinstance(event["exception"], RefusedRequest)
    assert str(event["exception"]) == failure
    assert answer is not None
    assert answer.status == event["exception"].status


def test_no_answer_in_time_is_a_failure_of_that_request_only(server: str) -> None:
    probe = Probe(server, timeout=0.2)
    port = probe.port()
    assert probe.client.get("/slow") is None
    assert isinstance(probe.events[-1]["exception"], AnswerTimeout)
    assert probe.port() == port
    probe.user.on_stop()


def test_nobody_listens() -> None:
    probe = Probe(f"http://127.0.0.1:{free_port()}")
    assert probe.client.get("/peer") is None
    assert isinstance(probe.events[0]["exception"], ConnectionRefusedError)


def test_connects_again_to_a_server_that_has_restarted() -> None:
    port = free_port()
    with serving(application(), port) as url:
        probe = Probe(url)
        first = probe.port()
        connection = probe.client._connection
    assert connection is not None
    wait_for(lambda: not connection.usable)
    with serving(application(), port):
        assert probe.port() != first
        probe.user.on_stop()
    assert [event["exception"] for event in probe.events] == [None, None]


class GoingAway:
    """A server that says GOAWAY to the requests it is told to, with or without an answer."""

    def __init__(self) -> None:
        self.connections = 0
        self.unseen_first = False
        self._server = StreamServer(("127.0.0.1", 0), self._serve)
        self._server.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.stop()

    def _serve(self, connected: Any, _: Any) -> None:
        self.connections += 1
        h2 = H2Connection(H2Configuration(client_side=False))
        h2.initiate_connection()
        connected.sendall(h2.data_to_send())
        while octets := connected.recv(65_536):
            for event in h2.receive_data(octets):
                if isinstance(event, StreamEnded):
                    self._answer(h2, event.stream_id or 0)
            connected.sendall(h2.data_to_send())

    def _answer(self, h2: H2Connection, stream: int) -> None:
        if self.unseen_first and self.connections == 1:
            h2.close_connection(last_stream_id=0)
            return
        h2.send_headers(stream, [(":status", "200")], end_stream=True)
        h2.close_connection(last_stream_id=stream)


@pytest.mark.parametrize("unseen", [False, True])
def test_connects_again_after_goaway(unseen: bool) -> None:
    """RFC 9113 clause 6.8; what the server has not seen is sent again, once."""
    server = GoingAway()
    server.unseen_first = unseen
    probe = Probe(server.url)
    for _ in range(2):
        answer = probe.client.get("/")
        assert answer is not None
        assert answer.status == 200
    assert server.connections == 2 + unseen
    assert [event["exception"] for event in probe.events] == [None, None]
    probe.user.on_stop()
    server.stop()


def test_tls_with_alpn(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    with serving(application(), ssl_cert=certificate, ssl_key=key) as url:
        probe = Probe(url, cafile=certificate)
        assert probe.client.get("/peer").json()["version"] == "2"  # type: ignore[union-attr]
        distrustful = Probe(url)
        assert distrustful.client.get("/peer") is None
        assert "CERTIFICATE_VERIFY_FAILED" in str(distrustful.events[0]["exception"])
        probe.user.on_stop()


def test_a_token_of_the_nrf(server: str) -> None:
    """The consumer registers when the NRF does not know it; the token is used again."""
    tokens = AccessTokens(server)
    service = ("AMF", "AGW", "nagw-registration")
    assert tokens.headers(service) == {"authorization": "Bearer for-nagw-registration"}
    assert tokens.headers(service) == {"authorization": "Bearer for-nagw-registration"}


def test_an_nrf_without_tokens() -> None:
    with serving(FastAPI()) as url:
        assert AccessTokens(url).headers(("AMF", "AGW", "nagw-registration")) == {}


def test_notifications_are_taken() -> None:
    taken: list[Any] = []
    sink = NotificationSink("127.0.0.1", taken.append)
    connection = Http2Connection(sink.uri)
    path = "/notifications"
    assert connection.request("POST", path, {}, b'{"intentId": "1"}').status == 204
    assert connection.request("POST", path, {}, b"{").status == 400
    assert taken == [{"intentId": "1"}]
    connection.close()
    sink.stop()


@pytest.mark.load
@pytest.mark.timeout(120)
def test_five_seconds_of_everything(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "load" / "run.py"), "--own-ports"]
    command += ["--seconds", "5", "--users", "12", "--output", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    log = tmp_path / "locust.log"
    assert ran.returncode == 0, ran.stderr + (log.read_text() if log.exists() else "")
    summary = json.loads((tmp_path / "summary.json").read_text())
    counts = {f"{r['type']} {r['name']}".strip(): r["count"] for r in summary["requests"]}
    assert not [r for r in summary["requests"] if r["failures"]]
    for name in (
        "GET NRF discovery",
        "POST AAAP authentication",
        "POST agent registration",
        "GET agent discovery",
        "POST intent (acknowledged)",
        "SBI intent translate (result)",
        "N1 registration",
        "N1 intent qos.assure",
        "N1 deregistration",
    ):
        assert counts[name] > 0
    assert counts["Aggregated"] == sum(n for name, n in counts.items() if name != "Aggregated")
    for plot in ("latency.svg", "throughput.svg"):
        assert "<svg" in (tmp_path / plot).read_text()
