"""Configuration of a testbed: a file, over a topology, over the defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, field_validator

from nfs.common.yaml_text import load_yaml
from nfs.testbed.kinds import AGENTS, NFS

_TOPOLOGIES = Path(__file__).with_name("topologies")


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


def names(config: TestbedConfig) -> list[str]:
    """Of all NFs and agents that there are in ``config``."""
    return [name for kind in (*NFS, *AGENTS) for name in config.named(kind)]


def topologies() -> list[str]:
    """Names of the packaged topologies."""
    return sorted(path.stem for path in _TOPOLOGIES.glob("*.yaml"))


def _topology(name: str) -> Path:
    if name not in topologies():
        raise ValueError(f"there is no topology {name!r}: {', '.join(topologies())}")
    return _TOPOLOGIES / f"{name}.yaml"
