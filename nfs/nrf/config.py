"""Configuration of the NRF."""

from __future__ import annotations

from pydantic import Field

from nfs.common.nf import NfConfig


class NrfConfig(NfConfig):
    port: int = 7710
    heartbeat_seconds: int = Field(default=10, ge=1)
    heartbeats: bool = True
    """Without, an NF stays registered that says nothing more, as free5GC's NFs do."""
    token_seconds: int = Field(default=600, ge=60)
    validity_seconds: int = Field(default=30, ge=1)
