"""Tools: what network functions offer to workflows, each with a template (K4, K5)."""

from nfs.common.tools.consumer import ToolConsumer
from nfs.common.tools.host import TOOL_USERS, ToolHost
from nfs.common.tools.tool import Tool

__all__ = ["TOOL_USERS", "Tool", "ToolConsumer", "ToolHost"]
