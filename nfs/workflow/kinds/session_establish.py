"""session.establish: a device is told to connect to a data network or slice it has."""

from __future__ import annotations

import asyncio

from nfs.common.models.device_order import DeviceOrder, SessionOrder
from nfs.common.models.smf_tools import SessionInfo
from nfs.semantics.render import ask
from nfs.workflow.execution import Execution, Step
from nfs.workflow.meaning.data_networks import Wish, subscribed, wish_of
from nfs.workflow.refusal import Question
from nfs.workflow.sessions import sessions_of

POLL_SECONDS = 0.1


def steps(execution: Execution) -> list[Step]:
    """Check the subscription, have the device connect, and see that it has.

    Raises Question, and Refusal TARGET_UNKNOWN.
    """
    wish = wish_of(execution.intent.slots)
    if wish == Wish():
        raise Question(ask(["dnn"], execution.intent.language), "dnn")
    supi = execution.target_supi()
    orders: list[SessionOrder] = []

    async def check() -> None:
        dnn, s_nssai = await subscribed(execution, supi, wish)
        orders.append(SessionOrder(dnn=dnn, s_nssai=str(s_nssai)))

    async def connect() -> None:
        (order,) = orders
        session = await _there(execution, supi, order)
        if session is None:
            any_such = execution.undo_with(
                "release-session", supi=supi, dnn=order.dnn, sNssai=order.s_nssai
            )
            await execution.order(supi, DeviceOrder(establish_session=order))
            session = await _established(execution, supi, order)
            execution.undo_with(
                "release-session",
                supi=supi,
                pduSessionId=session.pdu_session_id,
                address=session.address,
            )
            execution.forget_undo(any_such)  # another one, later, is not this intent's
        execution.output |= {
            "dnn": order.dnn,
            "slice": order.s_nssai,
            "ipAddress": session.address,
            "pduSessionId": session.pdu_session_id,
        }

    allowed = frozenset({"session.subscribed"})
    return [
        Step("subscription", "checking the subscription", check, gives=allowed, attempts=2),
        Step(
            "session",
            "having the device connect",
            connect,
            needs=allowed,
            gives=frozenset({"session.active"}),
        ),
    ]


async def _established(execution: Execution, supi: str, order: SessionOrder) -> SessionInfo:
    """Once the SMF has it; its step's timeout is the end of patience."""
    while True:
        if (session := await _there(execution, supi, order)) is not None:
            return session
        await asyncio.sleep(POLL_SECONDS)


async def _there(execution: Execution, supi: str, order: SessionOrder) -> SessionInfo | None:
    wanted = order.dnn, order.s_nssai
    sessions = await sessions_of(execution, supi)
    return next((s for s in sessions if (s.dnn, s.s_nssai) == wanted), None)
