"""Power saving of a UE: periodic registration seldom, MICO mode (TS 23.501 clause 5.4.1.3).

The UE is told to register; what it is to go by comes in the REGISTRATION ACCEPT (TS 24.501 clauses
5.4.4.2, 5.5.1.3.4). In MICO mode it is not paged: what comes for it waits until it is back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.ue.events import ConfigurationUpdate

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.context import UeContext
    from nfs.protocols.nas import RegistrationRequest


def save_power(amf: Amf, context: UeContext, intent_id: str, *, mico: bool) -> None:
    """From its next registration on, which it is told to begin at once."""
    before = dict(context.saves_power)
    context.saves_power[intent_id] = mico
    _changed(amf, context, before)


def stop_saving_power(amf: Amf, context: UeContext, intent_id: str) -> bool:
    """Whether the intent had it save power."""
    before = dict(context.saves_power)
    known = context.saves_power.pop(intent_id, None) is not None
    if known:
        _changed(amf, context, before)
    return known


def t3512_seconds(amf: Amf, context: UeContext) -> int:
    """Of periodic registration; 0 where there is none."""
    config = amf.config
    if config.t3512_seconds and context.saves_power:
        return max(config.t3512_seconds, config.t3512_saving_seconds)
    return config.t3512_seconds


def may_use_mico(context: UeContext, request: RegistrationRequest) -> bool:
    """It has asked for it, and an intent wants it."""
    return request.mico_indication is not None and any(context.saves_power.values())


def _changed(amf: Amf, context: UeContext, before: dict[str, bool]) -> None:
    amf.contexts.save(context)
    was, is_now = any(before.values()), any(context.saves_power.values())
    if (bool(before), was) != (bool(context.saves_power), is_now):
        order = ConfigurationUpdate(registration_requested=True, mico=is_now or was)
        amf.paging.deliver(context, order)
