"""No octets do more to the agent container's codec than be refused with a cause."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from nfs.protocols.agent import AgentContainerError, decode, encode, name_of
from nfs.protocols.agent.messages import MESSAGES

sys.path.append(str(Path(__file__).parents[1] / "unit" / "agent_container"))
