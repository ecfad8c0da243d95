"""The compose file with a real Docker daemon, used from the host as a user does."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import container, docker, wait_healthy

from nfs.cli.consumer import get
from nfs.common.sbi.problem import SbiProblem
from ue_sim import (
    Gnb,
    GnbConfig,
    NgSetupError,
    NoAnswer,
    ProcedureRejected,
    UeConfig,
    UserEquipment,
    attach,
)
from ue_sim.scenarios import packaged

pytestmark = [pytest.mark.containers, pytest.mark.timeout(600), pytest.mark.usefixtures("testbed")]

N2 = "tcp://127.0.0.1:38412"
AMF = "http://127.0.0.1:7713"
AGENTNF = Path(sys.executable).with_name("agentnf")
PASSING = (OSError, NgSetupError, NoAnswer, ProcedureRejected, SbiProblem)


def agentnf(*arguments: str) -> Any:
    done = subprocess.run(
        [AGENTNF, *arguments, "--json"], text=True, capture_output=True, check=False
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def test_a_phone_speaks_to_it_from_the_host() -> None:
    said = agentnf("ue", "say", "I need my cloud game below 20 ms for the next half hour")
    assert (said["status"], said["fiveQi"]) == ("FULFILLED", 80), said
    assert agentnf("ue", "say", "what should I cook tonight")["cause"] == "INTENT_OUT_OF_SCOPE"


@pytest.mark.parametrize("scenario", packaged())
def test_a_scenario(scenario: str) -> None:
    """The UPF reaches the host at the gateway of the containers' network."""
    template = "{{(index .IPAM.Config 0).Gateway}}"
    gateway = docker("network", "inspect", "compose_default", "-f", template)
    played = agentnf("ue", "scenario", scenario, "--n3", gateway)
    assert played["passed"], played


def test_containers_are_confined() -> None:
    for service in ("nrf", "amf", "agw"):
        inspected = json.loads(docker("inspect", container(service)))[0]
        assert inspected["Config"]["User"] == "10001:10001"
        assert inspected["HostConfig"]["ReadonlyRootfs"]
        assert inspected["HostConfig"]["CapDrop"] == ["ALL"]


def test_the_second_gateway_finds_what_is_behind_the_first() -> None:
    deadline = time.monotonic() + 30
    via = "http://127.0.0.1:7726"
    while not (found := agentnf("agents", "discover", "translation", "--via", via)).get("agents"):
        assert time.monotonic() < deadline, found
        time.sleep(1)
    assert found["route"] == ["agw-2", "agw-1"]


class Storm:
    """Phones that register and ask, again and again; what fails is tried again."""

    def __init__(self, phones: int) -> None:
        self._phones = phones
        self.answers: dict[str, int] = defaultdict(int)
        self.aics: dict[str, set[str | None]] = defaultdict(set)
        self.failures: list[str] = []
        self._blowing = True

    @asynccontextmanager
    async def blowing(self) -> AsyncIterator[None]:
        phones = [
            asyncio.ensure_future(self._phone(f"imsi-9997000000000{i:02}"))
            for i in range(1, self._phones + 1)
        ]
        try:
            yield
        finally:
            self._blowing = False
            await asyncio.wait(phones, timeout=60)

    async def _phone(self, supi: str) -> None:
        while self._blowing:
            try:
                async with attach(N2, UeConfig(supi)) as ue:
                    self.aics[supi].add(ue.aic)
                    for _ in range(10):
                        result = await ue.say("where is my phone")
                        if result.status == "FULFILLED":
                            self.answers[supi] += 1
                        else:
                            self.failures.append(f"{supi}: {result.cause}")
                        await asyncio.sleep(0.1)
            except PASSING as error:
                self.failures.append(f"{supi}: {type(error).__name__}: {error}")
                await asyncio.sleep(0.5)

    async def all_answered_anew(self, seconds: float = 150) -> None:
        """Every phone is served after this moment."""
        before = dict(self.answers)
        phones = [f"imsi-9997000000000{i:02}" for i in range(1, self._phones + 1)]
        deadline = time.monotonic() + seconds
        while missing := [p for p in phones if self.answers[p] <= before.get(p, 0)]:
            assert time.monotonic() < deadline, (missing, self.failures[-20:])
            await asyncio.sleep(0.2)


def kill(service: str) -> None:
    """SIGKILL to the process itself: for Docker it has crashed, so it is started again."""
    os.kill(int(docker("inspect", "-f", "{{.State.Pid}}", container(service))), signal.SIGKILL)


async def test_nfs_and_redis_are_killed_in_a_storm() -> None:
    """Registered UEs stay registered, what is tried again succeeds, no identity code is doubled."""
    resting = UserEquipment(UeConfig("imsi-999700000000020"), Gnb(GnbConfig(gnb_id=20)))
    gnb = Gnb(GnbConfig(gnb_id=20))
    await gnb.start(N2)
    resting.modem.camp_on(gnb)
    await resting.register()
    await resting.establish_session()
    await resting.register_agent()

    storm = Storm(5)
    async with storm.blowing():
        await storm.all_answered_anew()
        for service in ("amf", "agw", "smf", "nrf", "redis"):
            await asyncio.to_thread(kill, service)
            await asyncio.sleep(1)
            await asyncio.to_thread(wait_healthy, service)
            await storm.all_answered_anew()
    await gnb.stop()

    # By the NFs' own account.
    context = await get(f"{AMF}/namf-oam/v1/ue-contexts/{resting.supi}")
    assert (context["rm"], context["aic"]) == ("RM-REGISTERED", resting.aic)
    agents = [a["aic"] for a in agentnf("agents", "list")["agents"]]
    assert len(agents) == len(set(agents))
    for supi, aics in storm.aics.items():
        assert len(aics) == 1, f"{supi} had the identity codes {aics}"
        assert aics <= set(agents)

    # The phone that rested goes on where it was, without authentication.
    again = Gnb(GnbConfig(gnb_id=20))
    await again.start(N2)
    ksi = resting.modem.security.ng_ksi if resting.modem.security else None
    await resting.move_to(again)
    assert resting.modem.security is not None
    assert resting.modem.security.ng_ksi == ksi
    assert (await resting.say("where is my phone")).status == "FULFILLED"
    await resting.deregister()
    await again.stop()


async def test_redis_away_for_ten_seconds_loses_nothing() -> None:
    """503 with Retry-After meanwhile; then all is as it was, by itself."""
    async with attach(N2, UeConfig("imsi-999700000000019")) as ue:
        before = {a["aic"] for a in agentnf("agents", "list")["agents"]}
        assert ue.aic in before
        docker("pause", container("redis"))
        try:
            began = time.monotonic()
            refused = []
            while time.monotonic() - began < 10:
                try:
                    async with asyncio.timeout(5):
                        await get(f"{AMF}/namf-oam/v1/ue-contexts/imsi-999700000000099")
                except SbiProblem as problem:
                    refused.append((problem.status, problem.cause))
                except TimeoutError:
                    refused.append((0, "TIMEOUT"))
                await asyncio.sleep(0.5)
        finally:
            docker("unpause", container("redis"))
        assert (503, "STATE_UNAVAILABLE") in refused
        assert all(status == 503 for status, _ in refused), refused
        async with asyncio.timeout(30):
            while (await ue.say("where is my phone")).status != "FULFILLED":
                await asyncio.sleep(0.5)
        assert before <= {a["aic"] for a in agentnf("agents", "list")["agents"]}
