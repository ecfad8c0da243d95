"""What the AMF offers to workflows (K4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nfs.amf.tools import (
    announce_move,
    follow_agent_rules,
    get_load,
    get_reachability,
    report_load,
    save_power,
    stop_saving_power,
    stop_watching_area,
    watch_area,
    withdraw_move,
)
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.amf.app import Amf

_MODULES = (
    announce_move,
    follow_agent_rules,
    get_load,
    get_reachability,
    report_load,
    save_power,
    stop_saving_power,
    stop_watching_area,
    watch_area,
    withdraw_move,
)


def tools(amf: Amf) -> list[Tool[Any, Any]]:
    return [module.tool(amf) for module in _MODULES]
