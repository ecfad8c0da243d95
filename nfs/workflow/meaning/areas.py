"""Places by the names that people have for them: the operator's map, ``areas.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nfs.common.yaml_text import load_yaml
from nfs.workflow.meaning.names import plain_name

Tac = Annotated[int, Field(ge=0, le=0xFFFFFF)]
Cell = Annotated[str, Field(pattern=r"^[0-9a-f]{9}$")]


class Area(BaseModel):
    """A place: ``tacs`` and ``cells`` that cover it, besides those of what is within it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    names: tuple[str, ...] = Field(min_length=1)
    tacs: frozenset[Tac] = frozenset()
    cells: frozenset[Cell] = frozenset()
    within: str | None = None


class Map(BaseModel):
    """All places; ``find`` gives them with everything that is within them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    areas: tuple[Area, ...]

    @model_validator(mode="after")
    def _parents_are_there(self) -> Self:
        known = {area.id for area in self.areas}
        for area in self.areas:
            if area.within is not None and area.within not in known:
                raise ValueError(f"{area.id} is within {area.within}, which is not there")
        for area in self.areas:
            above = list(self._above(area))
            if area.id in above:
                raise ValueError(f"{area.id} is within itself")
        return self

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """The operator's own file, or the packaged sample. Raises OSError, ValueError."""
        packaged = resources.files(__package__).joinpath("areas.yaml")
        return cls.model_validate(load_yaml((path or packaged).read_text("utf-8")))

    def find(self, name: str) -> Area | None:
        """The place that is called ``name``, in whatever language; None for an unknown one."""
        wanted = plain_name(name)
        for area in self.areas:
            if wanted in map(plain_name, area.names):
                return self._whole(area)
        return None

    def _whole(self, area: Area) -> Area:
        parts = [part for part in self.areas if part is area or area.id in self._above(part)]
        tacs = frozenset(tac for part in parts for tac in part.tacs)
        cells = frozenset(cell for part in parts for cell in part.cells)
        return area.model_copy(update={"tacs": tacs, "cells": cells})

    def _above(self, area: Area) -> Iterator[str]:
        """Places that it is within, the smallest first; each once, also in a circle."""
        by_id = {each.id: each for each in self.areas}
        seen: set[str] = set()
        above = area.within
        while above is not None and above not in seen:
            seen.add(above)
            yield above
            above = by_id[above].within


@cache
def operators_map() -> Map:
    return Map.load()
