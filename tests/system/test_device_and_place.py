"""Intents about devices and places, from a phone over NAS to the functions that carry them out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from nfs.agw.app import Agw
from nfs.amf.app import Amf
from nfs.amf.config import AmfConfig
from nfs.amf.consumer.agw import discover, set_state
from nfs.common.nf import Platform
from nfs.iaf.app import Iaf
from nfs.testbed import Testbed, TestbedConfig
from ue_sim import Gnb, GnbConfig, SayResult, UeConfig, UserEquipment

PARENT, CHILD, STRANGER = (f"imsi-99970000000000{n}" for n in (1, 2, 3))
SCOPE = [f"/capability/{c}" for c in ("location", "translation")]
USIM = {"k": "465B5CE8B199B49FAA5F0A2EE238A6BC", "opc": "E8ED289DEBA952E4283B54E88E6183CA"}
HOME, SCHOOL, DEPOT = 1, 2, 3


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)


@dataclass
class Place:
    """A core, cells in some of its tracking areas, the parent's phone, and the child's."""

    testbed: Testbed
    cells: dict[int, Gnb]
    parent: UserEquipment
    child: UserEquipment

    def told(self) -> list[str]:
        agent = self.parent.agent
        return [agent.tell(report) for report in agent.reports]

    async def phone(self, supi: str) -> UserEquipment:
        scope = tuple(SCOPE)
        ue = UserEquipment(UeConfig(supi, agent_scope=scope), self.cells[HOME])
        await ue.register()
        await ue.establish_session()
        await ue.register_agent()
        return ue


@asynccontextmanager
async def place(folder: Path, *, amf_agent: bool = False) -> AsyncIterator[Place]:
    family = {"scope": SCOPE, "devices": {"son": CHILD}}
    subscribers = [
        {"supi": PARENT, "agents": family} | USIM,
        {"supi": CHILD, "agents": {"scope": SCOPE, "devices": {"dad": PARENT}}} | USIM,
        {"supi": STRANGER, "agents": family} | USIM,
    ]
    file = folder / "subscribers.yaml"
    file.write_text(yaml.dump({"subscribers": subscribers}), "utf-8")
    config = TestbedConfig(udm={"subscribers": str(file)}, amf={"agent_enabled": amf_agent})
    async with Testbed(config, sockets=False) as testbed:
        cells = {tac: Gnb(GnbConfig(gnb_id=tac, tac=tac)) for tac in (HOME, SCHOOL, DEPOT)}
        for cell in cells.values():
            await cell.start(testbed.n2)
        none = UserEquipment(UeConfig(), cells[HOME])
        here = Place(testbed, cells, none, none)
        here.parent, here.child = await here.phone(PARENT), await here.phone(CHILD)
        yield here
        for cell in cells.values():
            await cell.stop()


@pytest.mark.parametrize("amf_agent", [False, pytest.param(True, marks=pytest.mark.slow)])
async def test_a_parent_is_told_when_the_child_has_come_to_school(
    tmp_path: Path, amf_agent: bool
) -> None:
    """Idle or not: the report pages the parent's phone."""
    async with place(tmp_path, amf_agent=amf_agent) as here:
        said = await here.parent.say("Notify me when my son enters or leaves school")
        assert (said.kind, said.status) == ("location.geofence", "FULFILLED")
        assert said.output["presence"] == "OUT_OF_AREA"
        await until(lambda: len(here.child.modem.registration_area) == 1)
        await here.parent.go_idle()
        await here.child.move_to(here.cells[SCHOOL])
        await until(lambda: here.told() == ["Son has entered school."])
        await here.child.move_to(here.cells[DEPOT])
        await until(lambda: len(here.told()) == 2)
        assert here.told()[1] == "Son has left school."
        assert {r.intent_id for r in here.parent.agent.reports} == {said.intent_id}


@pytest.mark.slow
async def test_a_geofence_follows_the_child_to_an_amf_of_another_set(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        said = await here.parent.say("Notify me when my son enters or leaves school")
        assert said.status == "FULFILLED"
        first = here.testbed.nfs["amf"]
        assert isinstance(first, Amf)
        elsewhere = Platform(here.testbed.platform.trace, local=here.testbed.platform.local)
        config = AmfConfig(port=7739, n2=f"memory://other-set-{id(here)}", set_id=2)
        second = Amf(config, elsewhere)
        await second.start()
        cells = {tac: Gnb(GnbConfig(gnb_id=10 + tac, tac=tac)) for tac in (SCHOOL, DEPOT)}
        for cell in cells.values():
            await cell.start(second.n2_endpoint)
        await here.child.move_to(cells[SCHOOL])
        await until(lambda: here.told() == ["Son has entered school."])
        assert not list(first.events.of(CHILD))
        await here.child.move_to(cells[DEPOT])
        await until(lambda: here.told()[1:] == ["Son has left school."])
        await here.child.move_to(here.cells[SCHOOL])
        await until(lambda: here.told()[2:] == ["Son has entered school."])
        assert not list(second.events.of(CHILD))
        for cell in cells.values():
            await cell.stop()
        await second.stop()


@pytest.mark.slow
async def test_a_geofence_ends_with_its_time(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        said = await here.parent.say("tell me when my son leaves home in the next 1 second")
        assert said.status == "FULFILLED"
        await until(lambda: [r.status for r in here.parent.agent.reports] == ["EXPIRED"])
        await here.child.move_to(here.cells[SCHOOL])
        amf = here.testbed.nfs["amf"]
        assert isinstance(amf, Amf)
        assert not list(amf.events.of(CHILD))


REFUSED = {
    "Notify me when my son enters Atlantis": "INFEASIBLE",
    "Notify me when my neighbour enters the school": "TARGET_UNKNOWN",
    "I'm driving to Atlantis in ten minutes": "INFEASIBLE",
    "locate my son within 1 metre": "INFEASIBLE",
    "nobody may use my contacts": "OPERATOR_POLICY",
    "detect people in the yard": "OPERATOR_POLICY",
}


@pytest.mark.slow
async def test_what_is_refused(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        for text, cause in REFUSED.items():
            said = await here.parent.say(text)
            assert (said.status, said.cause) == ("REJECTED", cause), text


async def test_who_does_not_want_to_be_located_is_not(tmp_path: Path) -> None:
    """Not even by a geofence of before; the child may still ask where it is itself."""
    async with place(tmp_path) as here:
        assert (await here.parent.say("where is my son")).status == "FULFILLED"
        fence = await here.parent.say("tell me when my son enters the school")
        assert fence.status == "FULFILLED"
        denied = await here.child.say("Nobody may see my location")
        assert (denied.kind, denied.status) == ("policy.set", "FULFILLED")
        for text in ("where is my son", "tell me when my son leaves the school"):
            refused = await here.parent.say(text)
            assert (refused.status, refused.cause) == ("REJECTED", "COMPLIANCE")
            assert "son" not in refused.result_text.lower()
        await here.child.move_to(here.cells[SCHOOL])
        assert (await here.child.say("where am I")).status == "FULFILLED"
        assert here.told() == []
        assert (await here.child.say("dad may see my location")).status == "FULFILLED"
        assert (await here.parent.say("where is my son")).status == "FULFILLED"
        other = await here.phone(STRANGER)
        assert (await other.say("where is my son")).cause == "COMPLIANCE"


@pytest.mark.slow
async def test_a_rule_ends_with_its_time_and_grants_nothing(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        said = await here.child.say("Nobody may see my location for one second")
        assert said.status == "FULFILLED"
        await until(lambda: [r.status for r in here.child.agent.reports] == ["EXPIRED"])
        assert (await here.parent.say("where is my son")).status == "FULFILLED"
        assert (await here.child.say("Everyone may use my data")).status == "FULFILLED"
        assert (await here.child.say("summarise 'a b c'")).cause == "SUBSCRIPTION_NOT_ALLOWED"


@pytest.mark.slow
async def test_data_are_not_sent_to_agents_when_they_may_not_be_used(tmp_path: Path) -> None:
    text = "translate 'where is the station' into German"
    async with place(tmp_path) as here:
        assert (await here.parent.say("No agent may use my data")).status == "FULFILLED"
        refused = await here.parent.say(text)
        assert (refused.status, refused.cause) == ("REJECTED", "COMPLIANCE")
        assert (await here.parent.say("agents may use my data again")).status == "FULFILLED"
        iaf = here.testbed.nfs["iaf"]
        assert isinstance(iaf, Iaf)
        assert len([r for r in iaf.intents.records.of(PARENT) if r.holds]) == 1
        assert (await here.parent.say(text)).status == "FULFILLED"


@pytest.mark.slow
async def test_an_agent_that_must_not_have_the_data_gets_none(tmp_path: Path) -> None:
    translate = "translate 'where is the station' into German"
    async with place(tmp_path) as here:
        other = await here.parent.say("The summarisation agent must not use my data")
        assert other.status == "FULFILLED"
        assert (await here.parent.say(translate)).status == "FULFILLED"
        denied = await here.parent.say("The translation agent must not use my data")
        assert (denied.kind, denied.status) == ("policy.set", "FULFILLED")
        assert (await here.parent.say(translate)).cause == "COMPLIANCE"
        again = await here.parent.say("translation agent may use my data again")
        assert again.status == "FULFILLED"
        assert (await here.parent.say(translate)).status == "FULFILLED"
        unknown = await here.parent.say("The shopping agent must not use my data")
        assert unknown.cause == "TARGET_UNKNOWN"


@pytest.mark.slow
async def test_an_agent_that_must_not_act_is_not_found(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        agw = here.testbed.nfs["agw"]
        assert isinstance(agw, Agw)

        def hidden() -> bool:
            known = agw.directory.get(here.child.aic or "")
            return known is not None and known.hidden

        said = await here.child.say("Nobody may use my agent for one second")
        assert (said.kind, said.status, hidden()) == ("policy.set", "FULFILLED", True)
        await here.child.go_idle()
        await until(lambda: [r.status for r in here.child.agent.reports] == ["EXPIRED"])
        await until(lambda: not hidden())


@pytest.mark.slow
async def test_a_hidden_agent_is_neither_found_nor_reached(tmp_path: Path) -> None:
    text = "translate 'where is the station' into German"
    async with place(tmp_path) as here:
        agw, amf = here.testbed.nfs["agw"], here.testbed.nfs["amf"]
        assert isinstance(agw, Agw)
        assert isinstance(amf, Amf)
        assert (await here.parent.say(text)).status == "FULFILLED"
        found = await discover(amf, "/capability/translation")
        for agent in found:
            await set_state(amf, agent["aic"], "REGISTERED", hidden=True)
        assert await discover(amf, "/capability/translation") == []
        assert (await here.parent.say(text)).cause == "CAPABILITY_NOT_FOUND"
        for agent in found:
            await set_state(amf, agent["aic"], "REGISTERED", hidden=False)
        assert (await here.parent.say(text)).status == "FULFILLED"


@pytest.mark.slow
async def test_whether_a_device_can_be_reached(tmp_path: Path) -> None:
    async with place(tmp_path) as here:

        async def asked() -> SayResult:
            said = await here.parent.say("is my son reachable?")
            assert (said.kind, said.status) == ("reachability.get", "FULFILLED")
            assert not {"location", "tac", "cell"} & set(said.output)
            return said

        assert (await asked()).output["reached"] == "AT_ONCE"
        await here.child.go_idle()
        idle = await asked()
        assert idle.output["reached"] == "BY_PAGING"
        assert idle.result_text.startswith("Son is reachable, last seen ")
        await here.child.deregister()
        assert (await asked()).result_text == "Son is not reachable."
        for text in ("tell me when my son enters the school", "save energy on my son"):
            failed = await here.parent.say(text)
            assert (failed.status, failed.cause) == ("REJECTED", "EXECUTION_FAILED")
            assert "imsi" not in failed.result_text


@pytest.mark.slow
async def test_a_geofence_that_is_cancelled_watches_no_more(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        assert (await here.parent.say("tell me when my son enters school")).status == "FULFILLED"
        amf = here.testbed.nfs["amf"]
        assert isinstance(amf, Amf)
        assert len(list(amf.events.of(CHILD))) == 1
        said = await here.parent.say("stop that")
        assert (said.kind, said.status) == ("intent.cancel", "FULFILLED")
        assert not list(amf.events.of(CHILD))
        await until(lambda: len(here.child.modem.registration_area) == 2)


@pytest.mark.slow
async def test_a_move_that_was_announced_needs_no_registration(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        said = await here.parent.say("I am driving to the depot in ten minutes")
        assert (said.kind, said.status) == ("mobility.announce", "FULFILLED")
        assert said.result_text == "The network is prepared for your way to depot."
        iaf = here.testbed.nfs["iaf"]
        assert isinstance(iaf, Iaf)
        (record,) = iaf.intents.records.of(PARENT)
        assert record.expires_at is not None
        assert round((record.expires_at - record.created_at).total_seconds() / 60) == 370
        tacs = {HOME, SCHOOL, DEPOT}
        await until(lambda: {t.tac for t in here.parent.modem.registration_area} == tacs)
        await here.parent.go_idle()
        await here.parent.reselect(here.cells[DEPOT])
        assert not here.parent.modem.connected
        await here.parent.request_service()


@pytest.mark.slow
async def test_a_phone_saves_energy_for_a_time(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        usual = here.parent.modem.t3512_seconds
        said = await here.parent.say("save energy for 2 seconds")
        assert (said.kind, said.status) == ("energy.save", "FULFILLED")
        assert said.result_text == "Saving energy for 2 seconds."
        await until(lambda: here.parent.modem.t3512_seconds > usual)
        await until(lambda: here.parent.modem.t3512_seconds == usual)
        assert not here.parent.modem.mico
