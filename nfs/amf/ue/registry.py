"""Who is served by this AMF: UEs with a connection by SUPI, contexts by 5G-TMSI."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import structlog

from nfs.amf.ue.context import Rm, UeContext
from nfs.amf.ue.context_store import ContextStore
from nfs.amf.ue.ue import Ue
from nfs.common.identities import Guti
from nfs.common.store import StoreUnavailable
from nfs.protocols.nas import NasError, RegistrationRequest, decode
from nfs.protocols.nas.security_header import inner_plain
from nfs.protocols.ngap import InitialUEMessage

log = structlog.get_logger("amf")


class UeRegistry:
    def __init__(self, contexts: ContextStore) -> None:
        self.contexts = contexts
        self._by_supi: dict[str, Ue] = {}
        self._by_tmsi: dict[int, UeContext] = {}

    def __len__(self) -> int:
        return len(self._by_supi)

    @property
    def registered(self) -> int:
        return sum(ue.context.rm is Rm.REGISTERED for ue in self._by_supi.values())

    @property
    def served(self) -> Iterator[UeContext]:
        """Of UEs that are registered here, connected or idle."""
        return (ue.context for ue in self._by_supi.values())

    def get(self, supi: str) -> Ue | None:
        return self._by_supi.get(supi)

    def put(self, ue: Ue) -> Ue | None:
        """Enter a UE under its SUPI; returns the other connection it had, if any."""
        assert ue.context.supi is not None  # noqa: S101 - authenticated
        old = self._by_supi.get(ue.context.supi)
        self._by_supi[ue.context.supi] = ue
        if old is None or old is ue:
            return None
        if old.context is not ue.context:
            self._free_all(old.context)
        return old

    def context(self, supi: str) -> UeContext | None:
        """Of a UE that is registered here, connected or idle, or that another AMF of the set, or
        this one before a restart, has left in the store."""
        ue = self._by_supi.get(supi)
        if ue is not None:
            return ue.context
        kept = self.contexts.of_supi(supi)
        if kept is None or kept.guti is None:
            return kept
        return self._of_tmsi(kept.guti.tmsi)

    def forget(self, context: UeContext) -> None:
        """It is deregistered, or another AMF serves it."""
        ue = self._by_supi.get(context.supi or "")
        if ue is not None and ue.context is context:
            del self._by_supi[ue.context.supi or ""]
        for guti in (context.guti, context.former_guti):
            if guti is not None:
                self._by_tmsi.pop(guti.tmsi, None)

    def new_tmsi(self, context: UeContext) -> int:
        """A 5G-TMSI that nobody has and that nobody can guess (TS 33.501 clause 6.12.3)."""
        assert context.supi is not None  # noqa: S101 - authenticated
        self.free_former(context)
        context.former_guti = context.guti
        tmsi = secrets.randbits(32)
        while not self.contexts.reserve(tmsi, context.supi):
            tmsi = secrets.randbits(32)
        self._by_tmsi[tmsi] = context
        return tmsi

    def free_former(self, context: UeContext) -> None:
        """The UE has acknowledged its new 5G-GUTI."""
        former, context.former_guti = context.former_guti, None
        if former is not None:
            self._free(former.tmsi)

    def _free(self, tmsi: int) -> None:
        self._by_tmsi.pop(tmsi, None)
        self.contexts.free(tmsi)

    def _free_all(self, context: UeContext) -> None:
        self.free_former(context)
        if context.guti is not None:
            self._free(context.guti.tmsi)

    def claimed(self, message: InitialUEMessage) -> UeContext | None:
        """The context that an initial message claims; its integrity is still to be verified."""
        if message.five_g_s_tmsi is not None:
            return self._of_tmsi(message.five_g_s_tmsi.tmsi)
        plain = inner_plain(message.nas_pdu)
        if plain is None:
            return None
        try:
            request = decode(plain)
        except NasError:
            return None
        if isinstance(request, RegistrationRequest) and isinstance(request.identity, Guti):
            return self._of_tmsi(request.identity.tmsi)
        return None

    def _of_tmsi(self, tmsi: int) -> UeContext | None:
        """What was stored last: another AMF of the set may have served the UE meanwhile."""
        known = self._by_tmsi.get(tmsi)
        try:
            kept = self.contexts.of_tmsi(tmsi)
        except StoreUnavailable as error:
            log.warning("stored UE contexts cannot be read", reason=str(error))
            return known
        if kept is None or (known is not None and known.version >= kept.version):
            return known
        self._by_tmsi[tmsi] = kept
        return kept
