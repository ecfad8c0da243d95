"""Configuration of the AGW."""

from __future__ import annotations

from pydantic import Field

from nfs.common.nf import NfConfig


class AgwConfig(NfConfig):
    port: int = 7716
    gateway_id: str = "agw-1"
    registrar: str = Field(default="1", pattern=r"^[1-9A-Z][0-9A-Z]{0,5}$")
    """Level 6 of the AICs allocated here; no two gateways have the same (E9)."""
    aic_salt: str = Field(default="6a7f21c4", pattern=r"^([0-9a-fA-F]{2}){2,32}$")
    """The registrars' secret salt, in hex; the same at the AMC."""

    @property
    def salt(self) -> bytes:
        return bytes.fromhex(self.aic_salt)
