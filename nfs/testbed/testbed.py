"""Starts the NFs in the order in which they need each other, with or without sockets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import structlog
import yaml
from pydantic import BaseModel, ConfigDict, field_validator

from nfs.agents.anomaly_detection import AnomalyDetectionAgent
from nfs.agents.core_agent import CoreAgentConfig
from nfs.agents.ocr import OcrAgent
from nfs.agents.summarisation import SummarisationAgent
from nfs.agents.training.agent import TrainingAgent
from nfs.agents.translation import TranslationAgent
from nfs.agw.app import Agw
from nfs.agw.config import AgwConfig
from nfs.amc.app import Amc
from nfs.amc.config import AmcConfig
from nfs.amf.app import Amf
from nfs.amf.config import AmfConfig
from nfs.ausf.app import Ausf
from nfs.ausf.config import AusfConfig
from nfs.common.nf import NetworkFunction, NfConfig, Platform
from nfs.common.trace import Trace
from nfs.common.yaml_text import load_yaml
from nfs.ers.app import Ers
from nfs.ers.config import ErsConfig
from nfs.iaf.app import Iaf
from nfs.iaf.config import IafConfig
from nfs.nrf.app import Nrf
from nfs.nrf.config import NrfConfig
from nfs.smf.app import Smf
from nfs.smf.config import SmfConfig
from nfs.testbed.sbi_server import SbiServer
from nfs.testbed.user_plane import UserPlaneAddresses
from nfs.udm.app import Udm
from nfs.udm.config import UdmConfig
from nfs.upf.app import Upf
from nfs.upf.config import UpfConfig
from nfs.upf.impairment import N3Impairment

log = structlog.get_logger("testbed")

_TOPOLOGIES = Path(__file__).with_name("topologies")

NFS: dict[str, tuple[Callable[..., NetworkFunction], type[NfConfig]]] = {
    "nrf": (Nrf, NrfConfig),
    "udm": (Udm, UdmConfig),
    "ausf": (Ausf, AusfConfig),
    "amc": (Amc, AmcConfig),
    "agw": (Agw, AgwConfig),
    "upf": (Upf, UpfConfig),
    "smf": (Smf, SmfConfig),
    "iaf": (Iaf, IafConfig),
    "ers": (Ers, ErsConfig),
    "amf": (Amf, AmfConfig),
}
"""In the order in which they are started: each finds the ones before it."""

AGENTS: dict[str, tuple[Callable[..., NetworkFunction], int]] = {
    "translation": (TranslationAgent, 7721),
    "summarisation": (SummarisationAgent, 7722),
    "ocr": (OcrAgent, 7723),
    "anomaly": (AnomalyDetectionAgent, 7751),
    **{
        site: (partial(TrainingAgent, site=site), 7752 + number)
        for number, site in enumerate(("foundry", "mill", "press", "paintshop"))
    },
}
USUAL_AGENTS = ("translation", "summarisation", "ocr")
"""Those that a testbed has unless all are asked for: each takes its milliseconds to start."""


class TestbedConfig(BaseModel):
    """What differs from the defaults: ``common`` for all NFs, and a section for each."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    __test__ = False

    common: dict[str, Any] = {}
    nrf: dict[str, Any] = {}
    udm: dict[str, Any] = {}
    ausf: dict[str, Any] = {}
    amc: dict[str, Any] = {}
    agw: dict[str, Any] = {}
    upf: dict[str, Any] = {}
    smf: dict[str, Any] = {}
    iaf: dict[str, Any] = {}
    ers: dict[str, Any] = {}
    amf: dict[str, Any] = {}
    translation: dict[str, Any] = {}
    summarisation: dict[str, Any] = {}
    ocr: dict[str, Any] = {}
    anomaly: dict[str, Any] = {}
    foundry: dict[str, Any] = {}
    mill: dict[str, Any] = {}
    press: dict[str, Any] = {}
    paintshop: dict[str, Any] = {}
    also: dict[str, dict[str, Any]] = {}
    """More of them, by name; ``nf`` says of which kind."""

    @field_validator("also")
    @classmethod
    def _of_known_kinds(cls, also: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        for name, section in also.items():
            if section.get("nf") not in NFS | AGENTS:
                known = ", ".join(NFS | AGENTS)
                raise ValueError(f"also.{name}.nf is not one of {known}")
            if name in NFS | AGENTS:
                raise ValueError(f"also.{name}: that name is taken")
        return also

    def named(self, kind: str) -> list[str]:
        """All NFs of one kind, the usual one first."""
        return [kind, *(name for name, section in self.also.items() if section["nf"] == kind)]

    def at(self, name: str, host: str) -> Self:
        """The same, but that others reach the NF ``name`` at ``host``."""
        if name in self.also:
            moved = {name: self.also[name] | {"host": host}}
            return self.model_copy(update={"also": self.also | moved})
        return self.model_copy(update={name: getattr(self, name) | {"host": host}})

    def section(self, name: str) -> dict[str, Any]:
        """What an NF is configured with; its certificate is the one of its name."""
        own = dict(self.also[name]) if name in self.also else getattr(self, name)
        own.pop("nf", None)
        section = self.common | own
        if section.get("tls"):
            section["tls"] = {"name": name} | section["tls"]
        return section


def load_config(path: Path | None, topology: str | None = None) -> TestbedConfig:
    """The sections of a file, over those of a topology.

    Raises ValueError, naming the file, for what is not a testbed's configuration.
    """
    base = _sections(_topology(topology)) if topology else {}
    own = _sections(path) if path else {}
    try:
        return TestbedConfig.model_validate(_merged(base, own))
    except ValueError as error:
        raise ValueError(f"{path or topology}: {error}") from error


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """``own`` over ``base``, section by section, those of ``also`` too."""
    merged = base | own
    for name in base.keys() & own.keys():
        both = base[name], own[name]
        merged[name] = _merged(*both) if name == "also" else both[0] | both[1]
    return merged


def _sections(path: Path) -> dict[str, dict[str, Any]]:
    try:
        sections = load_yaml(path.read_text("utf-8")) or {}
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error
    if not isinstance(sections, dict) or not all(isinstance(s, dict) for s in sections.values()):
        raise ValueError(f"{path}: a section for each NF is expected")
    return sections


def topologies() -> list[str]:
    """Names of the packaged topologies."""
    return sorted(path.stem for path in _TOPOLOGIES.glob("*.yaml"))


def _topology(name: str) -> Path:
    if name not in topologies():
        raise ValueError(f"there is no topology {name!r}: {', '.join(topologies())}")
    return _TOPOLOGIES / f"{name}.yaml"


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
