"""What the workflow of an intent asks of whoever keeps the intent's record."""

from __future__ import annotations

from typing import Protocol

from nfs.common.models.device_order import DeviceOrder
from nfs.semantics.intent import OperatorIntent, OperatorResult
from nfs.workflow.execution import UndoCall


class Keeper(Protocol):
    """Who keeps the record of an intent that is carried out."""

    def keep_undo(self, call: UndoCall) -> None:
        """Write what takes a change back."""
        ...

    def undone(self, call: UndoCall) -> None:
        """Write that nothing is left for it to take back."""
        ...

    def save(self) -> None:
        """Write the record."""
        ...

    async def tell_device(self, supi: str, order: DeviceOrder) -> bool:
        """Have the OS agent of a device do something; whether it was told."""
        ...

    async def carry_out(self, wish: OperatorIntent) -> OperatorResult:
        """Carry out one wish of the intent as an intent of its own."""
        ...
