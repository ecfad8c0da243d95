"""Intents that agents fulfil: found, run in the network, trained together (H10 to H13, M6)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from nfs.agents.training.dataset import plant, samples_of
from nfs.common.agents.consumer import AgentConsumer
from nfs.common.agents.task import DataItem
from nfs.common.trace import Interface
from nfs.testbed import Testbed
from ue_sim import SayResult, UeConfig, UserEquipment, attach

SERIES = "3.1 3.0 3.2 9.8 3.1"


class User:
    def __init__(self, testbed: Testbed, ue: UserEquipment) -> None:
        self.testbed = testbed
        self.ue = ue
        self.told: list[str] = []

    async def says(self, text: str) -> SayResult:
        self.told = []
        return await self.ue.say(text, on_progress=lambda _, told: self.told.append(told))

    def aic(self, agent: str) -> str:
        identity: Any = self.testbed.nfs[agent]
        aic: str = identity.identity.aic
        return aic

    def messages(self, name: str) -> list[dict[str, Any]]:
        """Bodies of SBI messages to or from agents."""
        records = [r for r in self.testbed.platform.trace if r.interface == Interface.SBI]
        return [json.loads(r.octets) for r in records if name in r.name]


@pytest.fixture
async def user() -> AsyncIterator[User]:
    async with Testbed(sockets=False, all_agents=True) as testbed, attach(testbed.n2) as ue:
        yield User(testbed, ue)


async def test_agents_are_found_by_capability_constraint_and_place(user: User) -> None:
    found = await user.says("find me a translation agent")
    assert found.status == "FULFILLED"
    assert found.output["count"] == 1
    assert found.output["agents"] == [
        {
            "name": "Translation",
            "aic": user.aic("translation"),
            "state": "UP",
            "capabilities": ["/capability/translation"],
            "gateway": "agw-1",
        }
    ]
    assert (await user.says("list agents for summarising text, EU only")).status == "FULFILLED"
    other_name = await user.says("find agents for federated learning")
    assert other_name.output["count"] == 4
    nobody = await user.says("any agent that does route planning and costs nothing")
    assert nobody.cause == "CAPABILITY_NOT_FOUND"
    elsewhere = await user.says("Which agents near the lab can do anomaly detection?")
    assert elsewhere.cause == "INFEASIBLE"
    translation: Any = user.testbed.nfs["translation"]
    await translation.identity.stop()
    assert (await user.says("find me a translation agent")).cause == "CAPABILITY_NOT_FOUND"


async def test_the_subscription_decides_which_agents_are_found(user: User) -> None:
    poor = UeConfig("imsi-999700000000091", agent_scope=("/capability/translation",))
    async with attach(user.testbed.n2, poor) as ue:
        assert (await ue.say("find me a translation agent")).status == "FULFILLED"
        for text in (
            "which agents can summarise text",
            f"run anomaly detection on '{SERIES}' at the edge",
        ):
            assert (await ue.say(text)).cause == "SUBSCRIPTION_NOT_ALLOWED"
        refused = await ue.say("train the defect detector with three plants")
        assert refused.cause == "SUBSCRIPTION_NOT_ALLOWED"


async def test_inference_is_feasible_before_data_move(user: User) -> None:
    result = await user.says(f"run anomaly detection on '{SERIES}' at the edge within 5 seconds")
    assert (result.kind, result.status) == ("compute.inference", "FULFILLED")
    assert [a["value"] for a in result.output["anomalies"]] == [9.8]
    assert result.output["agent"]["aic"] == user.aic("anomaly")
    assert result.output["route"] == ["agw-1"]
    assert user.told[-1].startswith("feasible: Anomaly detection by way of agw-1")
    assert user.told[-1].endswith("sending the data")
    named = await user.says(f"Run the modified z-score model in the network on '{SERIES}'")
    assert named.output["constraints"]["model"] == "modified z-score"
    local = await user.says(f"run anomaly detection on '{SERIES}' at the edge, data stays local")
    assert local.output["constraints"]["dataStaysLocal"] is True


async def test_inference_that_cannot_be_had_sends_nothing(user: User) -> None:
    for text, cause in (
        ("Run llama 8b in the network with a response under 150 ms", "CAPABILITY_NOT_FOUND"),
        ("do object detection on the video in the network", "CAPABILITY_NOT_FOUND"),
        (f"run anomaly detection on '{SERIES}' at the edge within 0.0001 ms", "INFEASIBLE"),
    ):
        assert (await user.says(text)).cause == cause
    assert (await user.says("run anomaly detection in the network")).status == "NEEDS_INPUT"
    assert user.messages("/tasks") == []


async def test_a_user_who_lets_no_data_be_used_hears_it_before_they_move(user: User) -> None:
    assert (await user.says("nobody may use my data")).status == "FULFILLED"
    refused = await user.says(f"run anomaly detection on '{SERIES}' at the edge")
    assert refused.cause == "COMPLIANCE"
    assert not any(told.startswith("feasible") for told in user.told)
    assert user.messages("/tasks") == []


async def test_only_weights_cross_the_wire_when_a_model_is_trained(user: User) -> None:
    result = await user.says("train the defect detector with three plants for 4 rounds")
    assert (result.kind, result.status) == ("model.train", "FULFILLED")
    output = result.output
    assert output["rounds"] == 4
    assert [p["site"] for p in output["participants"]] == ["foundry", "mill", "press"]
    assert [p["aic"] for p in output["participants"]] == list(
        map(user.aic, ("foundry", "mill", "press"))
    )
    assert [left["site"] for left in output["leftOut"]] == ["paintshop"]
    assert output["loss"] == sorted(output["loss"], reverse=True)
    assert output["loss"][-1] < 0.6 * output["loss"][0]
    assert all(p["accuracy"] > 0.75 for p in output["participants"])
    assert user.told[2:6] == [f"training round {n} of 4" for n in range(1, 5)]

    tasks = user.messages("/tasks")
    given = [m["dataItems"][0]["data"] for m in tasks if "dataItems" in m]
    answered = [m["products"][0]["data"] for m in tasks if "products" in m]
    assert len(given) == len(answered) == 3 * (4 + 1)
    assert {key for each in given for key in each} == {"operation", "weights"}
    keys = {key for each in answered for key in each}
    assert keys == {"samples", "loss", "weights", "accuracy"}
    assert all(len(each["weights"]) == 4 for each in given)
    sent = b"".join(record.octets for record in user.testbed.platform.trace)
    for site in plant().sites.values():
        for sample in samples_of(site, plant().law):
            for feature in sample.features:
                assert repr(feature).encode() not in sent


async def test_training_that_is_refused_sends_nothing(user: User) -> None:
    for text, cause, says in (
        ("train the defect detector with four plants", "INFEASIBLE", "3 participants can"),
        ("train the defect detector on our call-centre recordings", "INFEASIBLE", "such data"),
        ("start federated learning of the health model", "CAPABILITY_NOT_FOUND", "health model"),
        ("train the defect detector with differential privacy", "INFEASIBLE", "cannot be checked"),
        ("train the defect detector for 500 rounds", "OPERATOR_POLICY", "operator"),
    ):
        refused = await user.says(text)
        assert refused.cause == cause
        assert says in refused.result_text
    assert user.messages("/tasks") == []


async def test_a_site_itself_keeps_what_its_policy_keeps(user: User) -> None:
    """Whatever its card says: the coordinator is not trusted with that."""
    iaf: Any = user.testbed.nfs["iaf"]
    rejected = await AgentConsumer(iaf, iaf.identity).invoke(
        "/capability/model-training",
        [DataItem(data={"operation": "train", "weights": [0.0] * 4})],
        user.ue.aic,
        {"site": "paintshop"},
    )
    assert rejected.state == "rejected"
    assert "lets no weights leave" in rejected.reason
    assert rejected.products == []
