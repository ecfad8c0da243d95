"""A gNB: NG Setup, UE contexts, NAS transport and PDU session resources (TS 38.413).

The radio is not simulated: a UE is connected by a method call.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from nfs.common.identities import NrCgi, Plmn, Snssai, Tai
from nfs.common.trace import Interface, Trace
from nfs.protocols.ngap import (
    BroadcastPlmn,
    DownlinkNASTransport,
    ErrorIndication,
    FiveGSTmsi,
    GlobalGnbId,
    InitialContextSetupRequest,
    InitialUEMessage,
    NgapError,
    NgapMessage,
    NGSetupFailure,
    NGSetupRequest,
    NGSetupResponse,
    PDUSessionResourceModifyRequest,
    PDUSessionResourceReleaseCommand,
    PDUSessionResourceSetupRequest,
    SupportedTa,
    UEContextReleaseCommand,
    UplinkNASTransport,
    UserLocationNr,
    decode,
    encode,
)
from nfs.transports import connect
from nfs.transports.base import Association
from ue_sim.gnb import resources

log = structlog.get_logger("gnb")

NG_SETUP_TIMEOUT = 10.0
NG_SETUP_PAUSE = 0.3
"""Seconds."""
_UE_STREAM = 1
_AP_ID_ERRORS = ("unknown-local-UE-NGAP-ID", "inconsistent-remote-UE-NGAP-ID")


class NgSetupError(ConnectionError):
    """The AMF refused the gNB, or did not answer."""


@dataclass(frozen=True, slots=True)
class GnbConfig:
    plmn: str = "999/70"
    tac: int = 1
    slices: tuple[str, ...] = ("1",)
    gnb_id: int = 1
    gnb_id_bits: int = 32
    cell: int = 0
    """The bits of the NR cell identity that follow those of the gNB (TS 38.413 clause 9.3.1.7)."""
    name: str = "agentnf-gnb"
    n3_address: str = "127.0.0.1"

    @property
    def nci(self) -> int:
        """NR cell identity, 36 bits."""
        return self.gnb_id << 36 - self.gnb_id_bits | self.cell


@dataclass(eq=False)
class RrcConnection:
    """One UE at the gNB. ``on_nas`` gets downlink NAS octets, None when the UE is released."""

    gnb: Gnb
    ran_ue_ngap_id: int
    on_nas: Callable[[bytes | None], None]
    amf_ue_ngap_id: int | None = None
    teids: dict[int, int] = field(default_factory=dict)

    async def send_nas(self, octets: bytes, tmsi: FiveGSTmsi | None = None) -> None:
        """The first message goes in INITIAL UE MESSAGE, the others in UPLINK NAS TRANSPORT."""
        location = self.gnb.location
        if self.amf_ue_ngap_id is None:
            await self.gnb.send(
                InitialUEMessage(
                    ran_ue_ngap_id=self.ran_ue_ngap_id,
                    nas_pdu=octets,
                    location=location,
                    rrc_establishment_cause="mo-Signalling",
                    five_g_s_tmsi=tmsi,
                    ue_context_request=True,
                )
            )
        else:
            ids = self.amf_ue_ngap_id, self.ran_ue_ngap_id
            await self.gnb.send(UplinkNASTransport(*ids, octets, location))


class Gnb:
    def __init__(self, config: GnbConfig, trace: Trace | None = None) -> None:
        plmn = Plmn.parse(config.plmn)
        self.config = config
        self.location = UserLocationNr(NrCgi(plmn, config.nci), Tai(plmn, config.tac))
        self._trace = trace
        self._association: Association | None = None
        self._ues: dict[int, RrcConnection] = {}
        self._ran_ids = itertools.count(1)
        self._teids = itertools.count(1)
        self._setup: asyncio.Future[NGSetupResponse] | None = None
        self._reader: asyncio.Task[None] | None = None

    async def start(self, n2: str) -> NGSetupResponse:
        """Connect and set up; raises OSError or NgSetupError.

        An association that ends before its answer is tried again: forwarders of ports take
        connections while the AMF behind them is still starting.
        """
        try:
            async with asyncio.timeout(NG_SETUP_TIMEOUT):
                while True:
                    with contextlib.suppress(ConnectionResetError):
                        return await self._set_up(await connect(n2))
                    await asyncio.sleep(NG_SETUP_PAUSE)
        except TimeoutError:
            raise NgSetupError(f"no answer to NG SETUP REQUEST from {n2}") from None

    async def _set_up(self, association: Association) -> NGSetupResponse:
        self._association = association
        self._setup = asyncio.get_running_loop().create_future()
        self._reader = asyncio.ensure_future(self._read(association))
        try:
            await self.send(self._setup_request())
            return await self._setup
        except NgSetupError:
            raise
        except ConnectionError as error:
            self._reader.cancel()
            await association.close()
            raise ConnectionResetError(str(error)) from error

    async def stop(self) -> None:
        if self._association is not None:
            await self._association.close()
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader

    def connect_ue(self, on_nas: Callable[[bytes | None], None]) -> RrcConnection:
        connection = RrcConnection(self, next(self._ran_ids), on_nas)
        self._ues[connection.ran_ue_ngap_id] = connection
        return connection

    def new_teid(self) -> int:
        return next(self._teids)

    async def send(self, message: NgapMessage) -> None:
        if self._association is None:
            raise ConnectionError("the gNB is not connected to an AMF")
        octets = encode(message)
        self._record("gNB", "AMF", message.NAME, octets)
        stream = 0 if isinstance(message, NGSetupRequest) else _UE_STREAM
        await self._association.send(octets, stream)

    def _setup_request(self) -> NGSetupRequest:
        config = self.config
        plmn = Plmn.parse(config.plmn)
        slices = tuple(Snssai.parse(s) for s in config.slices)
        return NGSetupRequest(
            global_ran_node_id=GlobalGnbId(plmn, config.gnb_id, config.gnb_id_bits),
            supported_tas=(SupportedTa(config.tac, (BroadcastPlmn(plmn, slices),)),),
            ran_node_name=config.name,
        )

    def _record(self, source: str, target: str, name: str, octets: bytes) -> None:
        if self._trace is not None:
            self._trace.record(Interface.N2, source, target, name, octets)

    async def _read(self, association: Association) -> None:
        while (received := await association.receive()) is not None:
            try:
                message = decode(received.payload)
            except NgapError as error:
                log.warning("NGAP message refused", reason=str(error))
                continue
            self._record("AMF", "gNB", message.NAME, received.payload)
            await self._handle(message)
        if self._setup is not None and not self._setup.done():
            self._setup.set_exception(ConnectionResetError("ended before NG Setup was answered"))
        for ue in list(self._ues.values()):
            ue.on_nas(None)

    async def _handle(self, message: NgapMessage) -> None:
        match message:
            case NGSetupResponse() if self._setup is not None:
                self._setup.set_result(message)
            case NGSetupFailure(cause=cause) if self._setup is not None:
                refusal = f"the AMF refuses the gNB: {cause.value}"
                self._setup.set_exception(NgSetupError(refusal))
            case UEContextReleaseCommand(ids=(amf_id, ran_id)):
                await resources.release_context(self, self._ue(amf_id, ran_id))
            case ErrorIndication():
                self._error_indication(message)
            case (
                DownlinkNASTransport()
                | InitialContextSetupRequest()
                | PDUSessionResourceSetupRequest()
                | PDUSessionResourceModifyRequest()
                | PDUSessionResourceReleaseCommand()
            ):
                ue = self._ue(message.amf_ue_ngap_id, message.ran_ue_ngap_id)
                if ue is not None:
                    ue.amf_ue_ngap_id = message.amf_ue_ngap_id
                    await resources.carry_out(self, ue, message)
            case _:
                log.warning("NGAP message not supported", message=message.NAME)

    def _error_indication(self, message: ErrorIndication) -> None:
        """UEs whose identifiers the AMF finds erroneous are released (TS 38.413 10.6)."""
        log.warning("AMF indicates an error", cause=str(message.cause))
        if message.cause is None or message.cause.value not in _AP_ID_ERRORS:
            return
        for ue in list(self._ues.values()):
            if message.amf_ue_ngap_id == ue.amf_ue_ngap_id is not None or (
                message.ran_ue_ngap_id == ue.ran_ue_ngap_id
            ):
                self.forget(ue)
                ue.on_nas(None)

    def _ue(self, amf_id: int, ran_id: int | None) -> RrcConnection | None:
        if ran_id is not None:
            return self._ues.get(ran_id)
        return next((u for u in self._ues.values() if u.amf_ue_ngap_id == amf_id), None)

    def forget(self, ue: RrcConnection) -> None:
        self._ues.pop(ue.ran_ue_ngap_id, None)
