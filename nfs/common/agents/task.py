"""Task-based invocation between agents: AIP v02.01 clause 4.5, in one request and one answer."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from nfs.common.models.base import SbiModel

MAX_TEXT = 65_536
MAX_ITEMS = 16

Identifier = Annotated[str, Field(min_length=1, max_length=128)]


class DataItem(SbiModel):
    """One input or product: either text or a JSON object."""

    text: str | None = Field(default=None, max_length=MAX_TEXT)
    data: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.text is None) == (self.data is None):
            raise ValueError("a data item carries either text or data")
        return self


class Task(SbiModel):
    """A task command: only ``start``, since a task is answered when it has ended."""

    task_id: Identifier
    session_id: Identifier
    sender_id: Identifier
    command: Literal["start"]
    capability: Identifier
    data_items: list[DataItem] = Field(min_length=1, max_length=MAX_ITEMS)

    @property
    def text(self) -> str:
        """All text of the input, items apart by a line break."""
        return "\n".join(item.text for item in self.data_items if item.text is not None)

    @property
    def data(self) -> dict[str, Any]:
        """All JSON objects of the input as one; a later item wins."""
        return {k: v for item in self.data_items for k, v in (item.data or {}).items()}


class TaskState(StrEnum):
    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"


class TaskResult(SbiModel):
    """How a task ended. ``reason`` says, for people, why it did not complete."""

    task_id: str
    state: TaskState
    sender_id: str
    products: list[DataItem] = Field(default_factory=list, max_length=MAX_ITEMS)
    reason: str | None = None

    @property
    def text(self) -> str:
        return "\n".join(item.text for item in self.products if item.text is not None)

    @property
    def data(self) -> dict[str, Any]:
        return {k: v for item in self.products for k, v in (item.data or {}).items()}


class TaskRejected(Exception):
    """The agent will not do this task as asked; ``products`` may say what it could do instead."""

    def __init__(self, reason: str, *products: DataItem) -> None:
        super().__init__(reason)
        self.reason = reason
        self.products = list(products)


class TaskFailed(Exception):
    """The agent began the task and could not finish it."""
