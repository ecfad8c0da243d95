"""NGAP procedures about one UE, gNB and AMF (TS 38.413 clauses 8.2 to 8.4, 8.6, 8.11, 8.12)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from nfs.amf.app import Amf
from nfs.amf.connection.context_modification import follow_key
from nfs.amf.ue.ue import Ue
from nfs.protocols.crypto import kdf
from nfs.protocols.ngap import (
    Cause,
    DownlinkNASTransport,
    LocationReport,
    LocationReportingControl,
    PDUSessionResourceNotifyTransfer,
    TraceStart,
    UETNLABindingReleaseRequest,
)
from nfs.smf.app import Smf
from nfs.smf.sm_context import SmContext, UpCnxState
from nfs.testbed import Testbed
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment
from ue_sim.gnb import RrcConnection, indications, ue_context
from ue_sim.gnb.handover import prepare
from ue_sim.gnb.resources import carry_out

ONLY = ("nrf", "ausf", "udm", "upf", "smf", "amf")


class Lab:
    def __init__(self, testbed: Testbed) -> None:
        self.testbed = testbed
        self.gnb = Gnb(GnbConfig())
        self.ue = UserEquipment(UeConfig(), self.gnb)

    async def start(self) -> None:
        await self.gnb.start(self.testbed.n2)
        await self.ue.register()
        await self.ue.establish_session()

    @property
    def amf(self) -> Amf:
        amf = self.testbed.nfs["amf"]
        assert isinstance(amf, Amf)
        return amf

    @property
    def at_amf(self) -> Ue:
        ue = self.amf.registry.get(self.ue.supi)
        assert ue is not None
        return ue

    @property
    def at_gnb(self) -> RrcConnection:
        return next(iter(self.gnb.ues.values()))

    @property
    def session(self) -> SmContext:
        smf = self.testbed.nfs["smf"]
        assert isinstance(smf, Smf)
        return next(iter(smf.sessions))


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    async with Testbed(sockets=False, only=ONLY) as testbed:
        lab = Lab(testbed)
        await lab.start()
        yield lab
        await lab.gnb.stop()


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)


async def test_radio_capability_is_kept_and_given_to_the_next_gnb(lab: Lab) -> None:
    capability = lab.at_amf.context.radio_capability
    assert capability
    await lab.ue.modem.access.go_idle()
    names = [r.name for r in lab.testbed.platform.trace]
    await lab.ue.move_to(lab.gnb)
    await lab.ue.establish_session()
    again = [r.name for r in lab.testbed.platform.trace][len(names) :]
    assert "InitialContextSetupRequest" in again
    assert "UERadioCapabilityInfoIndication" not in again


async def test_other_rates_and_another_key_reach_the_gnb(lab: Lab) -> None:
    context = lab.at_amf.context
    assert context.subscription is not None
    assert lab.at_gnb.ambr == context.subscription.ambr
    context.subscription.ambr_downlink_bps = 1000
    udm = lab.testbed.nfs["udm"]
    uri = f"{lab.amf.api_root}/namf-callback/v1/{lab.ue.supi}/sdmsubscription-notify"
    await udm.sbi.request("POST", uri, json={"notifyItems": []}, peer="AMF")
    await until(lambda: lab.at_gnb.ambr == context.subscription.ambr)  # type: ignore[union-attr]
    assert lab.at_amf.next_hops is not None
    lab.at_amf.next_hops.k_amf = bytes(32)  # the gNB has a key of a KAMF that is used no more
    assert context.security is not None
    lab.at_gnb.security_key = None
    await follow_key(lab.at_amf)
    await until(lambda: lab.at_gnb.security_key)
    assert lab.at_gnb.security_key == context.security.k_gnb()
    assert lab.at_amf.next_hops.nh == kdf.nh(context.security.k_amf, context.security.k_gnb())
    await until(lambda: lab.at_amf.rrc_state == "connected")


async def test_rrc_inactive_is_reported(lab: Lab) -> None:
    await ue_context.report_rrc_state(lab.gnb, lab.at_gnb, "inactive")
    await until(lambda: lab.at_amf.rrc_state == "inactive")


async def test_the_current_location_is_asked_for_at_the_gnb(lab: Lab) -> None:
    lab.at_amf.context.cell = lab.at_amf.context.tai = None
    uri = f"{lab.amf.api_root}/namf-loc/v1/{lab.ue.supi}/provide-loc-info"
    udm = lab.testbed.nfs["udm"]
    answer = await udm.sbi.request("POST", uri, json={"reqCurrentLoc": True}, peer="AMF")
    assert answer.json()["location"]["nrLocation"]["tai"]["tac"] == "000001"
    names = [r.name for r in lab.testbed.platform.trace]
    assert LocationReportingControl.NAME in names
    assert LocationReport.NAME in names


async def test_a_session_whose_end_at_the_gnb_moves(lab: Lab) -> None:
    before = lab.session.downlink_tunnel
    assert await indications.move_tunnel(lab.gnb, lab.at_gnb, 1)
    assert lab.session.downlink_tunnel == lab.at_gnb.sessions[1].downlink != before
    lab.at_gnb.sessions[9] = lab.at_gnb.sessions[1]
    assert not await indications.move_tunnel(lab.gnb, lab.at_gnb, 9)


async def test_a_session_that_the_gnb_releases_has_no_user_plane(lab: Lab) -> None:
    qos = PDUSessionResourceNotifyTransfer(not_fulfilled=(1,))
    await indications.notify_qos(lab.gnb, lab.at_gnb, 1, qos)
    cause = Cause("radioNetwork", "radio-resources-not-available")
    await indications.release_session(lab.gnb, lab.at_gnb, 1, cause)
    await until(lambda: lab.session.up_cnx_state is UpCnxState.DEACTIVATED)
    assert not lab.at_amf.context.sessions[1].up_active


async def test_what_is_not_offered_is_refused_or_noted(lab: Lab) -> None:
    """Trace, TNLA binding, NAS for a UE that has not come yet: none ends the connection."""
    ue = lab.at_amf
    ids = ue.amf_ue_ngap_id, ue.ran_ue_ngap_id
    activation = {
        "nGRANTraceID": bytes(8),
        "interfacesToTrace": (0, 8),
        "traceDepth": "minimum",
        "traceCollectionEntityIPAddress": (0x7F000001, 32),
    }
    await ue.send_ngap(TraceStart(*ids, activation))
    await ue.send_ngap(UETNLABindingReleaseRequest(*ids))
    target = Gnb(GnbConfig(gnb_id=2))
    await target.start(lab.testbed.n2)
    await prepare(lab.at_gnb, target)
    arriving = next(iter(target.ues.values()))
    await carry_out(target, arriving, DownlinkNASTransport(*arriving.ids, b"\x7e\x00\x54"))
    trace = lab.testbed.platform.trace
    for name in ("TraceFailureIndication", "NASNonDeliveryIndication"):
        await until(lambda name=name: any(record.name == name for record in trace))
    assert lab.ue.modem.connected
    await target.stop()
