"""Namf_EventExposure (TS 29.518 clause 5.3): a UE that moves is reported to who has subscribed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from one_ue import OneUe, another_ue, one_ue, until

from nfs.common.sbi.problem import SbiProblem
from nfs.testbed import Testbed, TestbedConfig
from ue_sim import Gnb, GnbConfig

AMF = {"registration_areas": ({1, 2, 3},)}
PLMN = {"mcc": "999", "mnc": "70"}
AREA = {"trackingAreaList": [{"plmnId": PLMN, "tac": "000002"}]}


def aoi(**area: Any) -> dict[str, Any]:
    presence = {"presenceInfo": area or AREA}
    return {"type": "PRESENCE_IN_AOI_REPORT", "areaList": [presence], "immediateFlag": True}


class Subscriber:
    """The SMF, as any NF: it subscribes, and keeps what it is notified of."""

    def __init__(self, run: OneUe) -> None:
        self.nf, self.run = run.testbed.nfs["smf"], run
        self.reports: list[dict[str, Any]] = []
        self.path = f"/nsmf-callback/v1/events-{id(run)}"
        self.nf.app.post(self.path, status_code=204)(self._notified)

    async def _notified(self, body: dict[str, Any]) -> None:
        assert body["notifyCorrelationId"] == "mine"
        self.reports += body["reportList"]

    async def subscribe(self, *events: dict[str, Any], **options: Any) -> dict[str, Any]:
        subscription = {
            "eventList": list(events),
            "eventNotifyUri": self.nf.api_root + self.path,
            "notifyCorrelationId": "mine",
            "nfId": self.nf.instance_id,
            "supi": self.run.ue.supi,
        }
        return await self.request("POST", json={"subscription": subscription | options})

    async def request(self, method: str, uri: str = "", **request: Any) -> dict[str, Any]:
        uri = uri or f"{self.run.amf.api_root}/namf-evts/v1/subscriptions"
        answer = await self.nf.sbi.request(method, uri, peer="AMF", **request)
        body: dict[str, Any] = answer.json() if answer.content else {}
        return body

    @property
    def presence(self) -> list[str]:
        areas = [a for r in self.reports for a in r["areaList"]]
        return [area["presenceInfo"]["presenceState"] for area in areas]


@asynccontextmanager
async def elsewhere(run: OneUe, tac: int) -> AsyncIterator[Gnb]:
    gnb = Gnb(GnbConfig(gnb_id=tac, tac=tac))
    await gnb.start(run.testbed.n2)
    yield gnb
    await gnb.stop()


async def test_presence_in_an_area_of_interest() -> None:
    """Idle or connected; a move that is no crossing is not reported."""
    async with one_ue(AMF) as run, elsewhere(run, 2) as inside, elsewhere(run, 3) as outside:
        await run.ue.register()
        await run.ue.establish_session()
        subscriber = Subscriber(run)
        created = await subscriber.subscribe(aoi())
        now = created["reportList"][0]["areaList"][0]["presenceInfo"]
        assert now == AREA | {"presenceState": "OUT_OF_AREA"}
        await until(lambda: {t.tac for t in run.ue.modem.registration_area} == {1, 3})
        await run.idle()
        await run.ue.reselect(outside)
        assert not run.ue.modem.connected, "within the registration area"
        await run.ue.reselect(inside)
        await until(lambda: subscriber.presence == ["IN_AREA"])
        await run.ue.move_to(outside)
        await until(lambda: subscriber.presence == ["IN_AREA", "OUT_OF_AREA"])
        assert subscriber.reports[0]["supi"] == run.ue.supi
        await subscriber.request("DELETE", created["subscriptionId"])
        await until(lambda: {t.tac for t in run.ue.modem.registration_area} == {1, 2, 3})
        await run.ue.move_to(inside)
        with pytest.raises(SbiProblem, match="SUBSCRIPTION_NOT_FOUND"):
            await subscriber.request("DELETE", created["subscriptionId"])
        assert len(subscriber.reports) == 2


@pytest.mark.slow
async def test_an_area_of_cells() -> None:
    async with one_ue() as run:
        second = Gnb(GnbConfig(gnb_id=2))
        await second.start(run.testbed.n2)
        await run.ue.register()
        await run.ue.establish_session()
        subscriber = Subscriber(run)
        created = await subscriber.subscribe(
            aoi(ncgiList=[{"plmnId": PLMN, "nrCellId": "000000020"}])
        )
        await until(lambda: run.count("LocationReportingControl") == 1)
        await run.ue.hand_over(second)
        await until(lambda: subscriber.presence == ["IN_AREA"])
        await until(lambda: run.count("LocationReportingControl") == 2)
        await subscriber.request("DELETE", created["subscriptionId"])
        await until(lambda: run.count("LocationReportingControl") == 3)
        assert run.count("LocationReportingFailureIndication") == 0
        await second.stop()


@pytest.mark.slow
async def test_location_and_states() -> None:
    async with one_ue(AMF) as run, elsewhere(run, 2) as other:
        await run.ue.register()
        await run.ue.establish_session()
        subscriber = Subscriber(run)
        kinds = ("LOCATION", "REGISTRATION_STATE", "CONNECTIVITY_STATE")
        await subscriber.subscribe(*({"type": f"{kind}_REPORT"} for kind in kinds))
        await run.ue.move_to(other)
        await until(lambda: len(subscriber.reports) == 1)
        assert subscriber.reports[0]["location"]["nrLocation"]["tai"]["tac"] == "000002"
        await run.idle()
        await until(lambda: len(subscriber.reports) == 2)
        assert subscriber.reports[1]["cmInfoList"][0]["cmState"] == "IDLE"
        await run.ue.deregister()
        await until(lambda: any("rmInfoList" in r for r in subscriber.reports))
        assert subscriber.reports[-1]["rmInfoList"][0]["rmState"] == "DEREGISTERED"


async def test_one_report_and_an_expiry() -> None:
    async with one_ue(AMF) as run, elsewhere(run, 2) as inside:
        await run.ue.register()
        await run.ue.establish_session()
        subscriber = Subscriber(run)
        await subscriber.subscribe(aoi(), options={"trigger": "ONE_TIME"})
        soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        later = await subscriber.subscribe(aoi(), options={"trigger": "CONTINUOUS", "expiry": soon})
        past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        changed = await subscriber.request(
            "PATCH",
            later["subscriptionId"],
            json=[{"op": "replace", "path": "/options/expiry", "value": past}],
        )
        assert changed["subscription"]["options"]["expiry"] < soon
        await run.ue.hand_over(inside)
        await run.ue.hand_over(run.gnb)
        await until(lambda: not list(run.amf.events.of(run.ue.supi)))
        assert subscriber.presence == ["IN_AREA"]


@pytest.mark.slow
async def test_a_restart_forgets_no_subscription(tmp_path: Path) -> None:
    config = TestbedConfig(amf=AMF)
    only = ("nrf", "ausf", "udm", "smf", "upf", "amf")
    async with (
        Testbed(config, sockets=False, state=tmp_path, only=only) as testbed,
        another_ue(testbed) as run,
    ):
        await run.ue.register()
        await run.ue.establish_session()
        await Subscriber(run).subscribe(aoi())
    async with (
        Testbed(config, sockets=False, state=tmp_path, only=only) as testbed,
        another_ue(testbed) as run,
        elsewhere(run, 2) as inside,
    ):
        await until(lambda: list(run.amf.events.of(run.ue.supi)))
        (_, kept), *_ = run.amf.events.of(run.ue.supi)
        subscriber = Subscriber(run)
        subscriber.path = kept.event_notify_uri.removeprefix(subscriber.nf.api_root)
        subscriber.nf.app.post(subscriber.path, status_code=204)(subscriber._notified)
        await run.ue.move_to(inside)
        await until(lambda: subscriber.presence == ["IN_AREA"])


REFUSED: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"supi": "imsi-999700000000002"}, 403, "UE_NOT_SERVED_BY_AMF"),
    ({"supi": None}, 403, "UE_NOT_SERVED_BY_AMF"),
    ({"eventList": [{"type": "UES_IN_AREA_REPORT"}]}, 501, "UNSUPPORTED_EVENT_TYPE"),
    ({"eventList": [{"type": "PRESENCE_IN_AOI_REPORT"}]}, 400, "MANDATORY_IE_MISSING"),
    ({"eventList": [aoi(praId="1")]}, 400, "MANDATORY_IE_MISSING"),
    ({"eventList": []}, 400, "MANDATORY_IE_INCORRECT"),
    ({"eventNotifyUri": "file:///etc/passwd"}, 400, "MANDATORY_IE_INCORRECT"),
)


async def test_what_cannot_be_subscribed_to() -> None:
    async with one_ue() as run:
        await run.ue.register()
        for change, status, cause in REFUSED:
            with pytest.raises(SbiProblem) as refused:
                await Subscriber(run).subscribe(aoi(), **change)
            assert (refused.value.status, refused.value.cause) == (status, cause), change


async def test_nobody_takes_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried again; the AMF goes on."""
    monkeypatch.setattr("nfs.amf.event_exposure.notification.PAUSES", (0.0, 0.01))
    async with one_ue(AMF) as run, elsewhere(run, 2) as inside:
        await run.ue.register()
        await run.ue.establish_session()
        subscriber = Subscriber(run)
        calls = asyncio.Queue[None]()

        @subscriber.nf.app.post("/nsmf-callback/v1/deaf")
        async def deaf() -> None:
            calls.put_nowait(None)
            raise SbiProblem(503, "NF_CONGESTION", "")

        uri = f"{subscriber.nf.api_root}/nsmf-callback/v1/deaf"
        await subscriber.subscribe(aoi(), eventNotifyUri=uri)
        await run.ue.hand_over(inside)
        for _ in range(2):
            await asyncio.wait_for(calls.get(), 30)
        await run.idle()
