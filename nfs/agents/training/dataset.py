"""The data of a site, the same at every start: made from the seed in ``sites.yaml``."""

from __future__ import annotations

import random
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from nfs.agents.training.regression import Sample, probability
from nfs.common.yaml_text import load_yaml

HELD_OUT = 4
"""One sample of so many is never trained with: on these the accuracy is measured."""


class _Described(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class Law(_Described):
    weights: list[float]
    bias: float


class Site(_Described):
    """How a site's machines run, and what may leave it."""

    seed: int
    samples: int = Field(ge=8)
    mean: list[float]
    deviation: list[float]
    weights_may_leave: bool = True


class Plant(_Described):
    """All of ``sites.yaml``."""

    models: list[str]
    datasets: list[str]
    features: list[str]
    law: Law
    sites: dict[str, Site]


@cache
def plant() -> Plant:
    text = resources.files(__package__).joinpath("sites.yaml").read_text("utf-8")
    return Plant.model_validate(load_yaml(text))


def samples_of(site: Site, law: Law) -> list[Sample]:
    """Features are normally distributed; a label is 1 with the probability that the law gives."""
    chance = random.Random(site.seed)  # noqa: S311 - data, no secret
    samples = []
    for _ in range(site.samples):
        features = tuple(map(chance.gauss, site.mean, site.deviation))
        repair = chance.random() < probability([*law.weights, law.bias], features)
        samples.append(Sample(features, int(repair)))
    return samples


def divided(samples: list[Sample]) -> tuple[list[Sample], list[Sample]]:
    """To train with, and held out."""
    training = [sample for number, sample in enumerate(samples) if number % HELD_OUT]
    return training, samples[::HELD_OUT]
