"""Primary authentication as the UE sees it (TS 24.501 clause 5.4.1): 5G-AKA and EAP-AKA'."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nfs.protocols.crypto import kdf
from nfs.protocols.eap import packet, peer
from nfs.protocols.nas import (
    AuthenticationFailure,
    AuthenticationReject,
    AuthenticationRequest,
    AuthenticationResponse,
    AuthenticationResult,
    MmCause,
    MmStatus,
    NasMessage,
)
from ue_sim.ue.errors import ProcedureRejected
from ue_sim.ue.usim import Answer, MacWrong, NotFiveG, OutOfSynch

if TYPE_CHECKING:
    from ue_sim.ue.modem import Modem

NO_KEY = 7
_FAILURES = 3
"""So many in a row, and the network is taken for a false one (5.4.1.2.4.5, 5.4.1.3.7)."""


@dataclass(frozen=True, slots=True)
class PartialContext:
    """A partial native 5G NAS security context: keys that no algorithms are chosen for yet."""

    ng_ksi: int
    k_seaf: bytes = field(repr=False)
    abba: bytes
    confirmed: bool
    """Not before EAP-success has come, after an EAP method."""


class Authentication:
    """What the UE remembers from one challenge to the next."""

    def __init__(self, modem: Modem) -> None:
        self._modem = modem
        self.partial: PartialContext | None = None
        self.hint = ""
        """Why the latest challenge was not accepted, for people."""
        self._failures = 0

    async def answer(self, request: NasMessage) -> None:
        """AUTHENTICATION REQUEST; raises ProcedureRejected when the network is a false one."""
        assert isinstance(request, AuthenticationRequest)  # noqa: S101 - wired for it only
        self.partial = None
        security = self._modem.security
        if request.ng_ksi == NO_KEY:
            await self._fail(MmCause.PROTOCOL_ERROR_UNSPECIFIED, "the network offers no ngKSI")
        elif security is not None and request.ng_ksi == security.ng_ksi:
            await self._fail(MmCause.NGKSI_ALREADY_IN_USE, "the ngKSI is in use")
        elif request.eap is not None:
            await self._eap(request, request.eap)
        elif request.rand is not None and request.autn is not None:
            await self._five_g_aka(request, request.rand, request.autn)
        else:
            await self._modem.send(MmStatus(MmCause.CONDITIONAL_IE_ERROR))

    def result(self, message: AuthenticationResult) -> None:
        """EAP-success or EAP-failure without a security mode command (5.4.1.2.3)."""
        self._confirm(message.eap, message.ng_ksi, message.abba)

    def confirmed(self, eap: bytes | None, ng_ksi: int, abba: bytes | None) -> bytes | None:
        """KAMF for SECURITY MODE COMMAND, which may bring EAP-success (5.4.1.2.2.8); or None."""
        if eap is not None:
            self._confirm(eap, ng_ksi, abba)
        partial = self.partial
        if partial is None or not partial.confirmed or partial.ng_ksi != ng_ksi:
            return None
        digits = self._modem.config.digits
        return kdf.k_amf(partial.k_seaf, digits, partial.abba if abba is None else abba)

    def rejected(self, _message: AuthenticationReject) -> ProcedureRejected:
        """The USIM is invalid from now on, and the registration is gone (5.4.1.3.5)."""
        self.partial = None
        self._modem.usim.valid = False
        self._modem.guti = self._modem.security = None
        return ProcedureRejected("authentication", "AUTHENTICATION_REJECT", self.hint)

    def _confirm(self, eap: bytes, ng_ksi: int, abba: bytes | None) -> None:
        partial, self.partial = self.partial, None
        try:
            code = packet.decode(eap).code
        except packet.EapError:
            return
        if partial is not None and code is packet.Code.SUCCESS and partial.ng_ksi == ng_ksi:
            abba = partial.abba if abba is None else abba
            self.partial = PartialContext(ng_ksi, partial.k_seaf, abba, confirmed=True)

    async def _five_g_aka(self, request: AuthenticationRequest, rand: bytes, autn: bytes) -> None:
        network = self._modem.serving_network_name
        match self._modem.usim.authenticate(rand, autn):
            case Answer(res, ck, ik):
                k_ausf = kdf.k_ausf(ck, ik, network, autn[:6])
                self._accept(request, kdf.k_seaf(k_ausf, network), confirmed=True)
                res_star = kdf.res_star(ck, ik, network, rand, res)
                await self._modem.send(AuthenticationResponse(res_star))
            case MacWrong(hint):
                await self._fail(MmCause.MAC_FAILURE, hint)
            case OutOfSynch(auts):
                why = "the sequence number was out of range"
                await self._fail(MmCause.SYNCH_FAILURE, why, auts)
            case NotFiveG():
                why = "the separation bit of the AMF field is not set"
                await self._fail(MmCause.NON_5G_AUTHENTICATION_UNACCEPTABLE, why)

    async def _eap(self, request: AuthenticationRequest, eap: bytes) -> None:
        network, digits = self._modem.serving_network_name, self._modem.config.digits
        reply = peer.respond(eap, self._eap_usim, digits, network)
        if reply is None:
            await self._modem.send(MmStatus(MmCause.SEMANTICALLY_INCORRECT_MESSAGE))
            return
        if reply.keys is not None:
            self._accept(request, kdf.k_seaf(reply.keys.k_ausf, network), confirmed=False)
        else:
            self._count(self.hint or reply.reason)
        await self._modem.send(AuthenticationResponse(eap=reply.octets))

    def _eap_usim(
        self, rand: bytes, autn: bytes
    ) -> peer.Accepted | peer.NotAccepted | peer.OutOfSynch:
        self.hint = ""
        match self._modem.usim.authenticate(rand, autn):
            case Answer(res, ck, ik):
                return peer.Accepted(res, ck, ik)
            case OutOfSynch(auts):
                return peer.OutOfSynch(auts)
            case MacWrong(hint):
                self.hint = hint
        return peer.NotAccepted()

    def _accept(self, request: AuthenticationRequest, k_seaf: bytes, *, confirmed: bool) -> None:
        self._failures, self.hint = 0, ""
        self.partial = PartialContext(request.ng_ksi, k_seaf, request.abba, confirmed)

    async def _fail(self, cause: MmCause, hint: str, auts: bytes | None = None) -> None:
        self._count(hint)
        await self._modem.send(AuthenticationFailure(cause, auts))

    def _count(self, hint: str) -> None:
        self.hint = hint
        self._failures += 1
        if self._failures < _FAILURES:
            return
        self._failures = 0
        self._modem.bar_cell()
        self._modem.release_locally()
        raise ProcedureRejected("authentication", "NETWORK_NOT_GENUINE", hint)
