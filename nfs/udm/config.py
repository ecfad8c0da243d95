"""Configuration of the UDM."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nfs.common.nf import NfConfig
from nfs.protocols.crypto.errors import CryptoError
from nfs.protocols.crypto.home_network_key import HomeNetworkKey


class HomeNetworkKeyConfig(BaseModel):
    """A key that SUCIs are concealed for: ``private_key`` in hex, or a PEM ``file``.

    Made by ``agentnf pki hnet``; scheme 1 is profile A, 2 is profile B (TS 33.501 annex C).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    id: int = Field(ge=0, le=255)
    scheme: int = Field(ge=1, le=2)
    private_key: str | None = Field(default=None, pattern=r"^[0-9A-Fa-f]{64}$", repr=False)
    file: Path | None = None

    @model_validator(mode="after")
    def _usable(self) -> Self:
        try:
            self.load()
        except (CryptoError, OSError) as error:
            raise ValueError(f"home network key {self.id}: {error}") from None
        return self

    def load(self) -> HomeNetworkKey:
        """Raises OSError, InvalidKey."""
        if self.file is not None:
            return HomeNetworkKey.from_pem(self.id, self.scheme, self.file.read_bytes())
        return HomeNetworkKey(self.id, self.scheme, bytes.fromhex(self.private_key or ""))


class UdmConfig(NfConfig):
    port: int = 7712
    subscribers: Path = Path(__file__).with_name("subscribers.yaml")
    home_network_keys: tuple[HomeNetworkKeyConfig, ...] = ()
