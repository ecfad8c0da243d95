"""A real Redis for whichever test asks for one; generated examples take the time they take."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("agentnf", deadline=None)
settings.load_profile("agentnf")


class RedisServer:
    """A Redis of one test, on a socket file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"unix://{folder}/redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["redis-server", "--port", "0", "--unixsocket", f"{self._folder}/redis.sock"]
        durable = ["--appendonly", "yes", "--dir", str(self._folder), "--save", ""]
        self._process = subprocess.Popen([*command, *durable], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while subprocess.run(
            ["redis-cli", "-s", f"{self._folder}/redis.sock", "ping"],
            capture_output=True,
            check=False,
        ).returncode:
            assert time.monotonic() < deadline, "redis-server did not come up"
            time.sleep(0.02)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        reason = "redis-server is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


# Grammars and schemas are a million objects that stay: to look through them often takes a third of
# the time of all tests.
gc.set_threshold(100_000, 50, 100)
