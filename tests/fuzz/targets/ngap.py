"""NGAP at a whole AMF that serves a registered UE: decoding, dispatch, procedures, answers.

The octets come from the gNB of the UE and, in seeds, name that UE. After each of them the gNB is
still answered, no task of the AMF has failed, and a UE that lost its connection can come back.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import sys
from pathlib import Path
from typing import Any

import structlog

from nfs.amf.app import Amf
from nfs.amf.n2 import end_point
from nfs.common.identities import NrCgi, Plmn, Tai
from nfs.protocols.ngap import (
    Cause,
    GtpTunnel,
    HandoverCancel,
    HandoverFailure,
    HandoverNotify,
    HandoverRequestAcknowledge,
    HandoverRequired,
    InitialUEMessage,
    NgapError,
    NgapMessage,
    NGReset,
    OtherMessage,
    PathSwitchRequest,
    PathSwitchRequestTransfer,
    PduSessionItem,
    RANConfigurationUpdate,
    TargetGnb,
    UEContextReleaseComplete,
    UEContextReleaseRequest,
    UplinkNASTransport,
    UserLocationNr,
    decode,
    encode,
)
from nfs.testbed import Testbed, TestbedConfig
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment
from ue_sim.gnb import RrcConnection

DATA = Path(__file__).parents[2] / "data" / "ngap"
ONLY = ("nrf", "ausf", "udm", "upf", "smf", "amf")
AMF_ID, RAN_ID = 0x11ABCDEF, 0x22ABCDEF
"""Stand for the identifiers that the UE has by then: all of them have four octets."""
FIRST_AMF_ID, FIRST_RAN_ID = 0x11000001, 0x22000001


def seeds() -> list[bytes]:
    files = ("captured_run.json", "messages.json", "malicious.json")
    documents = [json.loads((DATA / name).read_text()) for name in files]
    entries = [*documents[0]["messages"], *documents[1], *documents[2]]
    found = [bytes.fromhex(entry["hex"]) for entry in entries]
    return [*(encode(message) for message in _own()), *map(_about_the_ue, found)]


def _own() -> list[NgapMessage]:
    plmn = Plmn("999", "70")
    location = UserLocationNr(NrCgi(plmn, 16), Tai(plmn, 1))
    ids, cause = (AMF_ID, RAN_ID), Cause("radioNetwork", "unspecified")
    transfer = PathSwitchRequestTransfer(GtpTunnel("127.0.0.1", 1), (1,)).encode()
    items = (PduSessionItem(1, transfer),)
    other = GnbConfig(gnb_id=2)
    target = TargetGnb(other.global_id, other.location.tai)
    nas = bytes.fromhex("7e004179000d0199f9070000000000000000102e02f0f0")
    return [
        InitialUEMessage(77, nas, location, "mo-Signalling"),
        UplinkNASTransport(*ids, nas, location),
        UEContextReleaseRequest(*ids, active_sessions=(1,), cause=cause),
        UEContextReleaseComplete(*ids),
        HandoverRequired(*ids, "intra5gs", cause, target, (PduSessionItem(1, b"\x00"),), b"\x00"),
        HandoverRequestAcknowledge(*ids, items, target_to_source=b"\x00"),
        HandoverFailure(AMF_ID, cause),
        HandoverNotify(*ids, location),
        HandoverCancel(*ids, cause),
        PathSwitchRequest(RAN_ID, AMF_ID, location, None, items),
        NGReset(cause, ((AMF_ID, None), (None, RAN_ID))),
        RANConfigurationUpdate(supported_tas=other.supported_tas),
    ]


def _about_the_ue(octets: bytes) -> bytes:
    """The same message with identifiers that stand for those of the UE, if it can be read."""
    try:
        message = decode(octets)
    except NgapError:
        return octets
    stands: dict[int, Any] = {10: AMF_ID, 85: RAN_ID}
    if isinstance(message, OtherMessage) or not message.wire:
        return octets
    for ie in message.wire:
        if ie["id"] in stands and isinstance(ie["value"][1], int):
            ie["value"] = (ie["value"][0], stands[ie["id"]])
    names = {10: "amf_ue_ngap_id", 85: "ran_ue_ngap_id"}
    for id_, name in names.items():
        if hasattr(message, name):
            object.__setattr__(message, name, stands[id_])
    return encode(message)


class _Lab:
    """Started with the first input, and there until the process ends."""

    def __init__(self) -> None:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        self.loop = asyncio.new_event_loop()
        self.failed: list[BaseException] = []
        self.loop.run_until_complete(self._start())

    async def _start(self) -> None:
        self.testbed = Testbed(TestbedConfig(), sockets=False, only=ONLY)
        await self.testbed.__aenter__()
        amf = self.testbed.nfs["amf"]
        assert isinstance(amf, Amf)
        amf.n2._ids = itertools.count(FIRST_AMF_ID)
        end_point.log = self  # what it logs as an exception is a finding
        amf._ended = self._ended  # type: ignore[method-assign]
        self.gnb, self.other = Gnb(GnbConfig(gnb_id=1)), Gnb(GnbConfig(gnb_id=2))
        self.gnb._ran_ids = itertools.count(FIRST_RAN_ID)
        for gnb in (self.gnb, self.other):
            await gnb.start(self.testbed.n2)
        self.ue = UserEquipment(UeConfig(), self.gnb)

    def exception(self, _event: str, **_values: object) -> None:
        error = sys.exc_info()[1]
        assert error is not None
        self.failed.append(error)

    def info(self, *_event: object, **_values: object) -> None: ...

    warning = info

    def _ended(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failed.append(error)

    async def _connection(self) -> RrcConnection:
        """That of the UE, which has registered if need be."""
        while True:
            if not self.ue.modem.connected:
                await self.ue.register()
            rrc = self.ue.modem.access.connection
            if isinstance(rrc, RrcConnection) and rrc.amf_ue_ngap_id is not None:
                return rrc
            await asyncio.sleep(0)

    async def feed(self, octets: bytes) -> None:
        amf_id, ran_id = (await self._connection()).ids
        octets = octets.replace(AMF_ID.to_bytes(4), amf_id.to_bytes(4))
        octets = octets.replace(RAN_ID.to_bytes(4), ran_id.to_bytes(4))
        amf = self.gnb.amfs[0]
        await amf.association.send(octets, 1)
        await amf.ask(RANConfigurationUpdate(supported_tas=self.gnb.config.supported_tas))
        if self.failed:
            raise self.failed.pop()


_lab: _Lab | None = None


def one(octets: bytes) -> None:
    global _lab  # noqa: PLW0603 - a testbed for all of them
    if _lab is None:
        _lab = _Lab()
    _lab.loop.run_until_complete(_lab.feed(octets))
