"""The tools that the SMF hosts (K4), one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nfs.common.tools import Tool
from nfs.smf.tools import (
    add_qos_flow,
    list_sessions,
    measure_flow,
    release_qos_flow,
    release_session,
    report_session_load,
    report_usage,
)

if TYPE_CHECKING:
    from nfs.smf.app import Smf


def tools(smf: Smf) -> list[Tool[Any, Any]]:
    return [
        list_sessions.tool(smf),
        release_session.tool(smf),
        add_qos_flow.tool(smf),
        release_qos_flow.tool(smf),
        measure_flow.tool(smf),
        report_usage.tool(smf),
        report_session_load.tool(smf),
    ]
