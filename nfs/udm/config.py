"""Configuration of the UDM."""

from __future__ import annotations

from pathlib import Path

from nfs.common.nf import NfConfig


class UdmConfig(NfConfig):
    port: int = 7712
    subscribers: Path = Path(__file__).with_name("subscribers.yaml")
