"""The training agent of a site: ``/capability/model-training`` on data that never leave it.

A task has an ``operation`` and the ``weights`` so far. ``train`` gives the weights after some steps
on the site's data, ``evaluate`` how good the given ones are on what the site holds out. Numbers of
samples, weights, loss and accuracy are all that is ever answered.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationError

from nfs.agents.core_agent import IN_THE_NETWORK, CoreAgent, CoreAgentConfig
from nfs.agents.training.dataset import divided, plant, samples_of
from nfs.agents.training.regression import accuracy, loss, train
from nfs.common.agents.identity import AgentDescription
from nfs.common.agents.task import DataItem, Task, TaskRejected
from nfs.common.models.base import SbiModel
from nfs.common.nf import Platform

RATE = 0.5
EPOCHS = 5
"""Steps on a site's data in one round, unless the task says how many."""

Weight = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]


class TrainingTask(SbiModel):
    operation: Literal["train", "evaluate"]
    weights: list[Weight]
    epochs: int = Field(default=EPOCHS, ge=1, le=50)


class TrainingAgent(CoreAgent):
    """One for each site."""

    def __init__(self, config: CoreAgentConfig, platform: Platform, *, site: str) -> None:
        everything = plant()
        self._site = everything.sites[site]
        self.description = _description(site)
        self._weights = len(everything.features) + 1
        self._training, self._held_out = divided(samples_of(self._site, everything.law))
        super().__init__(config, platform)

    def perform(self, task: Task) -> list[DataItem]:
        """Raises TaskRejected for what is no such task, or what the site's policy forbids."""
        try:
            wanted = TrainingTask.model_validate(task.data)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise TaskRejected(f"not a task of training: {place}: {first['msg']}") from None
        if len(wanted.weights) != self._weights:
            raise TaskRejected(f"the model has {self._weights} weights")
        if wanted.operation == "evaluate":
            return [
                DataItem(
                    data={
                        "samples": len(self._held_out),
                        "loss": round(loss(wanted.weights, self._held_out), 6),
                        "accuracy": round(accuracy(wanted.weights, self._held_out), 4),
                    }
                )
            ]
        if not self._site.weights_may_leave:
            raise TaskRejected("the policy of this site lets no weights leave")
        return [
            DataItem(
                data={
                    "samples": len(self._training),
                    "loss": round(loss(wanted.weights, self._training), 6),
                    "weights": train(wanted.weights, self._training, wanted.epochs, RATE),
                }
            )
        ]


def _description(site: str) -> AgentDescription:
    everything = plant()
    return AgentDescription(
        template="core.training",
        instance=site,
        name=f"Training at the {site}",
        description=(
            f"Trains a model on the vibration measurements of the {site}, which stay there: it "
            "gives weights, loss and accuracy, and no measurement, to anybody."
        ),
        capabilities=("/capability/model-training",),
        entity_meta=IN_THE_NETWORK
        | {
            "site": site,
            "area": site,
            "models": list(everything.models),
            "datasets": list(everything.datasets),
            "features": list(everything.features),
            "weightsMayLeave": everything.sites[site].weights_may_leave,
        },
    )
