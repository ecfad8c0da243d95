"""What every message of the agent container is, and the one that answers what cannot be handled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from nfs.protocols.agent.elements import Cause


@dataclass(frozen=True, slots=True)
class AgentMessage:
    """``pti`` is 1 to 254, chosen by who begins the procedure; 0 belongs to none.

    ``unknown_ies`` are the elements (identifier, value) that this message is not known to have.
    """

    MESSAGE_TYPE: ClassVar[int]
    NAME: ClassVar[str]

    pti: int
    unknown_ies: tuple[tuple[int, bytes], ...] = field(default=(), kw_only=True)

    def conditional_ie_error(self) -> str | None:
        """What is wrong with the presence of elements that depend on each other."""
        return None


@dataclass(frozen=True, slots=True)
class AgentStatus(AgentMessage):
    """Answers a message that cannot be handled, and is itself never answered."""

    MESSAGE_TYPE = 0x7F
    NAME = "AGENT STATUS"

    cause: Cause
