"""Starts the NFs in the order in which they need each other, with or without sockets."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import structlog

from nfs.agents.core_agent import CoreAgentConfig
from nfs.amf.app import Amf
from nfs.common.nf import NetworkFunction, NfConfig, Platform
from nfs.common.trace import Trace
from nfs.testbed.config import TestbedConfig
from nfs.testbed.kinds import AGENTS, NFS, USUAL_AGENTS
from nfs.testbed.sbi_server import SbiServer
from nfs.testbed.user_plane import UserPlaneAddresses
from nfs.upf.app import Upf
from nfs.upf.impairment import N3Impairment

log = structlog.get_logger("testbed")


class Testbed:
    """``async with Testbed(config) as testbed``: every NF is up inside."""

    __test__ = False

    def __init__(
        self,
        config: TestbedConfig | None = None,
        *,
        trace: Trace | None = None,
        sockets: bool = True,
        state: Path | str | None = None,
        only: tuple[str, ...] | None = None,
        all_agents: bool = False,
    ) -> None:
        self.platform = Platform(trace=trace or Trace(), state=state)
        self.nfs: dict[str, NetworkFunction] = {}
        self._config = config or TestbedConfig()
        self._sockets = sockets
        self._only = only
        self._all_agents = all_agents
        self._servers: list[SbiServer] = []
        self._user_plane = UserPlaneAddresses(
            self._config.named, self._config.section, sockets=sockets
        )

    @property
    def endpoints(self) -> dict[str, str]:
        return {name: nf.api_root for name, nf in self.nfs.items()}

    @property
    def n2(self) -> str:
        amf = self.nfs["amf"]
        assert isinstance(amf, Amf)  # noqa: S101 - what the table makes
        return amf.n2_endpoint

    async def impair_n3(self, impairment: dict[str, Any]) -> None:
        """As the body of a PUT of Nupf_OAM's n3-impairment."""
        upf = self.nfs["upf"]
        assert isinstance(upf, Upf)  # noqa: S101 - what the table makes
        upf.impairment = N3Impairment.model_validate(impairment)

    async def __aenter__(self) -> Self:
        try:
            for kind, (make, config) in NFS.items():
                for name in self._wanted(kind):
                    await self._start(name, make(self._nf_config(name, config), self.platform))
            for kind, (make, port) in AGENTS.items():
                for name in self._wanted(kind):
                    section = {"port": port} | self._config.section(name)
                    await self._start(name, make(CoreAgentConfig(**section), self.platform))
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        await self.stop()

    def _wanted(self, kind: str) -> list[str]:
        names = self._config.named(kind)
        if self._only is not None:
            return [name for name in names if name in self._only]
        usual = kind not in AGENTS or kind in USUAL_AGENTS or self._all_agents
        return names if usual else names[1:]

    def _nf_config(self, name: str, kind: type[NfConfig]) -> NfConfig:
        section = self._user_plane.defaults(name) | self._config.section(name)
        if name == "amf" and not self._sockets:
            section = {"n2": f"memory://amf-{id(self)}"} | section
        return kind(**section)

    async def _start(self, name: str, nf: NetworkFunction) -> None:
        self.nfs[name] = nf
        if self._sockets:
            server = SbiServer(nf)
            self._servers.append(server)
            await server.start()
        await nf.start()
        nf.app.state.ready = True

    async def stop(self) -> None:
        for name, nf in reversed(self.nfs.items()):
            nf.app.state.ready = False
            try:
                await nf.stop()
            except Exception:
                log.exception("NF did not stop cleanly", nf=name)
        for server in self._servers:
            await server.stop()
        self.nfs.clear()
        self._servers.clear()
