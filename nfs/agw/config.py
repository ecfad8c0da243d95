"""Configuration of the AGW."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from nfs.common.nf import NfConfig


class PeerConfig(BaseModel):
    """A gateway that digests are exchanged with. ``export``: patterns of the capabilities that it
    may know of; ``relay``: whether it is also told what other gateways have; ``domain``: its AMC,
    when that is another than this gateway's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    export: tuple[str, ...] = ("*",)
    relay: bool = True
    domain: str | None = None


def _named(peers: Any) -> Any:
    """A list of names stands for peers without particulars."""
    is_list = isinstance(peers, Iterable) and not isinstance(peers, dict | str)
    return {name: {} for name in peers} if is_list else peers


class AgwConfig(NfConfig):
    port: int = 7716
    gateway_id: str = "agw-1"
    registrar: str = Field(default="1", pattern=r"^[1-9A-Z][0-9A-Z]{0,5}$")
    """Level 6 of the AICs allocated here; no two gateways have the same (E9)."""
    aic_salt: str = Field(default="6a7f21c4", pattern=r"^([0-9a-fA-F]{2}){2,32}$")
    """The registrars' secret salt, in hex; the same at the AMC."""
    catalogue: tuple[str, ...] = ()
    """Capability identifiers whose agents anybody may see in /.well-known/ai-catalog.json."""
    catalogue_seconds: float = Field(default=30.0, ge=0)

    peers: Annotated[dict[str, PeerConfig], BeforeValidator(_named)] = {}  # noqa: RUF012
    """By gateway identifier; both sides name each other."""

    @property
    def salt(self) -> bytes:
        return bytes.fromhex(self.aic_salt)
