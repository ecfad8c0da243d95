"""Tools of network functions: hosted, known at the gateway, used by a workflow (K4, K5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from nfs.agw.app import Agw
from nfs.agw.config import AgwConfig
from nfs.agw.tools.repository import HOSTS, MAX_HOSTS, ToolRepository, TooManyHosts
from nfs.amc.app import Amc
from nfs.amc.config import AmcConfig
from nfs.common.models.agw_tools import ToolHosting
from nfs.common.models.base import SbiModel
from nfs.common.nf import NetworkFunction, NfConfig, Platform
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import SqliteStore
from nfs.common.tools import TOOL_USERS, Tool, ToolConsumer, ToolHost
from nfs.nrf.app import Nrf
from nfs.nrf.config import NrfConfig


class Request(SbiModel):
    supi: str
    cells: int = 1


class Answer(SbiModel):
    first_cell: str


async def _perform(request: Request) -> Answer:
    if request.cells > 9:
        raise SbiProblem(409, "TOO_MANY_CELLS", "nine at most")
    return Answer(first_cell=f"{request.supi}/{request.cells}")


TOOL = Tool(
    name="find-cell",
    purpose="where a device is",
    description="Finds the cell of a device.",
    input=Request,
    output=Answer,
    perform=_perform,
    pre_conditions=("device.registered",),
    post_conditions=("cell.known",),
)


class Host(NetworkFunction):
    nf_type = "SMF"
    services = ("nsmf-tool",)
    restricted = {"nsmf-tool": TOOL_USERS}  # noqa: RUF012

    def __init__(self, platform: Platform, port: int = 7714) -> None:
        super().__init__(NfConfig(port=port), platform, title="SMF")
        self.tools = ToolHost(self, [TOOL])

    async def start(self) -> None:
        await super().start()
        self.tools.start()


class User(NetworkFunction):
    nf_type = "IAF"

    def __init__(self, platform: Platform) -> None:
        super().__init__(NfConfig(port=7715), platform, title="IAF")
        self.tools = ToolConsumer(self)


class Stranger(User):
    nf_type = "AUSF"


@asynccontextmanager
async def core(*more: NetworkFunction, platform: Platform) -> AsyncIterator[None]:
    nfs = (Nrf(NrfConfig(), platform), Amc(AmcConfig(), platform), Agw(AgwConfig(), platform))
    started: list[NetworkFunction] = []
    try:
        for nf in (*nfs, *more):
            await nf.start()
            started.append(nf)
        yield
    finally:
        for nf in reversed(started):
            await nf.stop()


async def test_k5_a_workflow_finds_a_tool_at_the_gateway_and_uses_it_at_its_host() -> None:
    platform = Platform()
    user = User(platform)
    async with core(Host(platform), user, platform=platform):
        (hosted,) = await user.tools.find("find-cell")
        output = await user.tools.call("find-cell", {"supi": "imsi-1", "cells": 3})
    assert output == {"firstCell": "imsi-1/3"}
    assert hosted.nf_type == "SMF"
    template = hosted.template
    assert template.pre_conditions == ["device.registered"]
    assert template.post_conditions == ["cell.known"]
    assert template.input["properties"].keys() == {"supi", "cells"}
    assert template.output["properties"].keys() == {"firstCell"}


async def test_k4_an_input_against_the_template_is_refused_and_a_refusal_has_its_cause() -> None:
    platform = Platform()
    user = User(platform)
    async with core(Host(platform), user, platform=platform):
        with pytest.raises(SbiProblem) as wrong:
            await user.tools.call("find-cell", {"cells": 1})
        with pytest.raises(SbiProblem) as refused:
            await user.tools.call("find-cell", {"supi": "imsi-1", "cells": 10})
    assert (wrong.value.status, refused.value.cause) == (400, "TOO_MANY_CELLS")


async def test_a_tool_that_nobody_hosts_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nfs.common.tools.consumer.PATIENCE", 0.0)
    platform = Platform()
    user = User(platform)
    async with core(user, platform=platform):
        with pytest.raises(SbiProblem) as problem:
            await user.tools.call("find-cell", {"supi": "imsi-1"})
    assert problem.value.cause == "TOOL_NOT_FOUND"


async def test_a_function_that_runs_no_workflows_gets_no_token_for_tools() -> None:
    platform = Platform()
    stranger = Stranger(platform)
    async with core(Host(platform), stranger, platform=platform):
        with pytest.raises(SbiProblem) as problem:
            await stranger.tools.call("find-cell", {"supi": "imsi-1"})
    assert problem.value.status in (400, 401, 403)


async def test_no_function_registers_tools_for_another() -> None:
    platform = Platform()
    user, host = User(platform), Host(platform)
    async with core(host, user, platform=platform):
        await user.tools.find("find-cell")
        path = f"/nagw-tool/v1/hosts/{host.instance_id}"
        with pytest.raises(SbiProblem) as problem:
            await user.call("AGW", "nagw-tool", "DELETE", path)
        assert problem.value.status == 403
        assert await user.call("AGW", "nagw-tool", "GET", "/nagw-tool/v1/tools?words=cell device")


async def test_of_two_hosts_the_one_that_can_be_reached_is_used() -> None:
    platform = Platform()
    user = User(platform)
    gone, there = Host(platform, 7720), Host(platform, 7721)
    async with core(gone, there, user, platform=platform):
        while len(await user.tools.find("find-cell")) < 2:
            user.tools = ToolConsumer(user)
        del platform.local[gone.authority]
        output = await user.tools.call("find-cell", {"supi": "imsi-1"})
    assert output == {"firstCell": "imsi-1/1"}


def _hosting() -> ToolHosting:
    return ToolHosting(nf_type="SMF", api_root="http://127.0.0.1:1", tools=[TOOL.template])


def test_the_repository_is_searched_by_name_words_and_post_condition() -> None:
    repository = ToolRepository(SqliteStore())
    assert repository.register("one", _hosting())
    assert not repository.register("one", _hosting())
    for found in (
        repository.find("find-cell"),
        repository.find(words="Device cell"),
        repository.find(gives="cell.known"),
        repository.find(),
    ):
        assert [tool.nf_instance_id for tool in found] == ["one"]
    assert not repository.find("other")
    assert not repository.find(words="weather")
    assert not repository.find(gives="cell.unknown")
    assert repository.deregister("one")
    assert not repository.deregister("one")


def test_the_repository_is_bounded() -> None:
    store = SqliteStore()
    repository = ToolRepository(store)
    for number in range(MAX_HOSTS):
        store.put(HOSTS, str(number), _hosting().to_json())
    with pytest.raises(TooManyHosts):
        repository.register("one more", _hosting())
    repository.register("7", _hosting())
