"""Configuration of the AMC."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from nfs.common.nf import NfConfig


class TrustConfig(BaseModel):
    """Another domain that is trusted. ``scope``: what its capabilities are called here; one that is
    not in it cannot be asked for from there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scope: dict[str, str] = {}


class AmcConfig(NfConfig):
    port: int = 7717
    amc_id: str = "amc-1"
    gateways: dict[str, str] = Field(default={"agw-1": "1", "agw-2": "2"})
    """Gateways that may ask, each with its registrar number (level 6 of the AICs it allocates)."""
    aic_salt: str = Field(default="6a7f21c4", pattern=r"^([0-9a-fA-F]{2}){2,32}$")
    """The registrars' secret salt, in hex; the same at the gateways."""
    trusts: dict[str, TrustConfig] = Field(default_factory=dict)
    """Other domains, by their AMC."""
    registry: Path | None = None
    """Templates and accounts; None is ``nfs/amc/aaap/defaults.yaml``."""
    credential_days: int = Field(default=49, ge=1, le=397)
    grant_seconds: int = Field(default=60, ge=1, le=3600)
    access_token_seconds: int = Field(default=60, ge=1, le=600)
    subscription_seconds: int = Field(default=60, ge=3, le=86_400)
    """For which a gateway is told of changes of identities, unless it subscribes again."""
    proof_seconds: int = Field(default=300, ge=1, le=3600)
    """How far the time in a registrant's or an agent's proof may be from now."""

    @property
    def salt(self) -> bytes:
        return bytes.fromhex(self.aic_salt)
