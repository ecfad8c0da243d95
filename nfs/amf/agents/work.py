"""What a UE's agent has asked for and waits for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class AgentWork:
    """It goes on while the UE is idle, and with it to another connection."""

    intents: dict[int, asyncio.Task[object]] = field(default_factory=dict)
    under_way: int = 0
