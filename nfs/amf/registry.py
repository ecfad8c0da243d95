"""Who is served by this AMF: UEs by SUPI, contexts by 5G-TMSI."""

from __future__ import annotations

import secrets

from nfs.amf.ue import Ue
from nfs.amf.ue_context import UeContext
from nfs.common.identities import Guti
from nfs.protocols.nas import NasError, RegistrationRequest, decode
from nfs.protocols.nas.security import inner_plain
from nfs.protocols.ngap import InitialUEMessage


class UeRegistry:
    def __init__(self) -> None:
        self._by_supi: dict[str, Ue] = {}
        self._by_tmsi: dict[int, UeContext] = {}

    def __len__(self) -> int:
        return len(self._by_supi)

    def get(self, supi: str) -> Ue | None:
        return self._by_supi.get(supi)

    def put(self, ue: Ue) -> Ue | None:
        """Enter a UE under its SUPI; returns the other connection it had, if any."""
        assert ue.context.supi is not None  # noqa: S101 - authenticated
        old = self._by_supi.get(ue.context.supi)
        self._by_supi[ue.context.supi] = ue
        if old is None or old is ue:
            return None
        if old.context is not ue.context and old.context.guti is not None:
            self._by_tmsi.pop(old.context.guti.tmsi, None)
        return old

    def new_tmsi(self, context: UeContext) -> int:
        """A 5G-TMSI that nobody has and that nobody can guess (TS 33.501 clause 6.12.3)."""
        if context.guti is not None:
            self._by_tmsi.pop(context.guti.tmsi, None)
        tmsi = secrets.randbits(32)
        while tmsi in self._by_tmsi:
            tmsi = secrets.randbits(32)
        self._by_tmsi[tmsi] = context
        return tmsi

    def claimed(self, message: InitialUEMessage) -> UeContext | None:
        """The context that an initial message claims; its integrity is still to be verified."""
        if message.five_g_s_tmsi is not None:
            return self._by_tmsi.get(message.five_g_s_tmsi.tmsi)
        plain = inner_plain(message.nas_pdu)
        if plain is None:
            return None
        try:
            request = decode(plain)
        except NasError:
            return None
        if isinstance(request, RegistrationRequest) and isinstance(request.identity, Guti):
            return self._by_tmsi.get(request.identity.tmsi)
        return None
