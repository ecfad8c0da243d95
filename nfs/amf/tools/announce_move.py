"""The tool announce-move: a UE is about to go to other tracking areas, and needs no registration
there (requirement N2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nfs.amf.registration.configuration_update import follow_registration_area
from nfs.amf.tools.models import OfIntent, Tacs, served
from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.amf.app import Amf


class Move(OfIntent):
    tacs: Tacs


class PreparedAreas(SbiModel):
    """Tracking areas of the announced ones that are prepared."""

    tacs: Tacs


def tool(amf: Amf) -> Tool[Any, Any]:
    async def perform(given: Move) -> PreparedAreas:
        return announce(amf, given)

    return Tool(
        name="announce-move",
        purpose="have service go on at the place that a device goes to",
        description="Adds tracking areas to the UE's registration area by a configuration update "
        "(TS 24.501 clause 5.4.4). withdraw-move takes them back.",
        input=Move,
        output=PreparedAreas,
        perform=perform,
        pre_conditions=("device.registered",),
        post_conditions=("move.prepared",),
    )


def announce(amf: Amf, given: Move) -> PreparedAreas:
    """Raises SbiProblem, INFEASIBLE when the UE could not be served at any of the places."""
    context = served(amf, given.supi)
    subscription = context.subscription
    tacs = [
        tac
        for tac in given.tacs
        if tac in amf.config.tacs
        and (subscription is None or tac not in subscription.forbidden_tacs)
    ]
    if not tacs:
        detail = "the device cannot be served there"
        raise SbiProblem(409, "INFEASIBLE", detail)
    context.announced[given.intent_id] = tuple(tacs)
    amf.contexts.save(context)
    follow_registration_area(amf, context)
    return PreparedAreas(tacs=tacs)
