"""What the files of a lab state, whatever make they are of, and where they state it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from nfs.protocols.crypto.home_network_key import HomeNetworkKey
from nfs.udm.subscribers import Subscribers
from ue_sim.config import GnbFile, UeFile

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stated(Generic[T]):
    """A value and its place: ``amf.yaml:12: amf.tai``."""

    value: T
    where: str


@dataclass(frozen=True, slots=True)
class AmfFacts:
    plmns: Stated[tuple[str, ...]]
    """``999/70``"""
    tacs: Stated[tuple[int, ...]]
    slices: Stated[tuple[str, ...]]
    """``1``, ``1-010203``"""
    n2: Stated[tuple[str, ...]]
    """End points: ``sctp://127.0.0.5:38412``."""
    integrity: Stated[tuple[int, ...]]
    ciphering: Stated[tuple[int, ...]]
    """Numbers of the algorithms, the preferred one first."""
    settings: dict[str, Any] = field(default_factory=dict)
    """Settings of our AMF that the file has as well."""


@dataclass(frozen=True, slots=True)
class SmfFacts:
    dnns: Stated[tuple[str, ...] | None]
    """None: any."""
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass
class Lab:
    amfs: list[AmfFacts] = field(default_factory=list)
    smfs: list[SmfFacts] = field(default_factory=list)
    subscribers: list[Stated[Subscribers]] = field(default_factory=list)
    home_keys: list[Stated[HomeNetworkKey]] = field(default_factory=list)
    """Empty also where a UDM's file was not given: see ``udms``."""
    udms: list[str] = field(default_factory=list)
    """Where UDMs are configured."""
    plmns: list[Stated[str]] = field(default_factory=list)
    """Of NFs other than the AMF."""
    gnbs: list[GnbFile] = field(default_factory=list)
    ues: list[UeFile] = field(default_factory=list)
    taken: dict[Path, list[str]] = field(default_factory=dict)
    left: dict[Path, list[str]] = field(default_factory=dict)
    """By file, the keys that were read, and those that were not."""
    kinds: dict[Path, str] = field(default_factory=dict)
    """By file, what it is."""
