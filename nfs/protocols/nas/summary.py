"""One line about a NAS message, for ladders and logs."""

from __future__ import annotations

from nfs.protocols.agent import name_of as agent_name_of
from nfs.protocols.nas import (
    DlNasTransport,
    NasMessage,
    PayloadContainerType,
    UlNasTransport,
    name_of,
)

AGENT_CONTAINER_TYPES = frozenset({13, 14})
"""Payload container types that the testbed can be configured to carry agent containers in."""


def title(message: NasMessage) -> str:
    """``UL NAS TRANSPORT (INTENT REQUEST)``: the message and what it carries."""
    if isinstance(message, UlNasTransport | DlNasTransport):
        if message.payload_container_type == PayloadContainerType.N1_SM:
            return f"{message.NAME} ({name_of(message.payload_container)})"
        if message.payload_container_type in AGENT_CONTAINER_TYPES:
            return f"{message.NAME} ({agent_name_of(message.payload_container)})"
    return message.NAME
