"""What the UDM offers to workflows (K4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nfs.common.tools import Tool
from nfs.udm.tools import check_privacy, remove_privacy_rule, set_privacy_rule

if TYPE_CHECKING:
    from nfs.udm.app import Udm

_MODULES = (check_privacy, remove_privacy_rule, set_privacy_rule)


def tools(udm: Udm) -> list[Tool[Any, Any]]:
    return [module.tool(udm) for module in _MODULES]
