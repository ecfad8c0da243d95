"""The model that sites train together, and the data that they have."""

from __future__ import annotations

import math

import pytest

from nfs.agents.core_agent import CoreAgentConfig
from nfs.agents.training.agent import TrainingAgent
from nfs.agents.training.dataset import divided, plant, samples_of
from nfs.agents.training.regression import Sample, accuracy, loss, probability, train
from nfs.common.agents.task import DataItem, Task, TaskRejected
from nfs.common.nf import Platform


def test_training_finds_the_law_of_the_data() -> None:
    samples = [Sample((x / 10,), int(x > 5)) for x in range(-50, 50)]
    start = [0.0, 0.0]
    assert loss(start, samples) == pytest.approx(math.log(2))
    after = train(start, samples, 50, 0.5)
    assert loss(after, samples) < 0.5 * loss(start, samples)
    assert accuracy(after, samples) > 0.9
    assert after[0] > 0 > after[1], "the label is 1 for large values, seldom for 0"


def test_a_step_goes_down_the_gradient() -> None:
    samples = [Sample((1.0, -2.0), 1), Sample((0.5, 0.5), 0)]
    weights, step = [0.2, -0.1, 0.3], 1e-6
    stepped = train(weights, samples, 1, 1.0)
    for index in range(3):
        beside = list(weights)
        beside[index] += step
        slope = (loss(beside, samples) - loss(weights, samples)) / step
        assert weights[index] - stepped[index] == pytest.approx(slope, abs=1e-4)


def test_certainty_has_a_loss_that_is_a_number() -> None:
    assert loss([1e6, 0.0], [Sample((1.0,), 0)]) < math.inf
    assert probability([1e6, 0.0], (1.0,)) < 1


def test_sites_have_data_of_their_own_the_same_at_every_start() -> None:
    law = plant().law
    data = {name: samples_of(site, law) for name, site in plant().sites.items()}
    for name, site in plant().sites.items():
        assert data[name] == samples_of(site, law)
        assert len(data[name]) == site.samples
        for index, mean in enumerate(site.mean):
            measured = sum(s.features[index] for s in data[name]) / site.samples
            assert measured == pytest.approx(mean, abs=4 * site.deviation[index] / math.sqrt(80))
    features = [sample.features for samples in data.values() for sample in samples]
    assert len(set(features)) == len(features)


def test_what_is_held_out_is_not_trained_with() -> None:
    samples = [Sample((float(n),), 0) for n in range(10)]
    training, held_out = divided(samples)
    assert len(training) + len(held_out) == 10
    assert not set(training) & set(held_out)
    assert held_out


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"weights": [0, 0, 0, 0]}, "operation"),
        ({"operation": "steal", "weights": [0, 0, 0, 0]}, "operation"),
        ({"operation": "train", "weights": [0, 0, 0]}, "4 weights"),
        ({"operation": "train", "weights": [0, 0, 0, "nan"]}, "weights.3"),
        ({"operation": "train", "weights": [0, 0, 0, 1e300]}, "weights.3"),
        ({"operation": "train", "weights": [0, 0, 0, 0], "epochs": 10**9}, "epochs"),
    ],
)
def test_a_task_that_is_none_is_rejected(data: dict[str, object], says: str) -> None:
    agent = TrainingAgent(CoreAgentConfig(port=7752), Platform(), site="mill")
    task = Task(
        task_id="t",
        session_id="s",
        sender_id="a",
        command="start",
        capability="/capability/model-training",
        data_items=[DataItem(data=data)],
    )
    with pytest.raises(TaskRejected, match=says):
        agent.perform(task)
