"""NRF, AMC and AGW of one process, with stores that a test can look into."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from nfs.agw.app import Agw
from nfs.agw.config import AgwConfig
from nfs.amc.app import Amc
from nfs.amc.config import AmcConfig
from nfs.common.nf import Platform
from nfs.common.store import Store
from nfs.nrf.app import Nrf
from nfs.nrf.config import NrfConfig

AMC = "http://127.0.0.1:7717"
AGW = "http://127.0.0.1:7716"


class IdentityCore(Platform):
    """Runs as long as its context; ``state`` is a folder that outlives it."""

    def __init__(self, state: Path | None = None, amc: AmcConfig | None = None) -> None:
        super().__init__(state=state)
        self._stores: dict[str, Store] = {}
        self.nrf = Nrf(NrfConfig(port=7710), self)
        self.amc = Amc(amc or AmcConfig(), self)
        self.agw = Agw(AgwConfig(), self)

    async def __aenter__(self) -> Self:
        for nf in (self.nrf, self.amc, self.agw):
            await nf.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for nf in (self.agw, self.amc, self.nrf):
            await nf.stop()

    def store(self, name: str) -> Store:
        self._stores[name] = super().store(name)
        return self._stores[name]

    def stored(self, nf: str, *collections: str) -> dict[str, Any]:
        """Everything in those collections of the store of ``amc`` or ``agw``."""
        store = self._stores[nf]
        return {f"{c}/{key}": kept.value for c in collections for key, kept in store.scan(c)}
