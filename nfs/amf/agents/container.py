"""The N1 agent container at the AMF: what a UE's agent asks of the network.

Containers are handled beside the UE's mobility management: an intent may take minutes, and the PDU
session changes that it causes must reach the UE meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog

from nfs.amf.agents.discovery import discover_agents
from nfs.amf.agents.intent import cancel_intent, carry_out_intent
from nfs.amf.agents.registration import deregister_agent, register_agent
from nfs.amf.ue.context import UeContext
from nfs.amf.ue.events import AgentContainer
from nfs.common.store import StoreUnavailable
from nfs.protocols.agent import (
    AgentCause,
    AgentContainerError,
    AgentDeregistrationRequest,
    AgentDiscoveryRequest,
    AgentMessage,
    AgentRegistrationRequest,
    AgentStatus,
    IntentCancel,
    IntentRequest,
    decode,
    encode,
)
from nfs.protocols.nas import DlNasTransport

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

log = structlog.get_logger("amf")

MAX_UNDER_WAY = 16
"""Containers of one UE that are handled at the same time; more are refused."""

_PROCEDURES: dict[type[Any], Callable[[Amf, Ue, Any], Awaitable[AgentMessage | None]]] = {
    AgentRegistrationRequest: register_agent,
    AgentDeregistrationRequest: deregister_agent,
    AgentDiscoveryRequest: discover_agents,
    IntentRequest: carry_out_intent,
    IntentCancel: cancel_intent,
}


async def receive_agent_container(amf: Amf, ue: Ue, octets: bytes) -> None:
    """Begin the procedure that the container asks for; its answer follows on its own."""
    try:
        message = decode(octets)
    except AgentContainerError as error:
        log.warning("agent container refused", ue=ue.name, reason=error.reason)
        send_agent_message(amf, ue.context, AgentStatus(error.pti or 0, error.cause))
        return
    procedure = _PROCEDURES.get(type(message))
    if procedure is None:
        cause = AgentCause.MESSAGE_NOT_COMPATIBLE
        send_agent_message(amf, ue.context, AgentStatus(message.pti, cause))
    elif ue.agent_work.under_way >= MAX_UNDER_WAY:
        busy = AgentStatus(message.pti, AgentCause.SERVICE_UNAVAILABLE)
        send_agent_message(amf, ue.context, busy)
    else:
        amf.spawn(_carry_out(amf, ue, procedure, message))


async def _carry_out(
    amf: Amf,
    ue: Ue,
    procedure: Callable[[Amf, Ue, Any], Awaitable[AgentMessage | None]],
    message: AgentMessage,
) -> None:
    work = ue.agent_work
    work.under_way += 1
    try:
        answer = await procedure(amf, ue, message)
    except StoreUnavailable as error:
        log.warning("agent message not handled", ue=ue.name, reason=str(error))
        answer = AgentStatus(message.pti, AgentCause.SERVICE_UNAVAILABLE)
    finally:
        work.under_way -= 1
    if answer is not None:
        send_agent_message(amf, ue.context, answer)


def send_agent_message(amf: Amf, context: UeContext, message: AgentMessage) -> None:
    """To the UE in turn; one that is idle is paged."""
    try:
        octets = encode(message)
    except AgentContainerError as error:  # a name or a result beyond the element's bounds
        log.warning("agent message cannot be sent", ue=context.name, reason=error.reason)
        octets = encode(AgentStatus(message.pti, error.cause))
    amf.paging.deliver(context, AgentContainer(octets))


async def deliver_container(amf: Amf, ue: Ue, container: AgentContainer) -> None:
    await ue.send_nas(DlNasTransport(amf.config.agent_container_type, container.octets))
