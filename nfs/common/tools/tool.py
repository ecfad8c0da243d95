"""A tool and its template."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic.json_schema import JsonSchemaMode

from nfs.common.models.agw_tools import ToolTemplate
from nfs.common.models.base import SbiModel

I = TypeVar("I", bound=SbiModel)  # noqa: E741 - input
O = TypeVar("O", bound=SbiModel)  # noqa: E741 - output


@dataclass(frozen=True, slots=True)
class Tool(Generic[I, O]):
    """``perform`` raises SbiProblem for what it cannot do.

    What changes something is taken back by another tool, with an input of its own.
    """

    name: str
    purpose: str
    description: str
    input: type[I]
    output: type[O]
    perform: Callable[[I], Awaitable[O]]
    pre_conditions: tuple[str, ...] = ()
    post_conditions: tuple[str, ...] = ()

    @property
    def template(self) -> ToolTemplate:
        return ToolTemplate(
            name=self.name,
            purpose=self.purpose,
            description=self.description,
            pre_conditions=list(self.pre_conditions),
            post_conditions=list(self.post_conditions),
            input=_schema(self.input, "validation"),
            output=_schema(self.output, "serialization"),
        )


@cache
def _schema(model: type[SbiModel], mode: JsonSchemaMode) -> dict[str, Any]:
    return model.model_json_schema(mode=mode)
