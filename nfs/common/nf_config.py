"""What every NF is configured with."""

from __future__ import annotations

import ipaddress
import uuid
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class TlsConfig(BaseModel):
    """Made by ``agentnf pki init``: a folder with ``ca.pem``, and ``NAME.pem`` and
    ``NAME-key.pem`` of every NF; the name is that of the NF type unless given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path
    name: str | None = None


def _several(roots: object) -> object:
    return (roots,) if isinstance(roots, str) else roots


class NfConfig(BaseModel):
    """What every NF is configured with; each NF adds its own in its ``config.py``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    """Name or address under which other NFs reach this one: it goes into its profile."""
    bind: str | None = None
    """Address it listens at, when that is another (0.0.0.0 in a container)."""
    port: int = Field(ge=0, le=65535)
    nrf: Annotated[tuple[str, ...], BeforeValidator(_several)] = ("http://127.0.0.1:7710",)
    """The API roots of the NRF's instances, tried in this order; one may stand without a list."""
    instance_id: uuid.UUID = Field(default_factory=uuid.uuid4)
    plmn: str = "999/70"
    scp: str | None = None
    """API root of an SCP that all requests go through, but those to the NRF (model C of TS 23.501
    annex E: this NF discovers the producers itself)."""
    amc: str | None = None
    """The AMC of this NF's domain, where there are several; None is the only one."""
    nf_types: dict[str, str] = {}
    """Other names for our NF types, for an NRF of a make that does not know them: {AGW: AF}. Both
    for registering and for finding, so they are the same for all NFs of a lab."""
    root_in_api_prefix: bool = False
    """Write the API root of each service into its apiPrefix, where free5GC's NFs look for it."""
    tls: TlsConfig | None = None
    """With it, HTTP/2 goes over TLS 1.3 with certificates of both sides."""
    oauth2: bool = True
    """Access tokens are asked for and checked. False is for labs whose NRF issues none: then
    whoever reaches this NF may use it."""

    @property
    def api_root(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def scheme(self) -> str:
        return "https" if self.tls else "http"

    @property
    def ipv4(self) -> str | None:
        """``host`` when it is an address and not a name."""
        try:
            return str(ipaddress.IPv4Address(self.host))
        except ValueError:
            return None
