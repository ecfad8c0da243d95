"""Which message may start what at the AMF, by registration state (TS 24.501 clause 5.1.3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import structlog

from nfs.amf.agents.container import deliver_container
from nfs.amf.connection.context_release import connection_ended, release_n2
from nfs.amf.connection.notification import notify
from nfs.amf.connection.service_request import refuse, serve
from nfs.amf.errors import NotAuthenticated, ProcedureEnded
from nfs.amf.mobility.path_switch import switch_path
from nfs.amf.protocol_errors import protocol_error
from nfs.amf.registration.configuration_update import update_configuration
from nfs.amf.registration.deregistration import deregister
from nfs.amf.registration.network_deregistration import deregister_ue
from nfs.amf.registration.registration import register
from nfs.amf.security.reauthentication import keep_keys_fresh
from nfs.amf.sessions.n1n2_transfer import deliver_to_ue
from nfs.amf.sessions.nas_transport import transport_uplink
from nfs.amf.ue.context import Rm
from nfs.amf.ue.events import (
    AgentContainer,
    ConfigurationUpdate,
    Downlink,
    N1N2Message,
    N2Lost,
    NetworkDeregistration,
    NotificationOrder,
    PathSwitch,
    Unusable,
)
from nfs.amf.ue.mailbox import Event
from nfs.amf.ue.ue import Ue
from nfs.amf.ue_associated import UE_ASSOCIATED
from nfs.common.store import StoreUnavailable
from nfs.common.telemetry import procedure_span
from nfs.protocols.nas import (
    DeregistrationRequestUe,
    MmStatus,
    NasMessage,
    RegistrationComplete,
    RegistrationRequest,
    ServiceRequest,
    UlNasTransport,
)
from nfs.protocols.nas.direction import why_unexpected
from nfs.protocols.nas.reception import Received, Refused
from nfs.protocols.nas.security import CountExhausted, Side
from nfs.protocols.ngap import Cause, UEContextReleaseComplete

if TYPE_CHECKING:
    from nfs.amf.app import Amf

log = structlog.get_logger("amf")

Procedure = Callable[["Amf", Ue, Received], Awaitable[None]]


async def _ignore(_amf: Amf, _ue: Ue, _received: Received) -> None:
    """A late repetition of what has been handled."""


PROCEDURES: dict[tuple[Rm, type[NasMessage]], Procedure] = {
    (Rm.DEREGISTERED, RegistrationRequest): register,
    (Rm.REGISTERED, RegistrationRequest): register,
    (Rm.DEREGISTERED, DeregistrationRequestUe): deregister,
    (Rm.REGISTERED, DeregistrationRequestUe): deregister,
    (Rm.DEREGISTERED, ServiceRequest): refuse,
    (Rm.REGISTERED, ServiceRequest): serve,
    (Rm.REGISTERED, UlNasTransport): transport_uplink,
    (Rm.REGISTERED, RegistrationComplete): _ignore,
    (Rm.REGISTERED, MmStatus): _ignore,
    (Rm.DEREGISTERED, MmStatus): _ignore,
}
"""What is not in the table is answered with 5GMM STATUS: #98, or #97 for a message of the network's
own. A procedure decides on what comes while it waits (Ue.expect)."""


async def run(amf: Amf, ue: Ue) -> None:
    """Serve one UE-associated connection, one event at a time, until it is released."""
    try:
        await _serve(amf, ue)
    finally:
        ue.ended.set()


async def _serve(amf: Amf, ue: Ue) -> None:
    while ue.connected:
        event = await ue.next_event()
        try:
            with _span(ue, event):
                await _handle(amf, ue, event)
            if isinstance(event, Received):
                amf.contexts.save(ue.context)
            await keep_keys_fresh(amf, ue)
        except StoreUnavailable as error:
            log.warning("UE context not kept", ue=ue.name, reason=str(error))
        except NotAuthenticated:
            await release_n2(ue, Cause("nas", "authentication-failure"))
        except CountExhausted as exhausted:
            log.warning("no NAS COUNT left", ue=ue.name, reason=exhausted.reason)
            ue.context.security = None
            await release_n2(ue, Cause("nas", "unspecified"))
        except ProcedureEnded as ended:
            log.info("procedure ended", ue=ue.name, reason=f"{type(ended).__name__}: {ended}")
        except Exception:
            # A mistake of ours: it costs the UE this connection, and nobody else anything.
            log.exception("procedure failed", ue=ue.name)
            await release_n2(ue, Cause("misc", "unspecified"))
        if _nothing_is_under_way(ue):
            await release_n2(ue, Cause("nas", "unspecified"))


def _nothing_is_under_way(ue: Ue) -> bool:
    """A connection is there for a registered UE, or for one that is about to be."""
    over = ue.releasing or not ue.connected
    return ue.context.rm is Rm.DEREGISTERED and not over and not ue.has_waiting


def _span(ue: Ue, event: Event) -> AbstractContextManager[object]:
    if not isinstance(event, Received):
        return nullcontext()
    name = event.message.NAME
    return procedure_span(f"nas {name}", {"nas.message_type": name, "nas.ue": ue.name})


async def _handle(amf: Amf, ue: Ue, event: Event) -> None:
    match event:
        case Received(message=message):
            procedure = PROCEDURES.get((ue.context.rm, type(message)))
            if procedure is not None:
                await procedure(amf, ue, event)
                return
            log.warning("message in the wrong state", ue=ue.name, message=message.NAME)
            await ue.send_nas(MmStatus(why_unexpected(message, Side.NETWORK)))
        case Refused():
            await protocol_error(ue, event)
        case N2Lost() | UEContextReleaseComplete():
            await connection_ended(amf, ue)
        case PathSwitch():
            await switch_path(amf, ue, event)
        case Unusable():
            log.info("connection without a usable message", ue=ue.name)
        case _ if isinstance(event, Downlink):
            await _send_down(amf, ue, event)
        case _ if (about_ue := UE_ASSOCIATED.get(type(event))) is not None:
            await about_ue(amf, ue, event)


async def _send_down(amf: Amf, ue: Ue, downlink: Downlink) -> None:
    match downlink:
        case N1N2Message() | AgentContainer() if ue.releasing:
            amf.paging.deliver(ue.context, downlink)  # goes out when the UE has been called back
        case N1N2Message():
            await deliver_to_ue(ue, downlink)
        case AgentContainer():
            await deliver_container(amf, ue, downlink)
        case ConfigurationUpdate():
            await update_configuration(amf, ue, downlink)
        case NetworkDeregistration():
            await deregister_ue(amf, ue, downlink)
        case NotificationOrder():
            await notify(amf, ue)
